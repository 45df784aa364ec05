/**
 * The firewall log of pfSense and OPNsense: `filterlog` lines, comma-separated behind a syslog header. Which columns there are depends on the IP version
 * and the protocol.
 */
import type { Message } from '../parser.ts';
import { type DocumentedParser, deviceTimeZoneOption, field, syslogFields } from '../shared/documented.ts';
import { numberOr } from '../shared/event-fields.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import { pfsenseSamples } from './pfsense.samples.ts';

/** Columns by their field; undefined: set otherwise. */
type Columns = readonly string[];

const first: Columns = [
  'rule.id',
  'pfsense.sub_rule',
  'pfsense.anchor',
  'pfsense.tracker',
  'observer.ingress.interface.name',
  'event.reason',
  'event.action',
  'network.direction',
  'pfsense.ip_version',
];
const v4: Columns = [
  'pfsense.tos',
  'pfsense.ecn',
  'pfsense.ttl',
  'pfsense.id',
  'pfsense.offset',
  'pfsense.flags',
  'pfsense.protocol_id',
  'protocol',
  'network.bytes',
  'ip_src_addr',
  'ip_dst_addr',
];
const v6: Columns = [
  'pfsense.class',
  'pfsense.flow_label',
  'pfsense.hop_limit',
  'protocol',
  'pfsense.protocol_id',
  'network.bytes',
  'ip_src_addr',
  'ip_dst_addr',
];

const byProtocol: ReadonlyMap<string, Columns> = new Map([
  [
    'tcp',
    [
      'ip_src_port',
      'ip_dst_port',
      'pfsense.data_length',
      'pfsense.tcp_flags',
      'pfsense.sequence',
      'pfsense.ack',
      'pfsense.window',
      'pfsense.urgent',
      'pfsense.tcp_options',
    ],
  ],
  ['udp', ['ip_src_port', 'ip_dst_port', 'pfsense.data_length']],
  [
    'carp',
    [
      'pfsense.carp.type',
      'pfsense.carp.ttl',
      'pfsense.carp.vhid',
      'pfsense.carp.version',
      'pfsense.carp.advskew',
      'pfsense.carp.advbase',
    ],
  ],
]);

const icmp: ReadonlyMap<string, Columns> = new Map([
  ['request', ['pfsense.icmp.id', 'pfsense.icmp.sequence']],
  ['reply', ['pfsense.icmp.id', 'pfsense.icmp.sequence']],
  ['unreachproto', ['pfsense.icmp.destination_ip', 'pfsense.icmp.unreachable_protocol']],
  [
    'unreachport',
    ['pfsense.icmp.destination_ip', 'pfsense.icmp.unreachable_protocol', 'pfsense.icmp.unreachable_port'],
  ],
  ['needfrag', ['pfsense.icmp.destination_ip', 'pfsense.icmp.mtu']],
  ['tstamp', ['pfsense.icmp.id', 'pfsense.icmp.sequence']],
  [
    'tstampreply',
    [
      'pfsense.icmp.id',
      'pfsense.icmp.sequence',
      'pfsense.icmp.otime',
      'pfsense.icmp.rtime',
      'pfsense.icmp.ttime',
    ],
  ],
]);
const otherIcmp: Columns = ['pfsense.icmp.description'];

/** Ids and addresses that are text although they may be digits. */
const texts = new Set([
  'rule.id',
  'pfsense.tracker',
  'pfsense.tos',
  'pfsense.class',
  'pfsense.flow_label',
  'pfsense.anchor',
  'pfsense.sub_rule',
]);

class PfsenseParser extends TimedLineFormat {
  readonly #envelope = new SyslogEnvelope();
  #at = 0;

