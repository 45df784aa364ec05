/**
 * Syslog of RFC 5424: `<165>1 2003-10-11T22:14:15.003Z host app 42 ID47 [id k="v"] text`; priority and version may be missing.
 * Fields (text): `syslog.header.pri`, `.severity`, `.facility`, `.version`, `.timestamp`, `.hostName`, `.appName`, `.procId`, `.msgId`,
 * `syslog.structuredData.<id>.<param>` (escapes as written), `syslog.message` (absent when empty).
 *
 * Settings besides those of syslog.ts: `nilPolicy`: what becomes of a field that is `-`: `OMIT` (default), `DASH`, `NULL`.
 * A message without a time gets the present one.
 */
import type { Message, ParserEnvironment, ParserType } from './parser.ts';
import { choiceSetting, type Settings } from './settings.ts';
import { endOfPriority, isDigit, refused, SyslogParser, setPriority, syslogOptions } from './syslog.ts';
import { readIsoTime } from './timestamps.ts';

type NilPolicy = 'OMIT' | 'DASH' | 'NULL';

const nilPolicies = ['OMIT', 'DASH', 'NULL'] as const;

class Syslog5424Parser extends SyslogParser {
  readonly #nil: NilPolicy;

  constructor(settings: Settings, environment: ParserEnvironment) {
    super(settings, environment);
    this.#nil = choiceSetting(settings, 'nilPolicy', nilPolicies, 'OMIT');
  }

  protected override readLine(line: string): Message {
    const message: Message = {};
    let at = endOfPriority(line);
    if (at > 0) setPriority(message, line, at);
    const versionEnd = endOfVersion(line, at);
    if (versionEnd > at) {
      message['syslog.header.version'] = line.slice(at, versionEnd);
      at = versionEnd;
    }
    if (line.charCodeAt(at) === 0x20) at++;

    const timeEnd = line.indexOf(' ', at);
    let timestamp: number;
    if (isNil(line, at, timeEnd)) {
      timestamp = this.environment.now();
    } else {
      timestamp = readIsoTime(line, at, timeEnd);
      if (Number.isNaN(timestamp)) throw refused(line, 'a time such as 2003-10-11T22:14:15.003Z, or -');
    }
    const hostEnd = endOfNext(line, timeEnd);
    const appEnd = endOfNext(line, hostEnd);
    const procEnd = endOfNext(line, appEnd);
    const msgIdEnd = endOfNext(line, procEnd);
    if (timeEnd < 0 || msgIdEnd < 0)
      throw refused(line, 'time, host, application, process, message id and structured data');
    this.#set(message, 'syslog.header.timestamp', line, at, timeEnd);
    this.#set(message, 'syslog.header.hostName', line, timeEnd + 1, hostEnd);
    this.#set(message, 'syslog.header.appName', line, hostEnd + 1, appEnd);
    this.#set(message, 'syslog.header.procId', line, appEnd + 1, procEnd);
    this.#set(message, 'syslog.header.msgId', line, procEnd + 1, msgIdEnd);

    const dataEnd = readStructuredData(line, msgIdEnd + 1, message);
    if (dataEnd < line.length && line.charCodeAt(dataEnd) !== 0x20)
      throw refused(line, 'a blank behind the structured data');
    const text = line.slice(dataEnd).trim();
    if (text !== '') message['syslog.message'] = text;
    message['timestamp'] = timestamp;
    message['original_string'] = line;
    return message;
  }

