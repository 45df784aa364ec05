/**
 * FortiGate (FortiOS) logs: `key=value` pairs, behind a syslog priority or header or alone. All pairs are kept under `fortinet.firewall.*`; what they
 * mean is set beside.
 *
 * Time: `eventtime` (seconds, or milliseconds, microseconds, nanoseconds by its length); without it `date` and `time` with the offset of `tz`, without that in
 * the zone of the device.
 */
import type { Message } from '../parser.ts';
import { readDateTime } from '../shared/any-time.ts';
import { type DocumentedParser, deviceTimeZoneOption, field } from '../shared/documented.ts';
import { numberOr, PrefixedNames } from '../shared/event-fields.ts';
import { protocolOf } from '../shared/ip-protocol.ts';
import { readPairs } from '../shared/key-values.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { fortigateSamples } from './fortigate.samples.ts';

const rules = { separator: 0, escapes: true, singleQuotes: false };

const standard: ReadonlyMap<string, string> = new Map([
  ['srcip', 'ip_src_addr'],
  ['dstip', 'ip_dst_addr'],
  ['srcport', 'ip_src_port'],
  ['dstport', 'ip_dst_port'],
  ['remip', 'ip_src_addr'],
  ['locip', 'ip_dst_addr'],
  ['remport', 'ip_src_port'],
  ['locport', 'ip_dst_port'],
  ['transip', 'source.nat.ip'],
  ['transport', 'source.nat.port'],
  ['tranip', 'destination.nat.ip'],
  ['tranport', 'destination.nat.port'],
  ['action', 'event.action'],
  ['logid', 'event.code'],
  ['msg', 'message'],
  ['level', 'log.level'],
  ['devname', 'observer.name'],
  ['devid', 'observer.serial_number'],
  ['srcintf', 'observer.ingress.interface.name'],
  ['dstintf', 'observer.egress.interface.name'],
  ['user', 'user.name'],
  ['srcname', 'source.domain'],
  ['hostname', 'url.domain'],
  ['url', 'url.original'],
  ['policyid', 'rule.id'],
  ['policyname', 'rule.name'],
  ['app', 'network.application'],
  ['sentbyte', 'source.bytes'],
  ['rcvdbyte', 'destination.bytes'],
  ['sentpkt', 'source.packets'],
  ['rcvdpkt', 'destination.packets'],
  ['qname', 'dns.question.name'],
  ['filename', 'file.name'],
  ['virus', 'threat.indicator.name'],
  ['attack', 'threat.indicator.name'],
  ['agent', 'user_agent.original'],
]);

/** Names of those whose values are numbers; the others stay texts, quoted or not. */
const numeric = /(?:_port|\.port|\.bytes|\.packets)$/;
const numericNames = new Set([...standard.values()].filter((name) => numeric.test(name)));

/** What an action means, where it is plain: of a session all but `deny` are ends of one that was allowed, or its start. */
const outcomes: Readonly<Record<string, string>> = {
  accept: 'allowed',
  start: 'allowed',
  dns: 'allowed',
  'ip-conn': 'allowed',
  close: 'allowed',
  'client-rst': 'allowed',
  'server-rst': 'allowed',
  timeout: 'allowed',
  passthrough: 'allowed',
  pass: 'allowed',
  permit: 'allowed',
  allow: 'allowed',
  allowed: 'allowed',
  exempt: 'allowed',
  pass_session: 'allowed',
  clear_session: 'info',
  monitor: 'info',
  detected: 'info',
  deny: 'denied',
  blocked: 'denied',
  block: 'denied',
  dropped: 'denied',
  reset: 'denied',
  reset_client: 'denied',
  reset_server: 'denied',
  drop_session: 'denied',
};

const categories: Readonly<Record<string, string>> = {
  traffic: 'network',
  utm: 'intrusion_detection',
  event: 'host',
  dns: 'network',
};

/** Of a type some subtypes are of another kind. */
const bySubtype: Readonly<Record<string, string>> = {
  'utm/virus': 'malware',
  'utm/webfilter': 'web',
  'utm/dns': 'network',
  'utm/app-ctrl': 'network',
  'utm/voip': 'network',
  'utm/ssl': 'network',
  'utm/ssh': 'network',
  'utm/emailfilter': 'email',
  'utm/file-filter': 'file',
  'utm/dlp': 'file',
  'event/user': 'authentication',
  'event/vpn': 'network',
};

class FortigateParser extends TimedLineFormat {
  readonly #names = new PrefixedNames('fortinet.firewall.');
  #date = '';
  #time = '';
  #zoneText = '';
  #eventTime = '';

