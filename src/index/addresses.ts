import { isIPv4, isIPv6 } from 'node:net';
import { IndexError } from './errors.ts';

/** An address as a number, with its family: IPv4 written as IPv6 (`::ffff:10.0.0.1`) is IPv6. */
export interface Address {
  readonly bits: 32 | 128;
  readonly number: bigint;
}

export interface AddressRange {
  readonly bits: 32 | 128;
  readonly low: bigint;
  readonly high: bigint;
}

const mappedLow = 0xffffn << 32n;
const mappedHigh = mappedLow + 0xffffffffn;

export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { bits: 32, number: BigInt(ipv4Number(text)) };
  return isIPv6(text) && !text.includes('%') ? { bits: 128, number: ipv6Number(text) } : null;
}

/** Most texts are none, which their length and first character tell. */
export function maybeAddress(value: string): Address | null {
  if (value.length < 2 || value.length > 45) return null;
  const first = value.charCodeAt(0);
  const mayBe = (first >= 48 && first <= 58) || ((first | 32) >= 97 && (first | 32) <= 102);
  return mayBe ? parseAddress(value) : null;
}

/** OpenSearch keeps these as IPv4, so that they would be found as what they are not. */
export function isMapped({ bits, number }: Address): boolean {
  return bits === 128 && number >= mappedLow && number <= mappedHigh;
}

/** @throws IndexError SKP_INDEX_QUERY */
export function networkRange(network: string, prefix: number): AddressRange {
  const address = parseAddress(network);
  if (address === null || !Number.isInteger(prefix) || prefix < 0 || prefix > address.bits) {
    throw new IndexError('SKP_INDEX_QUERY', `${network.slice(0, 60)}/${prefix} is not a network`, {
      hint: 'Write an IPv4 or IPv6 address, a slash and the number of bits, as in 10.0.0.0/8 or 2001:db8::/32.',
    });
  }
  const size = 1n << BigInt(address.bits - prefix);
  const low = (address.number / size) * size;
  return { bits: address.bits, low, high: low + size - 1n };
}

/** The parts of a range that an `ip` field has: it takes mapped addresses for IPv4. */
export function storedRanges(range: AddressRange): { readonly gte: string; readonly lte: string }[] {
  const { bits, low, high } = range;
  const parts: [bigint, bigint][] =
    bits === 32 || high < mappedLow || low > mappedHigh
      ? [[low, high]]
      : [
          [low, mappedLow - 1n],
          [mappedHigh + 1n, high],
        ];
  return parts
    .filter(([from, to]) => from <= to)
    .map(([from, to]) => ({ gte: addressText(bits, from), lte: addressText(bits, to) }));
}

export function addressText(bits: 32 | 128, number: bigint): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  const groups = number.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  return groups.join(':');
}

/** Digits that sort as the addresses do. */
export function addressDigits(bits: 32 | 128, number: bigint): string {
  return number.toString(16).padStart(bits / 4, '0');
}

export function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function ipv6Number(address: string): bigint {
  const dot = address.includes('.') ? address.lastIndexOf(':') + 1 : -1;
  let text = address;
  if (dot > 0) {
    const low = ipv4Number(address.slice(dot));
    text = `${address.slice(0, dot)}${(low >>> 16).toString(16)}:${(low & 0xffff).toString(16)}`;
  }
  const [left = '', right] = text.split('::');
  const leftGroups = left === '' ? [] : left.split(':');
  const rightGroups = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : 8 - leftGroups.length - rightGroups.length;
  const groups = [...leftGroups, ...Array.from({ length: zeros }, () => '0'), ...rightGroups];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(Number.parseInt(group, 16)), 0n);
}
