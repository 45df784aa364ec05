/**
 * BIND's log of queries: what named writes in the categories `queries`, `query-errors` and `security`, to a file or over syslog. Other lines of named keep
 * their text.
 *
 *     09-Mar-2026 08:12:44.123 queries: info: client @0x7f8b 10.0.0.1#51544 (example.com): query: example.com IN A +E(0)K (10.0.0.53)
 */
import type { Message } from '../parser.ts';
import { millisecondsOf } from '../shared/any-time.ts';
import { type DocumentedParser, deviceTimeZoneOption, field, syslogFields } from '../shared/documented.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import { monthAt, readIsoTime, wallClock } from '../timestamps.ts';
import { bindSamples } from './bind.samples.ts';

const fileTime = /^(\d\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))? /;
const labels = /^(?:([a-z-]{1,32}): )?(?:(critical|error|warning|notice|info|debug(?: \d{1,3})?): )?/;

class BindParser extends TimedLineFormat {
  readonly #envelope = new SyslogEnvelope();

  protected override read(line: string): Message {
    const { fields } = this;
    fields.set('timestamp', 0);
    const at = this.#readTime(line);
    const found = labels.exec(line.slice(at, at + 80));
    const [all = '', category, level] = found ?? [];
    // Without a level the word before the colon is of the text.
    const textAt =
      level === undefined && category !== undefined && !categories.has(category) ? at : at + all.length;
    if (textAt > at) {
      fields.setText('bind.category', category);
      fields.setText('log.level', level);
    }
    fields.setText('message', line.slice(textAt));
    if (line.startsWith('client ', textAt)) this.#readClient(line, textAt + 7);
    fields.set('original_string', line);
    return fields.build();
  }

