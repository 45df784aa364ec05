/** Error logs of Apache and nginx. */
import type { Message } from '../parser.ts';
import { setEndpoint } from '../shared/addresses.ts';
import { millisecondsOf, readDateTime } from '../shared/any-time.ts';
import { type DocumentedParser, deviceTimeZoneOption, field } from '../shared/documented.ts';
import { type EventFields, numberOr } from '../shared/event-fields.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { monthAt, wallClock } from '../timestamps.ts';
import { apacheErrorSamples, nginxErrorSamples } from './errors.samples.ts';

const apacheTime =
  /^\[(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})\] /;
/** `%{cu}t`: compact, ISO 8601. */
const compactTime = /^\[(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\] /;
/** Where in the source it was written, at the levels of debugging. */
const sourcePlace = /^([\w./-]{1,128}\.[ch]\w{0,2})\((\d{1,7})\): /;
/** `(13)Permission denied: `, `(EAI 2)…`, `(OS 10054)…`: what the system said; it stands before the client. */
const systemError = /^\(((?:EAI |OS |os )?(?:\d{1,10}|0x[0-9a-f]{8}))\)([^:[\]]{1,256}): /;
const apacheCode = /^(AH\d{5}): /;

/** `[Fri Mar 09 10:42:29.902022 2026] [core:error] [pid 35708:tid 4328636416] [client 192.0.2.1:80] AH00128: text, referer: URL`. */
class ApacheErrorParser extends TimedLineFormat {
  protected override read(line: string): Message {
    const { fields } = this;
    const head = readHead(line);
    if (head === undefined)
      throw refusedLine(line, 'a line of Apache’s error log', '[Wed Oct 11 14:32:52 2000] [error] …');
    const timestamp = this.zone.toEpoch(head.local);
    if (Number.isNaN(timestamp))
      throw refusedLine(line, 'a line of Apache’s error log', 'a time that exists');
    fields.set('timestamp', timestamp);
    let at = readParts(line, head.end, fields);
    const place = sourcePlace.exec(line.slice(at, at + 160));
    if (place !== null) {
      fields.set('log.origin.file.name', place[1]);
      fields.set('log.origin.file.line', numberOr(place[2]!));
      at += place[0].length;
    }
    const system = systemError.exec(line.slice(at, at + 300));
    if (system !== null) {
      fields.set('error.code', system[1]);
      fields.set('error.message', system[2]);
      at += system[0].length;
    }
    if (place !== null || system !== null) at = readParts(line, at, fields);
    const code = apacheCode.exec(line.slice(at, at + 16));
    if (code !== null) {
      fields.set('event.code', code[1]);
      at += code[0].length;
    }
    const referrer = line.lastIndexOf(', referer: ');
    if (referrer > at) fields.set('http.request.referrer', line.slice(referrer + 11));
    fields.setText('message', line.slice(at, referrer > at ? referrer : line.length));
    fields.set('event.category', 'web');
    fields.set('original_string', line);
    return fields.build();
  }
}

/** The time as it would be in UTC, and the index behind it. */
function readHead(line: string): { local: number; end: number } | undefined {
  const usual = apacheTime.exec(line);
  if (usual !== null) {
    const [all, month = '', day, hour, minute, second, fraction, year] = usual;
    return { local: clock(year, monthAt(month, 0), day, hour, minute, second, fraction), end: all.length };
  }
  const compact = compactTime.exec(line);
  if (compact === null) return undefined;
  const [all, year, month, day, hour, minute, second, fraction] = compact;
  return { local: clock(year, Number(month), day, hour, minute, second, fraction), end: all.length };
}

function clock(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
): number {
  return wallClock(
    Number(year),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millisecondsOf(fraction),
  );
}

/** Bracketed parts; one that is not known begins the text. Answers the index behind them. */
function readParts(line: string, from: number, fields: EventFields): number {
  let at = from;
  while (line.charCodeAt(at) === 0x5b) {
    const close = line.indexOf('] ', at);
    if (close < 0 || !readPart(line.slice(at + 1, close), fields)) break;
    at = close + 2;
  }
  return at;
}

function readPart(part: string, fields: EventFields): boolean {
  if (part.startsWith('client ') || part.startsWith('remote ')) {
    setEndpoint(fields, 'ip_src_addr', 'ip_src_port', part.slice(7));
    return true;
  }
  if (part.startsWith('pid ')) {
    const colon = part.indexOf(':tid ');
    fields.setNumber('process.pid', part.slice(4, colon < 0 ? part.length : colon));
    if (colon > 0) fields.setNumber('process.thread.id', part.slice(colon + 5));
    return true;
  }
  const level = levelPart.exec(part);
  if (level === null) return false;
  if (level[1] !== undefined) fields.set('apache.error.module', level[1]);
  fields.set('log.level', level[2]);
  return true;
}

const levelPart = /^(?:([a-z0-9_-]{1,64})?:)?(emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])$/;

const nginxHead =
  /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[([a-z]{1,10})\] (\d{1,10})#(\d{1,20}): (?:\*(\d{1,20}) )?/;

/** Pairs at the end of a line, in the order in which nginx writes them. */
const nginxPairs: readonly (readonly [key: string, field: string])[] = [
  [', client: ', 'ip_src_addr'],
  [', server: ', 'nginx.error.server'],
  [', login: ', 'user.name'],
  [', request: ', 'nginx.error.request'],
  [', subrequest: ', 'nginx.error.subrequest'],
  [', upstream: ', 'nginx.error.upstream'],
  [', host: ', 'url.domain'],
  [', referrer: ', 'http.request.referrer'],
  [', bytes from/to client:', 'nginx.error.client_bytes'],
  [', bytes from/to upstream:', 'nginx.error.upstream_bytes'],
];
/** A datagram's client, in the `stream` module. */
const udpClient = ', udp client: ';