  protected override read(line: string): Message {
    const { fields } = this;
    const envelope = this.#envelope;
    envelope.read(line, this.zone, this.environment.now());
    if (envelope.program !== 'filterlog' || !(envelope.timestamp >= 0))
      throw refusedLine(line, 'a line of filterlog', 'a syslog header with the program filterlog');
    fields.set('timestamp', envelope.timestamp);
    envelope.describe(fields);
    this.#at = envelope.textAt;
    this.#columns(line, first);
    const version = fields.get('pfsense.ip_version');
    if (version !== 4 && version !== 6)
      throw refusedLine(line, 'a line of filterlog', 'IP version 4 or 6 in the ninth column');
    this.#columns(line, version === 4 ? v4 : v6);
    if (!fields.has('ip_dst_addr'))
      throw refusedLine(line, 'a line of filterlog', 'addresses of source and destination');
    this.#protocol(line);
    const action = fields.get('event.action');
    fields.set(
      'event.type',
      action === 'pass' ? 'allowed' : action === 'block' || action === 'reject' ? 'denied' : 'info',
    );
    const direction = fields.get('network.direction');
    if (direction === 'in') fields.set('network.direction', 'inbound');
    else if (direction === 'out') fields.set('network.direction', 'outbound');
    fields.set('event.category', 'network');
    const rest: string[] = [];
    for (let cell = this.#cell(line); cell !== undefined; cell = this.#cell(line))
      if (cell !== '') rest.push(cell);
    if (rest.length > 0) fields.set('pfsense.extra', rest);
    fields.set('original_string', line);
    return fields.build();
  }

  #protocol(line: string): void {
    const { fields } = this;
    const protocol = fields.get('protocol');
    const columns = byProtocol.get(typeof protocol === 'string' ? protocol : '');
    if (columns !== undefined) this.#columns(line, columns);
    else if (protocol === 'icmp' || protocol === 'ipv6-icmp') {
      const type = this.#cell(line);
      if (type === undefined) return;
      fields.setText('pfsense.icmp.type', type);
      this.#columns(line, icmp.get(type) ?? otherIcmp);
    }
  }

  #columns(line: string, columns: Columns): void {
    for (const name of columns) {
      const cell = this.#cell(line);
      if (cell === undefined) return;
      if (cell === '') continue;
      if (name === 'protocol') this.fields.set(name, cell === 'ICMPv6' ? 'ipv6-icmp' : cell.toLowerCase());
      else this.fields.set(name, texts.has(name) ? cell : numberOr(cell));
    }
  }

  /** The next cell; undefined behind the last one. */
  #cell(line: string): string | undefined {
    if (this.#at > line.length) return undefined;
    let end = line.indexOf(',', this.#at);
    if (end < 0) end = line.length;
    const cell = line.slice(this.#at, end);
    this.#at = end + 1;
    return cell;
  }
}

export const pfsense: DocumentedParser = {
  name: 'pfsense',
  classNames: ['PfsenseParser', 'filterlog', 'opnsense'],
  description: 'Firewall log of pfSense and OPNsense (filterlog): IPv4 and IPv6; TCP, UDP, ICMP, CARP',
  options: [deviceTimeZoneOption],
  samples: pfsenseSamples,
  references: [
    'Netgate, "Raw Filter Log Format": https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html',
  ],
  fields: [
    ...syslogFields,
    field('ip_src_addr', 'text', 'Source.'),
    field('ip_src_port', 'number', 'Source port.'),
    field('ip_dst_addr', 'text', 'Destination.'),
    field('ip_dst_port', 'number', 'Destination port.'),
    field('protocol', 'text', 'Protocol in lower case; ICMPv6 is `ipv6-icmp`.'),
    field('event.action', 'text', '`pass`, `block`, `reject`, …'),
    field('event.type', 'text', '`allowed`, `denied` or `info`.'),
    field('event.category', 'text', '`network`.'),
    field('event.reason', 'text', 'Mostly `match`.'),
    field('rule.id', 'text', 'Number of the rule.'),
    field('network.bytes', 'number', 'Length of the packet.'),
    field('network.direction', 'text', '`inbound` or `outbound`, for `in` and `out`.'),
    field('observer.ingress.interface.name', 'text', 'Interface that the rule was met on.'),
    field(
      'pfsense.*',
      'any',
      'All other columns: `tracker`, `ttl`, `tcp_flags`, `icmp.*`, `carp.*`, …; `extra` are those beyond what is known.',
    ),
  ],
  configure: (config, environment) => new PfsenseParser(config, environment),
};