  /** Sets the time and the syslog header; answers where the rest begins. */
  #readTime(line: string): number {
    const { fields } = this;
    const time = fileTime.exec(line);
    if (time !== null) {
      const part = (i: number): number => Number(time[i]);
      const timestamp = this.zone.toEpoch(
        wallClock(part(3), monthAt(time[2]!, 0), part(1), part(4), part(5), part(6), millisecondsOf(time[7])),
      );
      if (Number.isNaN(timestamp)) throw refusedLine(line, 'a line of named', 'a time that exists');
      fields.set('timestamp', timestamp);
      return time[0].length;
    }
    const space = line.indexOf(' ');
    const iso = space > 0 && space <= 40 ? readIsoTime(line, 0, space) : Number.NaN;
    if (!Number.isNaN(iso) && line.indexOf('named', space) !== line.indexOf(' ', space + 1) + 1) {
      fields.set('timestamp', iso);
      return space + 1;
    }
    const envelope = this.#envelope;
    envelope.read(line, this.zone, this.environment.now());
    if (!(envelope.timestamp >= 0))
      throw refusedLine(line, 'a line of named', '09-Mar-2026 08:12:44.123 or a syslog header');
    fields.set('timestamp', envelope.timestamp);
    envelope.describe(fields);
    return envelope.textAt;
  }

  /** `[@0x7f8b ]ADDRESS#PORT[ (NAME)]: [view NAME: ]what`. */
  #readClient(line: string, from: number): void {
    const { fields } = this;
    let at = from;
    if (line.startsWith('@0x', at)) {
      const space = line.indexOf(' ', at);
      if (space < 0) return;
      fields.set('bind.client', line.slice(at, space));
      at = space + 1;
    }
    const hash = line.indexOf('#', at);
    if (hash < 0 || hash - at > 64) return;
    fields.set('ip_src_addr', line.slice(at, hash));
    let portEnd = hash + 1;
    while (isDigit(line.charCodeAt(portEnd))) portEnd++;
    fields.setNumber('ip_src_port', line.slice(hash + 1, portEnd));
    at = portEnd;
    if (line.startsWith(' (', at)) {
      const close = line.indexOf('): ', at);
      if (close < 0) return;
      at = close + 1;
    }
    if (line.startsWith('/key ', at)) {
      const colon = line.indexOf(': ', at);
      if (colon < 0) return;
      fields.set('bind.key', line.slice(at + 5, colon));
      at = colon;
    }
    if (!line.startsWith(': ', at)) return;
    at += 2;
    if (line.startsWith('view ', at)) {
      const colon = line.indexOf(': ', at);
      if (colon < 0) return;
      fields.set('bind.view', line.slice(at + 5, colon));
      at = colon + 2;
    }
    this.#readWhat(line, at);
  }

  #readWhat(line: string, at: number): void {
    const { fields } = this;
    fields.set('event.category', 'network');
    fields.set('protocol', 'dns');
    if (line.startsWith('query: ', at)) this.#readQuery(line, at + 7);
    else if (
      line.startsWith('query (', at) ||
      line.startsWith("query '", at) ||
      line.startsWith("update '", at) ||
      line.startsWith("zone transfer '", at)
    )
      this.#readAccess(line, at);
    else if (line.startsWith('query failed (', at)) this.#readFailed(line, at + 14);
    else if (line.startsWith("transfer of '", at)) this.#readTransfer(line, at + 13);
    else if (line.startsWith('rpz ', at)) this.#readPolicy(line, at);
    else if (line.startsWith('rate limit ', at)) this.#readRateLimit(line, at);
  }

  /** `NAME CLASS TYPE FLAGS (SERVER)[ [ECS NET]]`. */
  #readQuery(line: string, from: number): void {
    const { fields } = this;
    fields.set('event.action', 'query');
    fields.set('event.type', 'protocol');
    const parts: string[] = [];
    let at = from;
    while (parts.length < 4 && at < line.length) {
      let end = line.indexOf(' ', at);
      if (end < 0) end = line.length;
      parts.push(line.slice(at, end));
      at = end + 1;
    }
    fields.setText('dns.question.name', parts[0]);
    fields.setText('dns.question.class', parts[1]);
    fields.setText('dns.question.type', parts[2]);
    const flags = parts[3] ?? '';
    fields.setText('bind.flags', flags);
    if (flags !== '') {
      fields.set('network.transport', flags.includes('T') ? 'tcp' : 'udp');
      fields.set('bind.recursion_desired', flags.startsWith('+'));
    }
    if (line.charCodeAt(at) !== 0x28) return;
    const close = line.indexOf(')', at);
    if (close < 0) return;
    fields.set('ip_dst_addr', line.slice(at + 1, close));
    const subnet = line.indexOf('[ECS ', close);
    if (subnet > 0)
      fields.setText('bind.client_subnet', line.slice(subnet + 5, line.endsWith(']') ? -1 : undefined));
  }

  /**
   * `query (cache) 'NAME/TYPE/CLASS' denied`, of a zone’s own names without `(cache)`; `update 'ZONE/CLASS' denied`; `zone transfer
   * 'ZONE/TYPE/CLASS' denied`. At debug levels `approved` as well.
   */
  #readAccess(line: string, from: number): void {
    const { fields } = this;
    const action = line.startsWith('update', from)
      ? 'update'
      : line.startsWith('zone', from)
        ? 'zone-transfer'
        : 'query';
    fields.set('event.action', action);
    const open = line.indexOf("'", from);
    const close = open < 0 ? -1 : line.lastIndexOf("'");
    const said = close > open ? line.slice(close + 1).trim() : '';
    const approved = said.startsWith('approved');
    fields.set('event.type', approved ? 'allowed' : 'denied');
    fields.set('event.outcome', approved ? 'success' : 'failure');
    if (close <= open) return;
    const name = line.slice(open + 1, close);
    if (action === 'update') this.#zone(name);
    else this.#question(name, 1);
    fields.setText('event.reason', said);
  }

  /** `ZONE/CLASS': AXFR started`: what a secondary server, or a thief, asked for. */
  #readTransfer(line: string, from: number): void {
    const { fields } = this;
    fields.set('event.action', 'zone-transfer');
    fields.set('event.type', 'protocol');
    const close = line.indexOf("': ", from);
    if (close < 0) return;
    this.#zone(line.slice(from, close));
    const said = line.slice(close + 3);
    fields.setText('event.reason', said);
    const kind = /^[AI]XFR(?=[ :-])/.exec(said.slice(0, 8));
    if (kind !== null) fields.set('dns.question.type', kind[0]);
  }

  /** `rpz QNAME NXDOMAIN rewrite NAME/TYPE/CLASS via RULE`: an answer that a response policy changed. */
  #readPolicy(line: string, from: number): void {
    const { fields } = this;
    const found = /^rpz ([A-Z-]{1,16}) ([A-Za-z-]{1,16}) rewrite /.exec(line.slice(from, from + 60));
    if (found === null) return;
    const at = from + found[0].length;
    const via = line.indexOf(' via ', at);
    fields.set('event.action', 'rpz-rewrite');
    fields.set('event.type', found[2] === 'PASSTHRU' ? 'allowed' : 'denied');
    fields.set('bind.rpz.trigger', found[1]);
    fields.set('bind.rpz.policy', found[2]);
    this.#question(line.slice(at, via < 0 ? line.length : via), 1);
    if (via > 0) fields.setText('rule.name', line.slice(via + 5).split(' ', 1)[0]);
  }

  /** `rate limit drop|slip … response to NETWORK for NAME CLASS TYPE (…)`. */
  #readRateLimit(line: string, from: number): void {
    const { fields } = this;
    fields.set('event.action', 'rate-limit');
    fields.set('event.type', 'denied');
    const at = line.indexOf(' for ', from);
    if (at < 0) return;
    const [name, dnsClass, type] = line.slice(at + 5).split(' ', 3);
    fields.setText('dns.question.name', name);
    fields.setText('dns.question.class', dnsClass);
    fields.setText('dns.question.type', type);
  }

  /** `ZONE/CLASS`. */
  #zone(text: string): void {
    const slash = text.lastIndexOf('/');
    this.fields.setText('dns.question.name', slash < 0 ? text : text.slice(0, slash));
    if (slash >= 0) this.fields.setText('dns.question.class', text.slice(slash + 1));
  }

  /** `SERVFAIL) for NAME/CLASS/TYPE at query.c:7837`. */
  #readFailed(line: string, from: number): void {
    const { fields } = this;
    fields.set('event.action', 'query');
    fields.set('event.type', 'error');
    fields.set('event.outcome', 'failure');
    const close = line.indexOf(') for ', from);
    if (close < 0) return;
    fields.set('dns.response_code', line.slice(from, close));
    const at = line.lastIndexOf(' at ');
    this.#question(line.slice(close + 6, at > close ? at : line.length), 2);
  }

  /** `NAME/TYPE/CLASS` (the type in the second place) or `NAME/CLASS/TYPE` (in the third). A name may hold slashes. */
  #question(text: string, typePlace: 1 | 2): void {
    const last = text.lastIndexOf('/');
    const middle = last > 0 ? text.lastIndexOf('/', last - 1) : -1;
    if (middle < 0) return;
    const second = text.slice(middle + 1, last);
    const third = text.slice(last + 1);
    this.fields.set('dns.question.name', text.slice(0, middle));
    this.fields.set('dns.question.type', typePlace === 1 ? second : third);
    this.fields.set('dns.question.class', typePlace === 1 ? third : second);
  }
}

