/** Zeek's `ts`: seconds or milliseconds as a number, or RFC 3339 text, to `timestamp` (ms) and `bro_timestamp` (text, seconds). */
import { excerpt, ParseError } from './errors.ts';
import type { Message } from './parser.ts';
import { readIsoTime } from './timestamps.ts';

/** Numbers from here on are milliseconds: as seconds they would lie beyond the year 5138. */
const firstMillisecond = 1e11;

/**
 * Sets `timestamp` and `bro_timestamp`. Microseconds are kept in the latter, up to six decimals and at least one. Throws
 * `ParseError` when `ts` is no time.
 */
export function setTime(message: Message, ts: unknown): void {
  if (typeof ts === 'number') {
    if (ts >= firstMillisecond) {
      message['timestamp'] = Math.trunc(ts);
      message['bro_timestamp'] = decimalText(ts / 1000);
    } else {
      message['timestamp'] = Math.trunc(ts * 1000);
      message['bro_timestamp'] = decimalText(ts);
    }
    return;
  }
  const time = typeof ts === 'string' ? readIsoTime(ts) : Number.NaN;
  if (Number.isNaN(time)) throw new ParseError(`ts is no time: ${excerpt(String(JSON.stringify(ts)))}`);
  message['timestamp'] = time;
  message['bro_timestamp'] = isoSeconds(String(ts), time);
}

function isoSeconds(text: string, time: number): string {
  const seconds = String(Math.floor(time / 1000));
  if (text.charCodeAt(19) !== 0x2e) return `${seconds}.0`;
  let end = 20;
  while (end < 26 && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  while (end > 21 && text.charCodeAt(end - 1) === 0x30) end--;
  return `${seconds}.${text.slice(20, end)}`;
}

/** Numbers written last, by some of their bits. */
const lastValues = new Float64Array(16).fill(Number.NaN);
const lastTexts: string[] = new Array<string>(16).fill('');

/** A number with one to six decimals, a tie going to the even neighbour. */
export function decimalText(value: number): string {
  // A record's time is written twice, and to write a double takes long.
  const slot = (value * 1024) & 15;
  if (lastValues[slot] === value) return lastTexts[slot]!;
  const text = writeDecimal(value);
  lastValues[slot] = value;
  lastTexts[slot] = text;
  return text;
}

function writeDecimal(value: number): string {
  const short = String(value);
  const dot = short.indexOf('.');
  if (short.includes('e')) return Math.abs(value) < 1 ? trimZeros(value.toFixed(6)) : short;
  if (dot < 0) return `${short}.0`;
  if (short.length - dot <= 7) return short;
  return trimZeros(isTie(value) ? evenNeighbour(short, dot) : value.toFixed(6));
}

/** Exactly half way between two numbers of six decimals: the double is a multiple of 2^-7 with seven decimals. */
function isTie(value: number): boolean {
  return Number.isInteger(value * 128) && !Number.isInteger(value * 64);
}

function evenNeighbour(short: string, dot: number): string {
  const cut = short.slice(0, dot + 7);
  const last = Number(cut.charAt(cut.length - 1));
  return last % 2 === 0 ? cut : cut.slice(0, -1) + String(last + 1);
}

function trimZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x30 && text.charCodeAt(end - 2) !== 0x2e) end--;
  return text.slice(0, end);
}