  readonly #pair = (key: string, value: string, quoted: boolean): void => {
    if (key.charCodeAt(0) === 0x3c) this.#first(key, value, quoted);
    else this.#read(key, value, quoted);
  };

  readonly #word = (word: string): void => {
    this.fields.append('fortinet.text', word);
  };

  protected override read(line: string): Message {
    const { fields } = this;
    this.#date = this.#time = this.#zoneText = this.#eventTime = '';
    fields.set('timestamp', 0);
    readPairs(line, 0, rules, this.#pair, this.#word);
    const timestamp = this.#timestamp();
    if (Number.isNaN(timestamp) || !fields.has('fortinet.firewall.type'))
      throw refusedLine(line, 'a FortiGate line', 'date=… time=… (or eventtime=…) and type=…');
    fields.set('timestamp', timestamp);
    const type = fields.get('fortinet.firewall.type');
    if (typeof type === 'string' && Object.hasOwn(categories, type)) {
      const kind = `${type}/${String(fields.get('fortinet.firewall.subtype'))}`;
      fields.set('event.category', Object.hasOwn(bySubtype, kind) ? bySubtype[kind] : categories[type]);
    }
    const action = fields.get('event.action');
    if (typeof action === 'string' && Object.hasOwn(outcomes, action))
      fields.set('event.type', outcomes[action]);
    fields.set('original_string', line);
    return fields.build();
  }

  /** The priority stands right before the first key: `<189>date=…`. */
  #first(key: string, value: string, quoted: boolean): void {
    const close = key.indexOf('>');
    const priority = close > 1 && close < 5 ? numberOr(key.slice(1, close)) : '';
    if (typeof priority === 'number') {
      this.fields.set('log.syslog.priority', priority);
      this.#read(key.slice(close + 1), value, quoted);
    } else this.#read(key, value, quoted);
  }

  #read(key: string, value: string, quoted: boolean): void {
    const { fields } = this;
    if (key === 'date') this.#date = value;
    else if (key === 'time') this.#time = value;
    else if (key === 'tz') this.#zoneText = value;
    else if (key === 'eventtime') this.#eventTime = value;
    // Ids have leading zeros; what is quoted is text, and a time in nanoseconds is no number.
    const kept = quoted || key === 'eventtime' ? value : numberOr(value);
    fields.appendEntry(this.#names.entry(key), kept);
    if (value === '' || value === 'N/A') return;
    const name = standard.get(key);
    if (name !== undefined) {
      // An address stands in several keys of a VPN event; the first holds.
      if (!fields.has(name)) fields.set(name, numericNames.has(name) ? kept : value);
    } else if (key === 'proto') fields.set('protocol', protocolOf(value));
    else if (key === 'duration' && typeof kept === 'number')
      fields.set('event.duration', kept * 1_000_000_000);
  }

  #timestamp(): number {
    const fromEvent = readEventTime(this.#eventTime);
    if (!Number.isNaN(fromEvent)) return fromEvent;
    const { length } = this.#zoneText;
    if (length >= 5) return readIsoTime(`${this.#date}T${this.#time}${this.#zoneText}`);
    return readDateTime(`${this.#date} ${this.#time}`, this.zone);
  }
}

const digits = /^\d{10,19}$/;

/** Ten digits are seconds, thirteen milliseconds, sixteen microseconds, nineteen nanoseconds. */
function readEventTime(text: string): number {
  if (!digits.test(text)) return Number.NaN;
  if (text.length === 10) return Number(text) * 1000;
  return text.length < 13 ? Number.NaN : Number(text.slice(0, 13));
}

export const fortigate: DocumentedParser = {
  name: 'fortigate',
  classNames: ['FortigateParser', 'fortios', 'fortinet'],
  description: 'FortiGate (FortiOS) traffic, UTM and event logs: key=value pairs',
  options: [deviceTimeZoneOption],
  samples: fortigateSamples,
  references: [
    'Fortinet, FortiOS Log Message Reference: https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference/357866/log-message-fields',
    'Fortinet, "Log field format": https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference/303783/log-field-format',
  ],
  fields: [
    field('ip_src_addr', 'text', '`srcip`, or `remip` of a VPN event.'),
    field('ip_src_port', 'number', '`srcport`, or `remport`.'),
    field('ip_dst_addr', 'text', '`dstip`, or `locip`.'),
    field('ip_dst_port', 'number', '`dstport`, or `locport`.'),
    field('protocol', 'text', 'Name of `proto`.'),
    field('event.action', 'text', '`action`.'),
    field('event.type', 'text', '`allowed`, `denied` or `info`, where the action says so.'),
    field(
      'event.category',
      'text',
      'By `type` and `subtype`: `network`, `intrusion_detection`, `malware`, `web`, `email`, `file`, `authentication` or `host`.',
    ),
    field('event.code', 'text', '`logid`.'),
    field('event.duration', 'number', '`duration` in nanoseconds.'),
    field('message', 'text', '`msg`.'),
    field('log.level', 'text', '`level`.'),
    field('log.syslog.priority', 'number', 'Priority before the first pair.'),
    field(
      'observer.*',
      'text',
      '`name` (`devname`), `serial_number` (`devid`), `ingress.interface.name`, `egress.interface.name`.',
    ),
    field('user.name', 'text', '`user`.'),
    field('rule.id', 'text', '`policyid`.'),
    field('rule.name', 'text', '`policyname`.'),
    field('source.*', 'any', '`bytes`, `packets`, `domain`, `nat.ip`, `nat.port`.'),
    field('destination.*', 'any', '`bytes`, `packets`, `nat.ip`, `nat.port`.'),
    field('network.application', 'text', '`app`.'),
    field('url.domain', 'text', '`hostname`.'),
    field('url.original', 'text', '`url`.'),
    field('dns.question.name', 'text', '`qname`.'),
    field('file.name', 'text', '`filename`.'),
    field('threat.indicator.name', 'text', '`virus` or `attack`.'),
    field('user_agent.original', 'text', '`agent`.'),
    field('fortinet.firewall.*', 'any', 'All pairs; unquoted whole numbers are numbers.'),
    field('fortinet.text', 'any', 'Words outside of pairs, such as a syslog header.'),
  ],
  configure: (config, environment) => new FortigateParser(config, environment),
};
