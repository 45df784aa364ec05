/** What CEF and LEEF have in common: the syslog header before them, the cells between bars, `key=value` extensions with labels. */
import { charsetDecoder } from './charset.ts';
import { ParseError } from './errors.ts';
import { javaZone } from './java-zone.ts';
import { KeyShapes } from './key-shapes.ts';
import { hashStep, type KeyInfo, KeyTable } from './key-table.ts';
import type { Message, Parser, ParserEnvironment, ParserOption, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { endOfPriority } from './syslog.ts';
import type { TimeZone } from './time-zone.ts';
import { endOfSyslogTime, readSyslogTime } from './timestamps.ts';

/** What stands before the format's own header. */
export class SyslogPrefix {
  /** Epoch milliseconds; NaN when a time stands there that does not exist; undefined when none does. */
  timestamp: number | undefined;
  host: string | undefined;

  /** `[<pri>][version ][time ][host ]…` in text[0, end). */
  read(text: string, end: number, zone: TimeZone, now: number): void {
    this.timestamp = undefined;
    this.host = undefined;
    if (end === 0) return;
    let at = endOfPriority(text);
    if (at > 0 && text.charCodeAt(at) === 0x31 && text.charCodeAt(at + 1) === 0x20) at += 2;
    while (at < end && text.charCodeAt(at) === 0x20) at++;
    const timeEnd = endOfSyslogTime(text, at);
    if (timeEnd > 0 && timeEnd <= end) {
      const time = readSyslogTime(text, zone, now, at, timeEnd);
      const first = text.charCodeAt(at);
      const isHost = Number.isNaN(time) && first >= 0x30 && first <= 0x39;
      if (!isHost) {
        this.timestamp = time;
        at = timeEnd;
        while (at < end && text.charCodeAt(at) === 0x20) at++;
      }
    }
    const space = text.indexOf(' ', at);
    const hostEnd = space < 0 || space > end ? end : space;
    if (hostEnd > at && hostEnd - at <= 255 && isHostName(text, at, hostEnd, this.timestamp !== undefined))
      this.host = text.slice(at, hostEnd);
  }
}

/** Letters, digits, dots, dashes, … Without a time before it a word with capitals is more likely text. */
function isHostName(text: string, from: number, to: number, behindTime: boolean): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    const fits =
      (c >= 0x61 && c <= 0x7a) ||
      (c >= 0x30 && c <= 0x39) ||
      c === 0x2e ||
      c === 0x2d ||
      c === 0x5f ||
      c === 0x5c ||
      (behindTime && ((c >= 0x41 && c <= 0x5a) || c === 0x3a));
    if (!fits) return false;
  }
  return true;
}

/**
 * Reads `count` cells that end with a bar each (the last may end with the text) from `from` on into `cells`; a backslash before a bar
 * or a backslash makes it part of the cell. Answers the index behind them, minus one when there are fewer.
 */
export function readCells(text: string, from: number, count: number, cells: string[]): number {
  let at = from;
  let slash = text.indexOf('\\', from);
  if (slash < 0) slash = text.length;
  for (let i = 0; i < count; i++) {
    let end = text.indexOf('|', at);
    if (slash < at) slash = indexOrEnd(text, '\\', at);
    const mayEscape = slash < end || end < 0;
    if (mayEscape) while (end > 0 && isEscaped(text, end, at)) end = text.indexOf('|', end + 1);
    if (end < 0) {
      if (i < count - 1) return -1;
      end = text.length;
    }
    const cell = text.slice(at, end);
    cells[i] = mayEscape ? cell.replace(/\\([\\|])/g, '$1') : cell;
    at = end + 1;
  }
  return Math.min(at, text.length);
}

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

/** Whether an odd number of backslashes stands before `at`, not counting those before `from`. */
export function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - slashes > from && text.charCodeAt(at - slashes - 1) === 0x5c) slashes++;
  return (slashes & 1) === 1;
}

/** Pairs of names and values, in arrays that grow and are used again. */
export class Pairs {
  readonly names: string[] = [];
  readonly values: unknown[] = [];
  /** Of pairs added by key. */
  readonly keys: KeyInfo[] = [];
  count = 0;
  /** How many of them are labels. */
  labels = 0;

  clear(): void {
    this.count = 0;
    this.labels = 0;
  }

  add(name: string, value: unknown): void {
    this.names[this.count] = name;
    this.values[this.count++] = value;
  }

  addKey(info: KeyInfo, value: string): void {
    const at = this.count++;
    this.names[at] = info.name;
    this.values[at] = value;
    this.keys[at] = info;
    if (info.kind === 'label') this.labels++;
  }
}

/** Characters that no key has: `=` behind one of them belongs to a value (`http://host/?a=b`). */
const notInKeys = new Uint8Array(128);
for (let c = 0; c <= 0x20; c++) notInKeys[c] = 1;
for (const c of '"\'#%&()*+,/:;<=>?\\`{|}~') notInKeys[c.charCodeAt(0)] = 1;

