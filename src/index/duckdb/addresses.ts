import { isIPv4, isIPv6 } from 'node:net';
import { ipv4Number, ipv6Number, networkRange } from '../addresses.ts';
import type { Query } from '../query/ast.ts';
import type { Bindings } from './binding.ts';

/**
 * IP addresses in text columns. DuckDB's inet extension is not built into the package, so that IPv4 addresses are compared
 * by their octets and IPv6 ones by their 32 hexadecimal digits, which `skp_ip6` spells out.
 */
export const ADDRESS_MACROS = `
CREATE OR REPLACE TEMP MACRO skp_ip4(address) AS
  CASE WHEN regexp_full_match(address, '[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}')
    THEN split_part(address, '.', 1)::BIGINT * 16777216 + split_part(address, '.', 2)::BIGINT * 65536
       + split_part(address, '.', 3)::BIGINT * 256 + split_part(address, '.', 4)::BIGINT END;
CREATE OR REPLACE TEMP MACRO skp_groups(part) AS
  CASE WHEN part = '' THEN [] ELSE list_transform(string_split(part, ':'), lambda g: lpad(g, 4, '0')) END;
CREATE OR REPLACE TEMP MACRO skp_ip6_plain(address) AS
  CASE WHEN NOT regexp_full_match(address, '[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,8}') THEN NULL
    WHEN contains(address, '::')
    THEN array_to_string(list_concat(
      skp_groups(split_part(address, '::', 1)),
      list_transform(range(8 - len(skp_groups(split_part(address, '::', 1))) - len(skp_groups(split_part(address, '::', 2)))), lambda i: '0000'),
      skp_groups(split_part(address, '::', 2))), '')
    ELSE array_to_string(skp_groups(address), '') END;
CREATE OR REPLACE TEMP MACRO skp_ip6(address) AS
  CASE WHEN NOT contains(address, ':') THEN NULL
    WHEN contains(address, '.')
    THEN skp_ip6_plain(regexp_extract(lower(address), '^(.*:)', 1)
      || printf('%x:%x', skp_ip4(regexp_extract(address, '([^:]*)$', 1)) // 65536, skp_ip4(regexp_extract(address, '([^:]*)$', 1)) % 65536))
    ELSE skp_ip6_plain(lower(address)) END;
`;

/** Addresses within a network. */
export function networkCondition(sql: string, network: string, prefix: number, bindings: Bindings): string {
  const { bits, low, high } = networkRange(network, prefix);
  return bits === 32
    ? ipv4Between(sql, Number(low), Number(high), bindings)
    : ipv6Between(sql, low, high, bindings);
}

/** Equality with an IPv6 address in any of its spellings; null when the value is no such address. */
export function addressCondition(sql: string, value: string, bindings: Bindings): string | null {
  if (!isIPv6(value) || value.includes('%')) return null;
  const digits = ipv6Number(value).toString(16).padStart(32, '0');
  return `(${sql} = ${bindings.text(value)} OR (contains(${sql}, ':') AND skp_ip6(${sql}) = ${bindings.text(digits)}))`;
}

/** A range whose bounds are addresses of one family; null when they are not. */
export function addressRange(
  sql: string,
  query: Extract<Query, { type: 'range' }>,
  bindings: Bindings,
): string | null {
  const { from, to, includeFrom, includeTo } = query;
  const bounds = [from, to].filter((bound) => bound !== null);
  if (bounds.length === 0) return null;
  if (bounds.every((bound) => isIPv4(bound))) {
    const low = from === null ? 0 : ipv4Number(from) + (includeFrom ? 0 : 1);
    const high = to === null ? 2 ** 32 - 1 : ipv4Number(to) - (includeTo ? 0 : 1);
    return ipv4Between(sql, low, high, bindings);
  }
  if (bounds.every((bound) => isIPv6(bound) && !bound.includes('%'))) {
    const low = from === null ? 0n : ipv6Number(from) + (includeFrom ? 0n : 1n);
    const high = to === null ? (1n << 128n) - 1n : ipv6Number(to) - (includeTo ? 0n : 1n);
    return ipv6Between(sql, low, high, bindings);
  }
  return null;
}

function ipv4Between(sql: string, low: number, high: number, bindings: Bindings): string {
  if (low > high) return 'false';
  // The octets that all addresses of the range share are compared as text: that is cheap and rules out most rows.
  const lowText = ipv4Text(low);
  const highText = ipv4Text(high);
  const shared: string[] = [];
  for (let i = 0; i < 3 && lowText[i] === highText[i]; i++) shared.push(lowText[i]!);
  const exact = `skp_ip4(${sql}) BETWEEN ${bindings.integer(BigInt(low))} AND ${bindings.integer(BigInt(high))}`;
  return shared.length === 0
    ? exact
    : `(starts_with(${sql}, ${bindings.text(`${shared.join('.')}.`)}) AND ${exact})`;
}

function ipv6Between(sql: string, low: bigint, high: bigint, bindings: Bindings): string {
  if (low > high) return 'false';
  const digits = (value: bigint): string => bindings.text(value.toString(16).padStart(32, '0'));
  return `(contains(${sql}, ':') AND skp_ip6(${sql}) BETWEEN ${digits(low)} AND ${digits(high)})`;
}

function ipv4Text(address: number): string[] {
  return [address / 2 ** 24, address / 2 ** 16, address / 2 ** 8, address].map((n) =>
    String(Math.floor(n) % 256),
  );
}
