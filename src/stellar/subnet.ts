import { isIPv6 } from 'node:net';
import { argumentError } from './errors.ts';

/**
 * Subnets of both IP versions. IPv4 is read as the reference reads it: the network's first and last address (its own and the
 * broadcast address) do not count as inside of it, so that /31 and /32 hold nothing. IPv6 subnets hold all their addresses.
 */
export interface Subnet {
  readonly version: 4 | 6;
  readonly first: number;
  readonly last: number;
  readonly prefix: bigint;
  readonly shift: bigint;
}

/** An IPv4 address as a number from 0 to 2^32-1, -1 for any other text. */
export function parseIpv4(text: string): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || dots === 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      digits = 0;
      dots += 1;
    } else if (code >= 48 && code <= 57) {
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      digits += 1;
      if (octet > 255 || digits > 3) return -1;
    } else return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** An IPv6 address as 128 bits, undefined for any other text (RFC 4291, section 2.2; no zone). */
export function parseIpv6(text: string): bigint | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined;
  let source = text;
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (dotted !== undefined) {
    const v4 = parseIpv4(dotted);
    source = `${text.slice(0, -dotted.length)}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  }
  const [head = '', tail] = source.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return groups.reduce((value, group) => (value << 16n) | BigInt(Number.parseInt(group, 16)), 0n);
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`. Raises `StellarError` for anything else. */
export function parseSubnet(text: string): Subnet {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash > 0 && /^\d{1,3}$/.test(bits)) {
    const length = Number(bits);
    const v4 = parseIpv4(address);
    if (v4 >= 0 && length <= 32) {
      const size = 2 ** (32 - length);
      const network = Math.floor(v4 / size) * size;
      return { version: 4, first: network + 1, last: network + size - 2, prefix: 0n, shift: 0n };
    }
    const v6 = parseIpv6(address);
    if (v6 !== undefined && length <= 128) {
      const shift = BigInt(128 - length);
      return { version: 6, first: 0, last: -1, prefix: v6 >> shift, shift };
    }
  }
  throw argumentError(
    `${JSON.stringify(text.slice(0, 60))} is not a subnet`,
    'write 10.0.0.0/8 or 2001:db8::/32',
  );
}

/**
 * Subnets ready to be asked: those of IPv4 as ranges, sorted and joined, in which a half is left out at each step; those of
 * IPv6 by their masks.
 */
export class SubnetTable {
  readonly #firsts: readonly number[];
  readonly #lasts: readonly number[];
  readonly #v6: readonly Subnet[];

  constructor(subnets: readonly Subnet[]) {
    const firsts: number[] = [];
    const lasts: number[] = [];
    const v4 = subnets.filter(({ version, first, last }) => version === 4 && first <= last);
    for (const { first, last } of v4.sort((a, b) => a.first - b.first)) {
      const end = lasts.length - 1;
      if (end >= 0 && first <= lasts[end]! + 1) lasts[end] = Math.max(lasts[end]!, last);
      else {
        firsts.push(first);
        lasts.push(last);
      }
    }
    this.#firsts = firsts;
    this.#lasts = lasts;
    this.#v6 = subnets.filter(({ version }) => version === 6);
  }

  /** Whether an address lies in one of the subnets. Raises `StellarError` for text that is no address. */
  has(ip: string): boolean {
    const v4 = parseIpv4(ip);
    if (v4 >= 0) {
      const firsts = this.#firsts;
      let low = 0;
      let high = firsts.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (firsts[middle]! <= v4) low = middle + 1;
        else high = middle;
      }
      return low > 0 && v4 <= this.#lasts[low - 1]!;
    }
    const v6 = parseIpv6(ip);
    if (v6 === undefined) throw argumentError(`${JSON.stringify(ip.slice(0, 60))} is not an IP address`);
    for (const { prefix, shift } of this.#v6) if (v6 >> shift === prefix) return true;
    return false;
  }
}

/** Whether an address lies in one of some subnets. Raises `StellarError` for text that is no address. */
export function isInSubnets(ip: string, subnets: readonly Subnet[]): boolean {
  const v4 = parseIpv4(ip);
  if (v4 >= 0) {
    for (const { first, last } of subnets) if (v4 >= first && v4 <= last) return true;
    return false;
  }
  const v6 = parseIpv6(ip);
  if (v6 === undefined) throw argumentError(`${JSON.stringify(ip.slice(0, 60))} is not an IP address`);
  for (const { version, prefix, shift } of subnets) if (version === 6 && v6 >> shift === prefix) return true;
  return false;
}
