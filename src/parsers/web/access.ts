/**
 * Access logs of Apache and nginx: common, combined, and either with the virtual host in front.
 *
 *     [HOST[:PORT] ]CLIENT IDENT USER [TIME] "REQUEST" STATUS BYTES[ "REFERRER" "AGENT"[ "FORWARDED FOR"]][ more]
 *
 * What stands behind those is kept as text. Escapes (`\"`, `\\`, `\xhh`) are decoded; in `url.*` they stay as the client sent them.
 */
import { isUtf8 } from 'node:buffer';
import type { Message } from '../parser.ts';
import { isIpAddress, setHost } from '../shared/addresses.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type EventFields, numberOr } from '../shared/event-fields.ts';
import { LineFormat, refusedLine } from '../shared/line-format.ts';
import { monthAt, wallClock } from '../timestamps.ts';
import { accessSamples } from './access.samples.ts';

class AccessParser extends LineFormat {
  protected override read(line: string): Message {
    const { fields } = this;
    const bracket = line.indexOf(' [');
    const timestamp = bracket < 0 ? Number.NaN : readClfTime(line, bracket + 2);
    if (Number.isNaN(timestamp))
      throw refusedLine(line, 'a line of an access log', 'CLIENT IDENT USER [10/Oct/2000:13:55:36 -0700]');
    fields.set('timestamp', timestamp);
    readClient(line, bracket, fields);
    fields.set('protocol', 'http');
    fields.set('event.category', 'web');
    const open = bracket + 29;
    if (line.charCodeAt(open) !== 0x20 || line.charCodeAt(open + 1) !== 0x22)
      throw refusedLine(line, 'a line of an access log', 'a quoted request behind the time');
    const close = closingQuote(line, open + 2);
    if (close < 0) throw refusedLine(line, 'a line of an access log', 'a quoted request behind the time');
    readRequest(line.slice(open + 2, close), fields);
    this.#readRest(line, close + 1);
    fields.set('original_string', line);
    return fields.build();
  }

  #readRest(line: string, from: number): void {
    const { fields } = this;
    let at = from;
    const status = wordAt(line, at);
    // nginx writes three digits always: `009` for HTTP/0.9, `000` when nothing was answered.
    const code = threeDigits.test(status) ? Number(status) : numberOr(status);
    if (status !== '' && status !== '-') {
      fields.set('http.response.status_code', code);
      if (typeof code === 'number') fields.set('event.outcome', code < 400 ? 'success' : 'failure');
    }
    at += status.length + 1;
    const bytes = wordAt(line, at);
    if (bytes !== '' && bytes !== '-') fields.set('http.response.body.bytes', numberOr(bytes));
    at += bytes.length + 1;
    for (const name of quotedNames) {
      if (line.charCodeAt(at) !== 0x20 || line.charCodeAt(at + 1) !== 0x22) break;
      const close = closingQuote(line, at + 2);
      if (close < 0) break;
      const value = line.slice(at + 2, close);
      if (value !== '-' && value !== '') fields.set(name, unescaped(value));
      at = close + 1;
    }
    fields.setText('web.extra', line.slice(at).trim());
  }
}

const threeDigits = /^\d{3}$/;
const quotedNames = ['http.request.referrer', 'user_agent.original', 'network.forwarded_ip'] as const;

function wordAt(line: string, at: number): string {
  if (line.charCodeAt(at) !== 0x20) return '';
  const end = line.indexOf(' ', at + 1);
  return line.slice(at + 1, end < 0 ? line.length : end);
}

/** `[HOST[:PORT] ]CLIENT IDENT USER`. A user's name may hold blanks. */
function readClient(line: string, end: number, fields: EventFields): void {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  const third = second < 0 ? -1 : line.indexOf(' ', second + 1);
  if (second < 0 || second > end) return;
  let clientAt = 0;
  let clientEnd = first;
  let identEnd = second;
  // With a virtual host there is one word more, and it is no address.
  if (third > 0 && third <= end && looksLikeVirtualHost(line, first, second)) {
    readVirtualHost(line.slice(0, first), fields);
    clientAt = first + 1;
    clientEnd = second;
    identEnd = third;
  }
  setHost(fields, 'ip_src_addr', 'source.domain', line.slice(clientAt, clientEnd));
  const ident = line.slice(clientEnd + 1, identEnd);
  if (ident !== '-') fields.setText('web.ident', ident);
  const user = line.slice(Math.min(identEnd + 1, end), end);
  // Apache writes two quotes for a name that is empty.
  if (user !== '-' && user !== '""') fields.setText('user.name', user);
}

/** The second word is an address and the first is not, or has a port. */
function looksLikeVirtualHost(line: string, first: number, second: number): boolean {
  return isIpAddress(line.slice(first + 1, second)) && !isIpAddress(line.slice(0, first));
}

function readVirtualHost(host: string, fields: EventFields): void {
  const colon = host.lastIndexOf(':');
  const port = colon > 0 ? numberOr(host.slice(colon + 1)) : undefined;
  fields.setText('url.domain', typeof port === 'number' ? host.slice(0, colon) : host);
  if (typeof port === 'number') fields.set('ip_dst_port', port);
}