/** `2026/03/09 08:12:44 [error] 1234#5678: *90 text, client: 192.0.2.1, server: name, request: "GET / HTTP/1.1", host: "name"`. */
class NginxErrorParser extends TimedLineFormat {
  protected override read(line: string): Message {
    const { fields } = this;
    const head = nginxHead.exec(line);
    if (head === null)
      throw refusedLine(line, 'a line of nginx’s error log', '2026/03/09 08:12:44 [error] 1234#5678: …');
    const timestamp = readDateTime(head[1]!, this.zone);
    if (Number.isNaN(timestamp)) throw refusedLine(line, 'a line of nginx’s error log', 'a time that exists');
    fields.set('timestamp', timestamp);
    fields.set('log.level', head[2]);
    fields.set('process.pid', numberOr(head[3]!));
    fields.set('process.thread.id', numberOr(head[4]!));
    if (head[5] !== undefined) fields.set('nginx.error.connection_id', numberOr(head[5]));
    this.#readText(line, head[0].length);
    fields.set('event.category', 'web');
    fields.set('original_string', line);
    return fields.build();
  }

  #readText(line: string, from: number): void {
    const { fields } = this;
    let first = line.indexOf(', client: ', from);
    const udp = first < 0 ? line.indexOf(udpClient, from) : -1;
    if (udp >= 0) first = udp;
    fields.setText('message', line.slice(from, first < 0 ? line.length : first));
    if (first < 0) return;
    let at = udp >= 0 ? udp + udpClient.length - nginxPairs[0]![0].length : first;
    if (udp >= 0) fields.set('protocol', 'udp');
    for (let i = 0; i < nginxPairs.length && at < line.length; i++) {
      const [key, name] = nginxPairs[i]!;
      if (!line.startsWith(key, at) && !(i === 0 && udp >= 0)) continue;
      const valueAt = at + key.length;
      let end = line.length;
      // A quoted value may hold anything up to the next key; the nearest one ends it.
      for (let j = i + 1; j < nginxPairs.length; j++) {
        const next = line.indexOf(nginxPairs[j]![0], valueAt);
        if (next >= 0 && next < end) end = next;
      }
      setUnquoted(name, line.slice(valueAt, end), fields);
      at = end;
    }
    fields.setText('nginx.error.extra', line.slice(at));
  }
}

function setUnquoted(name: string, text: string, fields: EventFields): void {
  const value = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  fields.setText(name, value);
  if (name !== 'nginx.error.request') return;
  const first = value.indexOf(' ');
  const last = value.lastIndexOf(' ');
  if (first <= 0 || last <= first) return;
  fields.set('http.request.method', value.slice(0, first));
  fields.set('url.original', value.slice(first + 1, last));
}

const common = [
  field('message', 'text', 'What happened.'),
  field('log.level', 'text', 'Level.'),
  field('process.pid', 'number', 'Process.'),
  field('process.thread.id', 'number', 'Thread.'),
  field('ip_src_addr', 'text', 'Client.'),
  field('http.request.referrer', 'text', 'Referrer.'),
  field('event.category', 'text', '`web`.'),
];

export const apacheError: DocumentedParser = {
  name: 'apache-error',
  classNames: ['ApacheErrorParser'],
  description: 'Error log of Apache 2.2 and 2.4',
  options: [deviceTimeZoneOption],
  samples: apacheErrorSamples,
  references: [
    'Apache HTTP Server, "Log Files", Error Log: https://httpd.apache.org/docs/2.4/logs.html#errorlog',
    'Apache HTTP Server, core, ErrorLogFormat: https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat',
  ],
  fields: [
    ...common,
    field('ip_src_port', 'number', 'Port of the client.'),
    field('event.code', 'text', 'Number of the message, such as `AH00128`.'),
    field('apache.error.module', 'text', 'Module that writes.'),
    field('error.code', 'text', 'Number of the system’s error: `13`, `EAI 2`.'),
    field('error.message', 'text', 'What the system says of it.'),
    field('log.origin.file.*', 'any', '`name` and `line` of the source, at the levels of debugging.'),
  ],
  configure: (config, environment) => new ApacheErrorParser(config, environment),
};

export const nginxError: DocumentedParser = {
  name: 'nginx-error',
  classNames: ['NginxErrorParser'],
  description: 'Error log of nginx',
  options: [deviceTimeZoneOption],
  samples: nginxErrorSamples,
  references: [
    'nginx, error_log: https://nginx.org/en/docs/ngx_core_module.html#error_log',
    'nginx, ngx_http_log_error_handler, ngx_stream_log_error, ngx_mail_log_error: https://github.com/nginx/nginx/tree/master/src',
    'nginx, "A debugging log": https://nginx.org/en/docs/debugging_log.html',
  ],
  fields: [
    ...common,
    field('protocol', 'text', '`udp`, when the client sends datagrams.'),
    field('user.name', 'text', '`login` of the mail proxy.'),
    field('url.domain', 'text', '`host`.'),
    field('url.original', 'text', 'What was asked for.'),
    field('http.request.method', 'text', 'Method.'),
    field(
      'nginx.error.*',
      'any',
      '`connection_id`, `server`, `request`, `subrequest`, `upstream`, `client_bytes` and `upstream_bytes` (from/to), and `extra`: what stands behind.',
    ),
  ],
  configure: (config, environment) => new NginxErrorParser(config, environment),
};
