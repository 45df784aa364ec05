import { createHash } from 'node:crypto';

/** LMDB's limit is 1978 bytes on pages of 4 KiB; ours lies below. */
export const LONGEST_PLAIN_KEY = 1900;
/** What the stored key of a long key keeps of it, so that it sorts among its neighbours. */
const KEPT_PREFIX = 1868;
const PLAIN = 0;
const LONG = 1;

/*
 * The stored key is u32 table (big-endian), then the key's UTF-8 bytes. A key over 1900 bytes keeps its first 1868 bytes, then
 * 0xff (in no UTF-8 text, so no plain key can be the same), then the SHA-256 of the whole; its text stands in the value:
 *
 *   u8 0, JSON      or      u8 1, u32 length of the key, key, JSON
 *
 * So LMDB's order is the order of the keys' UTF-8 bytes but for keys longer than 1868 bytes that share those: they stand together
 * (`clusterOf`), and `scan` sorts each such cluster.
 */
export function entryKey(tableId: number, key: string): Buffer {
  const length = Buffer.byteLength(key);
  if (length > LONGEST_PLAIN_KEY) return longEntryKey(tableId, Buffer.from(key));
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32BE(tableId, 0);
  bytes.write(key, 4);
  return bytes;
}

/** Makes the stored keys of many look-ups in one buffer: each is valid until the next. */
export class KeyScratch {
  readonly #bytes = Buffer.alloc(4 + LONGEST_PLAIN_KEY);

  key(tableId: number, key: string): Buffer {
    // A UTF-16 unit takes at most three bytes.
    if (key.length * 3 > LONGEST_PLAIN_KEY) return entryKey(tableId, key);
    const bytes = this.#bytes;
    bytes[0] = tableId >>> 24;
    bytes[1] = tableId >>> 16;
    bytes[2] = tableId >>> 8;
    bytes[3] = tableId;
    return bytes.subarray(0, 4 + bytes.write(key, 4));
  }
}

function longEntryKey(tableId: number, key: Buffer): Buffer {
  const hash = createHash('sha256').update(key).digest();
  const kept = key.subarray(0, KEPT_PREFIX);
  return Buffer.concat([tableStart(tableId), kept, Buffer.of(0xff), hash]);
}

/** At or before every entry of the table. */
export function tableStart(tableId: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(tableId, 0);
  return bytes;
}

/** At or before every entry whose key is `key` or sorts after it. */
export function scanStart(tableId: number, key: string): Buffer {
  return Buffer.concat([tableStart(tableId), Buffer.from(key).subarray(0, KEPT_PREFIX)]);
}

export function entryValue(key: string, json: string): Buffer {
  const keyLength = Buffer.byteLength(key);
  if (keyLength <= LONGEST_PLAIN_KEY) return Buffer.concat([Buffer.of(PLAIN), Buffer.from(json)]);
  const head = Buffer.allocUnsafe(5);
  head[0] = LONG;
  head.writeUInt32LE(keyLength, 1);
  return Buffer.concat([head, Buffer.from(key), Buffer.from(json)]);
}

/** The JSON text of a stored value. */
export function entryJson(value: Buffer): string {
  return value.toString('utf8', value[0] === PLAIN ? 1 : 5 + value.readUInt32LE(1), value.length);
}

/** The key's text, from what is stored. */
export function entryKeyText(key: Buffer, value: Buffer): string {
  if (value[0] === PLAIN) return key.toString('utf8', 4);
  return value.toString('utf8', 5, 5 + value.readUInt32LE(1));
}

/** Equal for neighbours whose order LMDB does not know; undefined for a key that stands in its place. */
export function clusterOf(key: Buffer): string | undefined {
  return key.length > 4 + KEPT_PREFIX ? key.toString('latin1', 4, 4 + KEPT_PREFIX) : undefined;
}