/** `GET /path?query HTTP/1.1`; what is no such request is kept whole. */
function readRequest(request: string, fields: EventFields): void {
  if (request === '-' || request === '') return;
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  if (first <= 0 || first > 32) {
    fields.set('web.request', request);
    return;
  }
  fields.set('http.request.method', request.slice(0, first));
  const hasVersion = last > first && request.startsWith('HTTP/', last + 1);
  if (hasVersion) fields.set('http.version', request.slice(last + 6));
  const url = request.slice(first + 1, hasVersion ? last : request.length);
  fields.setText('url.original', url);
  const query = url.indexOf('?');
  fields.setText('url.path', query < 0 ? url : url.slice(0, query));
  if (query >= 0) fields.setText('url.query', url.slice(query + 1));
}

/** Index of the quote that ends a text; minus one when none does. */
function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at > 0) {
    let slashes = 0;
    while (at - slashes > from && line.charCodeAt(at - slashes - 1) === 0x5c) slashes++;
    if ((slashes & 1) === 0) return at;
    at = line.indexOf('"', at + 1);
  }
  return -1;
}

const escapes = /(?:\\x[0-9A-Fa-f]{2})+|\\([\s\S])/g;
const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', v: '\v', f: '\f' };

/** Both servers write bytes beyond ASCII as `\xhh` each; several make one character of UTF-8. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escapes, (all, c: string | undefined) => {
    if (c !== undefined) return Object.hasOwn(letters, c) ? letters[c]! : c;
    const bytes = Buffer.from(all.replaceAll('\\x', ''), 'hex');
    return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
  });
}

/** `10/Oct/2000:13:55:36 -0700]` from `at` on, to epoch milliseconds; NaN when it is no such time. */
export function readClfTime(line: string, at: number): number {
  if (
    line.charCodeAt(at + 26) !== 0x5d ||
    line.charCodeAt(at + 2) !== 0x2f ||
    line.charCodeAt(at + 6) !== 0x2f
  )
    return Number.NaN;
  if (
    line.charCodeAt(at + 11) !== 0x3a ||
    line.charCodeAt(at + 14) !== 0x3a ||
    line.charCodeAt(at + 17) !== 0x3a
  )
    return Number.NaN;
  const sign = line.charCodeAt(at + 21);
  if (line.charCodeAt(at + 20) !== 0x20 || (sign !== 0x2b && sign !== 0x2d)) return Number.NaN;
  const local = wallClock(
    two(line, at + 7) * 100 + two(line, at + 9),
    monthAt(line, at + 3),
    two(line, at),
    two(line, at + 12),
    two(line, at + 15),
    two(line, at + 18),
    0,
  );
  const offset = two(line, at + 22) * 3_600_000 + two(line, at + 24) * 60_000;
  return sign === 0x2d ? local + offset : local - offset;
}

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

export const webAccess: DocumentedParser = {
  name: 'web-access',
  classNames: ['WebAccessParser', 'apache-access', 'nginx-access', 'apache', 'nginx'],
  description: 'Access logs of Apache and nginx: common and combined, with or without the virtual host',
  options: [],
  samples: accessSamples,
  references: [
    'Apache HTTP Server, "Log Files", Access Log: https://httpd.apache.org/docs/2.4/logs.html#accesslog',
    'Apache HTTP Server, mod_log_config: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html',
    'nginx, ngx_http_log_module: https://nginx.org/en/docs/http/ngx_http_log_module.html',
  ],
  fields: [
    field('ip_src_addr', 'text', 'The client, when it is an address.'),
    field('source.domain', 'text', 'The client, when it is a name.'),
    field('ip_dst_port', 'number', 'Port of the virtual host.'),
    field('protocol', 'text', '`http`.'),
    field('user.name', 'text', 'Who was authenticated.'),
    field('web.ident', 'text', 'Name by identd (RFC 1413).'),
    field('url.domain', 'text', 'Virtual host.'),
    field('url.original', 'text', 'What was asked for, as sent.'),
    field('url.path', 'text', 'Its path.'),
    field('url.query', 'text', 'Its query, without the question mark.'),
    field('http.request.method', 'text', 'Method.'),
    field('http.request.referrer', 'text', 'Referrer.'),
    field('http.version', 'text', 'Version of HTTP.'),
    field('http.response.status_code', 'number', 'Status.'),
    field('http.response.body.bytes', 'number', 'Bytes of the answer’s body.'),
    field('user_agent.original', 'text', 'User agent.'),
    field(
      'network.forwarded_ip',
      'text',
      'Third quoted text behind the size: nginx’s `main` format has `X-Forwarded-For` there.',
    ),
    field('event.category', 'text', '`web`.'),
    field('event.outcome', 'text', '`success` below status 400, else `failure`.'),
    field('web.request', 'text', 'A request that is no HTTP.'),
    field('web.extra', 'text', 'What stands behind.'),
  ],
  configure: () => new AccessParser(),
};
