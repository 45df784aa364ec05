/** IBM QRadar's Log Event Extended Format, versions 1 and 2 (Metron's LEEFParser). */
import { portOf, reservedNames } from './cef.ts';
import { leefTimes, readDeviceTime } from './device-time.ts';
import { excerpt, ParseError } from './errors.ts';
import {
  applyLabels,
  BadTime,
  baseOf,
  EventFormatParser,
  eventFormatOptions,
  isEscaped,
  isLabel,
  type Pairs,
  readCells,
  readExtensions,
} from './event-format.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { hashOf, type KeyInfo, type KeyTable } from './key-table.ts';
import { parseTextLines } from './line-records.ts';
import type { Message, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import type { Settings } from './settings.ts';
import { yearOfYearless } from './timestamps.ts';

const renames: ReadonlyMap<string, string> = new Map([
  ['src', 'ip_src_addr'],
  ['dst', 'ip_dst_addr'],
  ['srcPort', 'ip_src_port'],
  ['dstPort', 'ip_dst_port'],
]);

const headerNames = ['DeviceVendor', 'DeviceProduct', 'DeviceVersion', 'DeviceEvent'];

const maxFormats = 64;
const maxFormatLength = 64;

function describe(key: string): KeyInfo {
  const kind =
    key === 'srcPort' || key === 'dstPort'
      ? 'port'
      : key === 'devTime'
        ? 'time'
        : key === 'devTimeFormat'
          ? 'format'
          : isLabel(key)
            ? 'label'
            : 'plain';
  return { key, name: renames.get(key) ?? key, kind, base: baseOf(key) };
}

class LeefParser extends EventFormatParser {
  /** Readers of the date patterns that events name. */
  readonly #formats = new Map<string, DateReader | null>();
  #deviceTime: string | undefined;
  #deviceFormat: string | undefined;

  constructor(config: Settings, environment: ParserEnvironment) {
    super(config, environment, describe);
  }

  override parse(text: string, sink: ParseSink): void {
    parseTextLines(text, new TimesRefuseLines(text, sink), this.#readLine);
  }

  readonly #readLine = (line: string): Message => {
    const headerAt = line.indexOf('LEEF:');
    if (headerAt < 0) throw new ParseError(`No LEEF header (LEEF:1.0|…) in ${excerpt(line)}`);
    const versionEnd = line.indexOf('|', headerAt);
    const version = versionEnd < 0 ? '' : line.slice(headerAt + 5, versionEnd).trim();
    if (version !== '1.0' && version !== '2.0' && version !== '0' && version !== '1' && version !== '2')
      throw new ParseError(`The LEEF version ${excerpt(version)} is none of 1.0, 2.0 and 0`);
    const { cells, keys, pairs } = this;
    const behind = readCells(line, versionEnd + 1, headerNames.length, cells);
    if (behind < 0)
      throw new ParseError(`A LEEF header has five cells, this one has fewer: ${excerpt(line)}`);
    const now = this.begin(line, headerAt);
    if (version === '0') {
      readExtensions(line, behind, line.length, keys, pairs);
      applyLabels(pairs, reservedNames);
    } else if (version.startsWith('1')) readAttributes(line, behind, '\t', keys, pairs);
    else readVersion2(line, behind, keys, pairs);
    this.#readKinds();
    for (let i = 0; i < headerNames.length; i++) pairs.add(headerNames[i]!, cells[i]);
    return this.finish(line, this.#timeOf(this.#deviceTime, now), now);
  };

  #readKinds(): void {
    const { names, values, keys, count } = this.pairs;
    this.#deviceTime = undefined;
    this.#deviceFormat = undefined;
    for (let i = 0; i < count; i++) {
      const { kind } = keys[i]!;
      if (kind === 'port') values[i] = portOf(names[i]!, String(values[i]));
      else if (kind === 'time') this.#deviceTime = String(values[i]);
      else if (kind === 'format') this.#deviceFormat = String(values[i]);
    }
  }

  #timeOf(text: string | undefined, now: number): number | undefined {
    if (text === undefined) return undefined;
    const time = this.#readDeviceTime(text, now);
    if (Number.isNaN(time)) throw new BadTime(`The time devTime=${excerpt(text)} cannot be read`);
    return time;
  }

  #readDeviceTime(text: string, now: number): number {
    const format = this.#deviceFormat;
    if (format === undefined || /^\d+$/.test(text)) return readDeviceTime(text, leefTimes, this.zone, now);
    let read = this.#formats.get(format);
    if (read === undefined) {
      try {
        read = format.length > maxFormatLength ? null : simpleDateFormat(format, this.zone);
      } catch {
        read = null;
      }
      if (this.#formats.size >= maxFormats) this.#formats.clear();
      this.#formats.set(format, read);
    }
    if (read === null) throw new BadTime(`The date pattern devTimeFormat=${excerpt(format)} cannot be read`);
    const time = read(text, now);
    if (Number.isNaN(time) || new Date(time).getUTCFullYear() !== 1970 || format.includes('y')) return time;
    return yearOfYearless((year) => new Date(time).setUTCFullYear(year), this.zone, now);
  }
}

