/**
 * The rows of Metron's tables of reference data and threat intelligence: 128 bits of a hash of the indicator, which spreads neighbours over
 * the regions, then the type and the indicator as Java's `DataOutput.writeUTF` writes them.
 */
import { murmur3 } from './murmur3.ts';

/** 0xDEADBEEF as a Java int, widened to 64 bits. */
const seedHigh = 0xffffffff;
const seedLow = 0xdeadbeef;
const longestText = 65_535;
/** HBase takes rows of 32767 bytes at most. */
const longestRow = 32_767;

/** Undefined for what no row can be made of: a text of more than 65535 bytes, or both together too long for a row. */
export function metronRow(type: string, indicator: string): Buffer | undefined {
  const typeLength = utfLength(type);
  const indicatorLength = utfLength(indicator);
  const length = 20 + typeLength + indicatorLength;
  if (typeLength > longestText || indicatorLength > longestText || length > longestRow) return undefined;
  const row = Buffer.allocUnsafe(length);
  const end = writeUtf(row, writeUtf(row, 16, type, typeLength), indicator, indicatorLength);
  // The same bytes but for NUL and what lies beyond the basic plane.
  const plain = indicatorLength === Buffer.byteLength(indicator) && !indicator.includes('\0');
  const hashed = plain ? row.subarray(end - indicatorLength, end) : Buffer.from(indicator);
  murmur3(hashed, seedHigh, seedLow, row);
  return row;
}

/** The type and indicator of a row; undefined for bytes that are no such row. */
export function readMetronRow(
  row: Buffer,
): { readonly type: string; readonly indicator: string } | undefined {
  if (row.length < 20) return undefined;
  const typeEnd = 18 + row.readUInt16BE(16);
  if (typeEnd + 2 > row.length || typeEnd + 2 + row.readUInt16BE(typeEnd) !== row.length) return undefined;
  const type = readUtf(row.subarray(18, typeEnd));
  const indicator = readUtf(row.subarray(typeEnd + 2));
  return type === undefined || indicator === undefined ? undefined : { type, indicator };
}

/** Bytes of a text in Java's modified UTF-8. */
function utfLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7ff) length += 2;
    else if (unit > 0x7f || unit === 0) length++;
  }
  return length;
}

/** Writes length and text; the place behind them. */
function writeUtf(into: Buffer, from: number, text: string, length: number): number {
  let at = into.writeUInt16BE(length, from);
  if (length === text.length) {
    into.write(text, at, 'latin1');
    return at + length;
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0 && unit <= 0x7f) into[at++] = unit;
    else if (unit > 0x7ff) {
      into[at++] = 0xe0 | (unit >> 12);
      into[at++] = 0x80 | ((unit >> 6) & 0x3f);
      into[at++] = 0x80 | (unit & 0x3f);
    } else {
      into[at++] = 0xc0 | (unit >> 6);
      into[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at;
}

/** Undefined for bytes that are no modified UTF-8. */
function readUtf(bytes: Buffer): string | undefined {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++]!;
    if (first < 0x80) text += String.fromCharCode(first);
    else if (first >> 5 === 6 && at < bytes.length)
      text += String.fromCharCode(((first & 0x1f) << 6) | (bytes[at++]! & 0x3f));
    else if (first >> 4 === 14 && at + 1 < bytes.length)
      text += String.fromCharCode(
        ((first & 0x0f) << 12) | ((bytes[at++]! & 0x3f) << 6) | (bytes[at++]! & 0x3f),
      );
    else return undefined;
  }
  return text;
}
