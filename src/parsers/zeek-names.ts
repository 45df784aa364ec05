/**
 * Zeek's field names and Metron's. The originator is the source, the responder the destination; the first of the names present is
 * moved, others stay under their own.
 */
import type { Message } from './parser.ts';

export interface Endpoint {
  readonly to: string;
  readonly from: readonly string[];
  /** A list of addresses, of which the first is taken, when none of `from` is present. */
  readonly list?: string;
}

export const endpoints: readonly Endpoint[] = [
  { to: 'ip_src_addr', from: ['source_ip', 'id.orig_h'], list: 'tx_hosts' },
  { to: 'ip_dst_addr', from: ['dest_ip', 'id.resp_h'], list: 'rx_hosts' },
  { to: 'ip_src_port', from: ['source_port', 'id.orig_p'] },
  { to: 'ip_dst_port', from: ['dest_port', 'id.resp_p'] },
];

/** How the members of one kind of record are named, worked out once. */
export interface NamePlan {
  /** New name by old one, for those that are moved. */
  readonly moved: ReadonlyMap<string, string>;
  /** Lists whose first element becomes a field. */
  readonly lists: readonly { readonly from: string; readonly to: string }[];
}

export function planNames(names: readonly string[]): NamePlan {
  const present = new Set(names);
  const moved = new Map<string, string>();
  const lists: { from: string; to: string }[] = [];
  for (const { to, from, list } of endpoints) {
    const source = from.find((name) => present.has(name));
    if (source !== undefined) moved.set(source, to);
    else if (list !== undefined && present.has(list)) lists.push({ from: list, to });
  }
  return { moved, lists };
}

/** Sets `to` to the first address of a list, if it has one. Answers false when the value is no list, and stays as it is. */
export function moveFirst(message: Message, to: string, value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  if (value.length > 0) message[to] = value[0];
  return true;
}