/** A record of one line whose time is bad is refused as a line, as the reference does it. */
class TimesRefuseLines implements ParseSink {
  readonly #text: string;
  readonly #sink: ParseSink;

  constructor(text: string, sink: ParseSink) {
    this.#text = text;
    this.#sink = sink;
  }

  emit(message: Message): void {
    this.#sink.emit(message);
  }

  reject(line: string, error: Error): void {
    this.#sink.reject(line, error);
  }

  fail(error: Error): void {
    if (error instanceof BadTime) this.#sink.reject(this.#text.trimEnd(), error);
    else this.#sink.fail(error);
  }

  skip(line: string, reason: string): void {
    this.#sink.skip(line, reason);
  }
}

/** The delimiter may stand in a cell of its own: a character, its code (`0x5E`, `x5E`), or nothing, which is a tab. */
function readVersion2(line: string, from: number, keys: KeyTable, out: Pairs): void {
  const bar = line.indexOf('|', from);
  const cell = bar < 0 || bar - from > 8 ? undefined : line.slice(from, bar);
  if (cell === undefined || cell.includes('=')) {
    readAttributes(line, from, '\t', keys, out);
    return;
  }
  const code = /^0?x([0-9a-f]{1,4})$/i.exec(cell);
  const delimiters =
    code === null ? (cell === '' ? '\t' : cell) : String.fromCharCode(Number.parseInt(code[1]!, 16));
  readAttributes(line, bar + 1, delimiters, keys, out);
}

/** `key=value` between delimiters (any character of `delimiters`, unless a backslash stands before it). */
function readAttributes(line: string, from: number, delimiters: string, keys: KeyTable, out: Pairs): void {
  const { length } = line;
  let at = from;
  let equals = line.indexOf('=', from);
  while (at < length && line.charCodeAt(at) === 0x20) at++;
  while (at < length) {
    let end = nextDelimiter(line, at, delimiters);
    while (end < length && isEscaped(line, end, at)) end = nextDelimiter(line, end + 1, delimiters);
    if (equals >= 0 && equals < at) equals = line.indexOf('=', at);
    if (equals >= end || equals < 0) {
      if (line.slice(at, end).trim() !== '')
        throw new ParseError(`The attribute ${excerpt(line.slice(at, end))} has no equals sign`);
    } else {
      let keyAt = at;
      let keyEnd = equals;
      while (keyAt < keyEnd && line.charCodeAt(keyAt) <= 0x20) keyAt++;
      while (keyEnd > keyAt && line.charCodeAt(keyEnd - 1) <= 0x20) keyEnd--;
      const value = line.slice(equals + 1, end).trim();
      if (keyEnd > keyAt && value !== '')
        out.addKey(keys.get(line, keyAt, keyEnd, hashOf(line, keyAt, keyEnd)), value);
    }
    at = end + 1;
  }
}

function nextDelimiter(line: string, from: number, delimiters: string): number {
  if (delimiters.length === 1) {
    const at = line.indexOf(delimiters, from);
    return at < 0 ? line.length : at;
  }
  for (let at = from; at < line.length; at++) if (delimiters.includes(line.charAt(at))) return at;
  return line.length;
}

export const leef: ParserType = {
  name: 'leef',
  classNames: ['org.apache.metron.parsers.leef.LEEFParser'],
  description:
    'Log Event Extended Format (LEEF) 1.0 and 2.0, with or without a syslog header, one event a line',
  references: ['IBM QRadar Log Event Extended Format (LEEF), version 2'],
  options: eventFormatOptions,
  samples: [
    'LEEF:1.0|Example Networks|Gatekeeper|4.2|deny|src=192.0.2.17\tdst=198.51.100.20\tsrcPort=51514\tdstPort=3389\tproto=TCP\tsev=6\tusrName=ann\tdevTime=1767258061123',
    '<13>Jan  1 09:01:02 gw01 LEEF:1.0|Example Networks|Gatekeeper|4.2|allow|src=192.0.2.18\tdst=203.0.113.9\tsrcPort=40022\tdstPort=443\tproto=TCP\turl=https://shop.example/?item=7&lang=de',
    'LEEF:2.0|Sample Labs|StealthView|1.0|41|^|src=192.0.2.44^dst=198.51.100.77^sev=5^cat=anomaly^srcPort=81^dstPort=21^usrName=joe.black^devTime=2026-01-01 09:02:31.823 UTC^devTimeFormat=yyyy-MM-dd HH:mm:ss.SSS zzz',
    'LEEF:2.0|Sample Labs|Mail|3.1|spam|0x7C|src=192.0.2.9|sender=promo@mail.example|recipient=bob@example.org|sev=3|cat=spam',
    '<134>2026-01-01T09:03:05Z dsm LEEF:2.0|Sample Labs|HostGuard|20.0|2002779|cat=Integrity Monitor\tname=System file modified\tsev=8\tdvchost=www.example.org\tact=updated\tsuser=admin',
    'LEEF:0|Example|WafCloud|0|SQL Injection| fileId=3412364 src=192.0.2.99 srcPort=443 dst=198.51.100.35 dstPort=80 request=login.example/ cs1=NA cs1Label=Cap Support requestMethod=GET',
  ],
  configure: (config, environment) => new LeefParser(config, environment),
};