  #set(message: Message, name: string, line: string, from: number, to: number): void {
    if (!isNil(line, from, to)) message[name] = line.slice(from, to);
    else if (this.#nil === 'DASH') message[name] = '-';
    else if (this.#nil === 'NULL') message[name] = null;
  }
}

/** Index behind a version (one to three digits and a blank) at `at`; `at` when there is none. */
function endOfVersion(line: string, at: number): number {
  let end = at;
  while (end < at + 3 && isDigit(line.charCodeAt(end))) end++;
  return end > at && line.charCodeAt(end) === 0x20 ? end : at;
}

/** Index of the blank behind the token that follows the blank at `blank`; minus one when there is no such token or blank. */
function endOfNext(line: string, blank: number): number {
  if (blank < 0) return -1;
  const end = line.indexOf(' ', blank + 1);
  return end > blank + 1 ? end : -1;
}

function isNil(line: string, from: number, to: number): boolean {
  return to - from === 1 && line.charCodeAt(from) === 0x2d;
}

/** Index behind the structured data at `from`: `-`, or elements in brackets one behind the other. */
function readStructuredData(line: string, from: number, message: Message): number {
  if (line.charCodeAt(from) === 0x2d) return from + 1;
  if (line.charCodeAt(from) !== 0x5b) throw refused(line, 'structured data or -');
  let at = from;
  while (line.charCodeAt(at) === 0x5b) at = readElement(line, at, message);
  return at;
}

/** `[id name="value" …]`; index behind it. */
function readElement(line: string, from: number, message: Message): number {
  let at = endOfName(line, from + 1);
  if (at === from + 1) throw refused(line, 'a name behind [');
  const prefix = `syslog.structuredData.${line.slice(from + 1, at)}.`;
  while (line.charCodeAt(at) === 0x20) {
    const nameAt = at + 1;
    const nameEnd = endOfName(line, nameAt);
    if (nameEnd === nameAt || line.charCodeAt(nameEnd) !== 0x3d || line.charCodeAt(nameEnd + 1) !== 0x22) {
      throw refused(line, 'name="value" in the structured data');
    }
    const valueEnd = endOfParameter(line, nameEnd + 2);
    if (valueEnd < 0) throw refused(line, 'a closing quote in the structured data');
    message[prefix + line.slice(nameAt, nameEnd)] = line.slice(nameEnd + 2, valueEnd);
    at = valueEnd + 1;
  }
  if (line.charCodeAt(at) !== 0x5d) throw refused(line, '] behind an element of structured data');
  return at + 1;
}

/** Names are printable characters but for blank, =, ] and " (RFC 5424, 6.3.3). */
function endOfName(line: string, from: number): number {
  let at = from;
  for (; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c <= 0x20 || c === 0x3d || c === 0x5d || c === 0x22) break;
  }
  return at;
}

/** Index of the quote that ends a value; a backslash takes the next character with it. Minus one when it does not end. */
function endOfParameter(line: string, from: number): number {
  let at = from;
  while (at < line.length) {
    const c = line.charCodeAt(at);
    if (c === 0x22) return at;
    at += c === 0x5c ? 2 : 1;
  }
  return -1;
}

export const syslog5424: ParserType = {
  name: 'syslog5424',
  classNames: ['org.apache.metron.parsers.syslog.Syslog5424Parser', 'Syslog5424Parser'],
  description: 'Syslog of RFC 5424: <165>1 2003-10-11T22:14:15.003Z host app 42 ID47 [id k="v"] text',
  references: ['RFC 5424, The Syslog Protocol'],
  options: [
    ...syslogOptions,
    {
      name: 'nilPolicy',
      type: 'text',
      choices: nilPolicies,
      default: 'OMIT',
      description: 'What becomes of a field that is `-`: left out, kept as `-` (`DASH`), or null.',
    },
  ],
  samples: [
    "<34>1 2026-01-11T22:14:15.003Z mail.example.org su - ID47 - 'su root' failed for ann on /dev/pts/8",
    '<165>1 2026-01-11T22:14:16.250+01:00 192.0.2.1 app 8710 - [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An application event',
    '<86>1 2026-01-11T22:14:17Z gw01 sshd 11672 - - Accepted publickey for ann from 192.0.2.55 port 50666 ssh2',
    '<14>1 - - billing - PAY [meta sequenceId="7"][origin ip="192.0.2.9"] payment 4711 refused',
    '<190>1 2026-01-11T22:14:18.123456Z sw01 LINK 1 UPDOWN [port name="ge-0/0/1" text="a \\"quoted\\" name"] link is down',
  ],
  configure: (config, environment) => new Syslog5424Parser(config, environment),
};
