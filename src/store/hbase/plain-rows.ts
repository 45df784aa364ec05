/**
 * The store's own tables (users, sessions, versions), all in one table of HBase:
 *
 *   'd', name of the table, NUL, key        v: JSON      and for a long key   k: the key's UTF-8 bytes
 *   'v', name of the table                  n: version, a counter of HBase
 *   'm', table of HBase, ':', family        n: version of what this program writes to one of Metron's tables
 *
 * A key of more than 16,000 bytes keeps its first 15,968, then 0xff (in no UTF-8 text) and the SHA-256 of the whole, since HBase takes no
 * row of more than 32,767 bytes. Rows are in the order of the keys' bytes, but for long keys that share those.
 */
import { createHash } from 'node:crypto';

const LONGEST_PLAIN_KEY = 16_000;
const KEPT_PREFIX = 15_968;
const versionPrefix = Buffer.from('v');

export const valueQualifier: Buffer = Buffer.from('v');
export const keyQualifier: Buffer = Buffer.from('k');
export const versionQualifier: Buffer = Buffer.from('n');

export function dataPrefix(table: string): Buffer {
  return Buffer.from(`d${table}\0`);
}

/** The first row behind all of the table. */
export function dataEnd(table: string): Buffer {
  return Buffer.from(`d${table}\x01`);
}

export function dataRow(table: string, key: string): Buffer {
  const bytes = Buffer.from(key);
  if (bytes.length <= LONGEST_PLAIN_KEY) return Buffer.concat([dataPrefix(table), bytes]);
  const hash = createHash('sha256').update(bytes).digest();
  return Buffer.concat([dataPrefix(table), bytes.subarray(0, KEPT_PREFIX), Buffer.of(0xff), hash]);
}

/** At or before the row of every key that is `key` or sorts after it. */
export function scanStart(table: string, key: string): Buffer {
  return Buffer.concat([dataPrefix(table), Buffer.from(key).subarray(0, KEPT_PREFIX)]);
}

export function isLong(key: string): boolean {
  return key.length > LONGEST_PLAIN_KEY / 3 && Buffer.byteLength(key) > LONGEST_PLAIN_KEY;
}

/** Equal for neighbours whose order their rows do not tell; undefined for a row that stands in its place. */
export function clusterOf(table: string, row: Buffer): string | undefined {
  const start = Buffer.byteLength(table) + 2;
  return row.length > start + KEPT_PREFIX ? row.toString('latin1', start, start + KEPT_PREFIX) : undefined;
}

export function versionRow(table: string): Buffer {
  return Buffer.concat([versionPrefix, Buffer.from(table)]);
}

export function sharedVersionRow(tableAndFamily: string): Buffer {
  return Buffer.from(`m${tableAndFamily}`);
}

export const firstVersionRow: Buffer = versionPrefix;
export const lastVersionRow: Buffer = Buffer.from('w');