/**
 * Reads `key=value key=value …` where values may hold blanks: a key is the word before an equals sign that no backslash escapes.
 * Values are trimmed, escapes stay as written; keys without a value are left out. Answers whether there was any key.
 */
export function readExtensions(text: string, from: number, end: number, keys: KeyTable, out: Pairs): boolean {
  let key: KeyInfo | undefined;
  let valueAt = from;
  for (
    let equals = text.indexOf('=', from);
    equals >= 0 && equals < end;
    equals = text.indexOf('=', equals + 1)
  ) {
    let keyAt = equals;
    let hash = 0;
    while (keyAt > valueAt) {
      const c = text.charCodeAt(keyAt - 1);
      if (c < 128 && notInKeys[c] === 1) break;
      hash = hashStep(hash, c);
      keyAt--;
    }
    if (keyAt === equals || (keyAt > valueAt && text.charCodeAt(keyAt - 1) > 0x20)) continue;
    // The first word behind a value's equals sign is the value, not a key: key=value=more.
    if (key !== undefined && keyAt === valueAt) continue;
    if (key !== undefined) addTrimmed(out, key, text, valueAt, keyAt);
    key = keys.get(text, keyAt, equals, hash);
    valueAt = equals + 1;
  }
  if (key === undefined) return false;
  addTrimmed(out, key, text, valueAt, end);
  return true;
}

function addTrimmed(out: Pairs, key: KeyInfo, text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  if (end > start) out.addKey(key, text.slice(start, end));
}

/** From so many pairs on a map finds the labelled ones. */
const manyPairs = 40;

/**
 * `cs1Label=Policy` renames `cs1` to `Policy`, wherever it stands; labels themselves are left out, also those of keys that are not
 * there. A label that is one of `reserved` is not taken: the data would choose what it overwrites.
 */
export function applyLabels(pairs: Pairs, reserved: ReadonlySet<string>): void {
  if (pairs.labels === 0) return;
  const { names, values, keys, count } = pairs;
  const places = count > manyPairs ? new Map(keys.slice(0, count).map(({ key }, i) => [key, i])) : undefined;
  for (let i = 0; i < count; i++) {
    const { kind, base } = keys[i]!;
    if (kind !== 'label') continue;
    const at = places === undefined ? placeOf(base, keys, count) : (places.get(base) ?? -1);
    const label = values[i];
    if (at >= 0 && typeof label === 'string' && !reserved.has(label)) names[at] = label;
  }
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (keys[i]!.kind === 'label') continue;
    if (kept < i) {
      names[kept] = names[i]!;
      keys[kept] = keys[i]!;
      values[kept] = values[i];
    }
    kept++;
  }
  pairs.count = kept;
}

function placeOf(key: string, keys: readonly KeyInfo[], count: number): number {
  for (let i = count - 1; i >= 0; i--) if (keys[i]!.key === key) return i;
  return -1;
}

/** The key whose name a label is. */
export function baseOf(key: string): string {
  return isLabel(key) ? key.slice(0, -5) : '';
}

export function isLabel(key: string): boolean {
  return key.length > 5 && key.endsWith('Label');
}

/** A time that cannot be read. */
export class BadTime extends ParseError {}

export const eventFormatOptions: readonly ParserOption[] = [
  {
    name: 'deviceTimeZone',
    type: 'zone',
    default: 'UTC',
    description: 'Zone of times without one in the syslog header.',
  },
];

/** What both parsers keep from line to line, and how their messages begin and end. */
export abstract class EventFormatParser implements Parser {
  protected readonly environment: ParserEnvironment;
  protected readonly zone: TimeZone;
  protected readonly cells: string[] = [];
  protected readonly pairs = new Pairs();
  protected readonly keys: KeyTable;
  readonly #headerZone: TimeZone;
  readonly #prefix = new SyslogPrefix();
  readonly #shapes = new KeyShapes();

  constructor(config: Settings, environment: ParserEnvironment, describe: (key: string) => KeyInfo) {
    this.environment = environment;
    this.keys = new KeyTable(describe);
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#headerZone = javaZone(textSetting(config, 'deviceTimeZone', 'UTC'));
    this.zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
  }

  abstract parse(text: string, sink: ParseSink): void;

  /** Begins a message by what stands before the format's own header. Answers the present. */
  protected begin(line: string, headerAt: number): number {
    const now = this.environment.now();
    this.#prefix.read(line, headerAt, this.#headerZone, now);
    this.pairs.clear();
    return now;
  }

  /** The message. `deviceTime`: what the event says itself; else the syslog header's time holds, else the present. */
  protected finish(line: string, deviceTime: number | undefined, now: number): Message {
    const { pairs } = this;
    const { host, timestamp } = this.#prefix;
    const time = deviceTime ?? timestamp ?? now;
    if (Number.isNaN(time)) throw new BadTime('The time of the syslog header does not exist');
    if (host !== undefined) pairs.add('host', host);
    pairs.add('timestamp', time);
    pairs.add('original_string', line);
    return this.#shapes.build(pairs.names, pairs.values, pairs.count);
  }
}