const categories = new Set([
  'queries',
  'query-errors',
  'security',
  'client',
  'resolver',
  'general',
  'update',
  'update-security',
  'rpz',
  'notify',
  'xfer-in',
  'xfer-out',
  'dnssec',
  'lame-servers',
  'network',
  'config',
  'default',
  'database',
  'rate-limit',
  'cname',
  'edns-disabled',
  'spill',
  'zoneload',
  'serve-stale',
]);

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

export const bind: DocumentedParser = {
  name: 'bind',
  classNames: ['BindParser', 'named', 'bind-queries'],
  description: 'Queries of BIND (named), from its own log or syslog',
  options: [deviceTimeZoneOption],
  samples: bindSamples,
  references: [
    'ISC, BIND 9 Administrator Reference Manual, logging: https://bind9.readthedocs.io/en/stable/reference.html#logging-block-grammar',
    'ISC, "Query Logging" (category queries): https://bind9.readthedocs.io/en/stable/reference.html#namedconf-statement-category',
  ],
  fields: [
    ...syslogFields,
    field('message', 'text', 'The text behind category and level.'),
    field('log.level', 'text', 'Level, where named writes it.'),
    field('ip_src_addr', 'text', 'The client.'),
    field('ip_src_port', 'number', 'Its port.'),
    field('ip_dst_addr', 'text', 'The server’s address that was asked.'),
    field('protocol', 'text', '`dns`.'),
    field('network.transport', 'text', '`tcp` or `udp`, by the flags.'),
    field('dns.question.name', 'text', 'Name that was asked for.'),
    field('dns.question.type', 'text', 'Type, such as `A`.'),
    field('dns.question.class', 'text', 'Class, mostly `IN`.'),
    field('dns.response_code', 'text', 'Why a query failed.'),
    field('event.action', 'text', '`query`, `update`, `zone-transfer`, `rpz-rewrite` or `rate-limit`.'),
    field('event.category', 'text', '`network`.'),
    field('event.type', 'text', '`protocol`, `allowed`, `denied` or `error`.'),
    field('event.outcome', 'text', '`failure` when it was denied or failed, `success` when it was approved.'),
    field(
      'event.reason',
      'text',
      'What stands behind a question that was denied or approved, or behind a zone that is transferred.',
    ),
    field('rule.name', 'text', 'Rule of the response policy that changed an answer.'),
    field(
      'bind.*',
      'any',
      '`category`, `client`, `view`, `flags`, `recursion_desired`, `client_subnet`, `key`, `rpz.trigger`, `rpz.policy`.',
    ),
  ],
  configure: (config, environment) => new BindParser(config, environment),
};
