/**
 * The syslog header before a program's own line, in all the shapes in which relays and files write it: RFC 5424, RFC 3164 with or without
 * priority, year, fraction, host and process id, or with the time in RFC 3339 (as rsyslog's files have it). Setting a time is left to
 * the rules of timestamps.ts: the zone and the clock are handed in, a missing year is the last one that is not four days ahead.
 */
import { endOfPriority } from '../syslog.ts';
import { TimeZone } from '../time-zone.ts';
import { endOfSyslogTime, facilityName, readSyslogTime, severityName } from '../timestamps.ts';
import { type EventFields, numberOr } from './event-fields.ts';

const longestTag = 64;
/** A time of RFC 5424 always names its zone. */
const utcOnly = new TimeZone('UTC');

export class SyslogEnvelope {
  /** Minus one when the line carries none. */
  priority = -1;
  /** Epoch milliseconds; NaN when there is no time, or one that does not exist. */
  timestamp = Number.NaN;
  host: string | undefined;
  program: string | undefined;
  pid: string | undefined;
  messageId: string | undefined;
  structuredData: string | undefined;
  /** Where the program's own text begins. */
  textAt = 0;

  /** Reads the header at the beginning of a line. Without one all is undefined and the text begins at once. */
  read(line: string, zone: TimeZone, now: number): void {
    this.timestamp = Number.NaN;
    this.host = this.program = this.pid = this.messageId = this.structuredData = undefined;
    let at = endOfPriority(line);
    this.priority = at > 0 ? Number(line.slice(1, at - 1)) : -1;
    if (
      at > 0 &&
      line.charCodeAt(at) === 0x31 &&
      line.charCodeAt(at + 1) === 0x20 &&
      this.#read5424(line, at + 2)
    )
      return;
    while (line.charCodeAt(at) === 0x20) at++;
    const timeEnd = endOfSyslogTime(line, at);
    if (timeEnd > at) {
      this.timestamp = readSyslogTime(line, zone, now, at, timeEnd);
      if (!Number.isNaN(this.timestamp)) {
        at = timeEnd;
        if (line.charCodeAt(at) === 0x3a) at++;
        while (line.charCodeAt(at) === 0x20) at++;
        at = this.#readHost(line, at);
      }
    }
    this.textAt = this.#readTag(line, at);
  }

  /** Sets the fields of the header. */
  describe(fields: EventFields): void {
    if (this.host !== undefined) fields.set('host.hostname', this.host);
    if (this.program !== undefined) fields.set('process.name', this.program);
    if (this.pid !== undefined) fields.set('process.pid', numberOr(this.pid));
    if (this.priority >= 0) {
      fields.set('log.syslog.priority', this.priority);
      fields.set('log.syslog.facility.name', facilityName(this.priority));
      fields.set('log.syslog.severity.name', severityName(this.priority));
    }
    if (this.messageId !== undefined) fields.set('log.syslog.msgid', this.messageId);
    if (this.structuredData !== undefined) fields.set('log.syslog.structured_data', this.structuredData);
  }

  /** `TIME HOST APP PROCID MSGID SD MSG` behind the version; false when it is not that. */
  #read5424(line: string, from: number): boolean {
    let at = from;
    for (let i = 0; i < 5; i++) {
      const space = line.indexOf(' ', at);
      if (space <= at) return false;
      const part = line.slice(at, space);
      if (i === 0) {
        if (part !== '-') {
          this.timestamp = readSyslogTime(part, utcOnly, 0);
          if (Number.isNaN(this.timestamp)) return false;
        }
      } else if (part !== '-') {
        if (i === 1) this.host = part;
        else if (i === 2) this.program = part;
        else if (i === 3) this.pid = part;
        else this.messageId = part;
      }
      at = space + 1;
    }
    if (line.charCodeAt(at) === 0x2d) at++;
    else {
      const end = endOfStructuredData(line, at);
      if (end === at) return false;
      this.structuredData = line.slice(at, end);
      at = end;
    }
    while (line.charCodeAt(at) === 0x20) at++;
    if (line.charCodeAt(at) === 0xfeff) at++;
    this.textAt = at;
    return true;
  }

  /** A word that is no tag is the host. BSD systems send none. */
  #readHost(line: string, from: number): number {
    const end = line.indexOf(' ', from);
    if (end <= from || end - from > 255) return from;
    if (line.charCodeAt(end - 1) === 0x3a) return from;
    this.host = line.slice(from, end);
    let at = end + 1;
    while (line.charCodeAt(at) === 0x20) at++;
    return at;
  }

  /** `name: `, `name[pid]: `, `name(module)[pid]: `. */
  #readTag(line: string, from: number): number {
    const limit = Math.min(line.length, from + longestTag);
    let at = from;
    while (at < limit && isTagCharacter(line.charCodeAt(at))) at++;
    if (at === from) return from;
    const nameEnd = at;
    let pid: string | undefined;
    if (line.charCodeAt(at) === 0x5b) {
      const close = line.indexOf(']', at);
      if (close < 0 || close - at > longestTag) return from;
      pid = line.slice(at + 1, close);
      at = close + 1;
    }
    if (line.charCodeAt(at) !== 0x3a) return from;
    if (at + 1 < line.length && line.charCodeAt(at + 1) !== 0x20) return from;
    this.program = line.slice(from, nameEnd);
    this.pid = pid;
    at++;
    while (line.charCodeAt(at) === 0x20) at++;
    return at;
  }
}

function isTagCharacter(c: number): boolean {
  return (
    (c >= 0x61 && c <= 0x7a) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x30 && c <= 0x39) ||
    c === 0x2d ||
    c === 0x5f ||
    c === 0x2e ||
    c === 0x2f ||
    c === 0x28 ||
    c === 0x29
  );
}

/** Index behind `[id name="value"…]…`; `from` when it does not begin or end. */
function endOfStructuredData(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 0x5b) {
    let quoted = false;
    let i = at + 1;
    for (; i < line.length; i++) {
      const c = line.charCodeAt(i);
      if (quoted) {
        if (c === 0x5c) i++;
        else if (c === 0x22) quoted = false;
      } else if (c === 0x22) quoted = true;
      else if (c === 0x5d) break;
    }
    if (i >= line.length) return from;
    at = i + 1;
  }
  return at;
}
