/**
 * The kernel's packet log: iptables and nftables `LOG` lines, behind a syslog header. The rule's prefix stands before `IN=`.
 *
 * All pairs are kept under `iptables.<name>` in lower case; words without a value (`DF`, `SYN`) are the list `iptables.flags`; of a packet quoted inside of an
 * ICMP error the names begin with `iptables.inner.`.
 */
import type { Message } from '../parser.ts';
import { type DocumentedParser, deviceTimeZoneOption, field, syslogFields } from '../shared/documented.ts';
import { type EventFields, numberOr, PrefixedNames } from '../shared/event-fields.ts';
import { protocolOf } from '../shared/ip-protocol.ts';
import { readPairs } from '../shared/key-values.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import { iptablesSamples } from './iptables.samples.ts';

const rules = { separator: 0, escapes: false, singleQuotes: false };
const lower = new Map<string, string>();

const standard: ReadonlyMap<string, string> = new Map([
  ['SRC', 'ip_src_addr'],
  ['DST', 'ip_dst_addr'],
  ['SPT', 'ip_src_port'],
  ['DPT', 'ip_dst_port'],
  ['IN', 'observer.ingress.interface.name'],
  ['OUT', 'observer.egress.interface.name'],
  ['UID', 'user.id'],
  ['GID', 'group.id'],
  ['MACSRC', 'source.mac'],
  ['MACDST', 'destination.mac'],
  ['VID', 'network.vlan.id'],
  ['IPSRC', 'ip_src_addr'],
  ['IPDST', 'ip_dst_addr'],
]);

/** Numbers in hex, without a mark that says so: text, whatever their digits. */
const hexNames = new Set(['MACPROTO', 'VPROTO', 'POINTER']);

class IptablesParser extends TimedLineFormat {
  readonly #envelope = new SyslogEnvelope();
  readonly #names = new PrefixedNames('iptables.');
  readonly #inner = new PrefixedNames('iptables.inner.');
  /** The word that came before, where it needs one more. */
  #expects = '';

  protected override read(line: string): Message {
    const { fields } = this;
    const envelope = this.#envelope;
    envelope.read(line, this.zone, this.environment.now());
    const from = startOfPairs(line, envelope.textAt);
    if (from < 0) throw refusedLine(line, 'a line of the packet log', 'IN=… OUT=…');
    if (!(envelope.timestamp >= 0))
      throw refusedLine(line, 'a line of the packet log', 'a syslog time before it');
    fields.set('timestamp', envelope.timestamp);
    envelope.describe(fields);
    this.#readPrefix(line.slice(envelope.textAt, from));
    fields.set('event.category', 'network');
    let flags: string[] | undefined;
    let innerFlags: string[] | undefined;
    let inner = false;
    this.#expects = '';
    readPairs(
      line,
      from,
      rules,
      (key, value) => {
        if (key.charCodeAt(0) === 0x5b) {
          inner = true;
          this.#readPair(this.#inner, key.slice(1), value, true);
        } else this.#readPair(inner ? this.#inner : this.#names, key, closed(value), inner);
        if (inner && value.endsWith(']')) inner = false;
      },
      (word) => {
        if (inner && word.startsWith(']')) inner = false;
        else if (this.#readWord(inner ? this.#inner : this.#names, word)) return;
        else if (inner) {
          innerFlags ??= [];
          innerFlags.push(closed(word));
          if (word.endsWith(']')) inner = false;
        } else {
          flags ??= [];
          flags.push(word);
        }
      },
    );
    if (innerFlags !== undefined) fields.set('iptables.inner.flags', innerFlags);
    if (flags !== undefined) fields.set('iptables.flags', flags);
    fields.set('original_string', line);
    return fields.build();
  }

  /**
   * Words that are no flags: `FRAG:179`, `ID:0000002a` of IPv6, `OPT (0204…)` (of IP before `PROTO`, of TCP behind it), `INCOMPLETE [8 bytes]`, `ARP`. Answers
   * whether it is one.
   */
  #readWord(names: PrefixedNames, word: string): boolean {
    const { fields } = this;
    const expected = this.#expects;
    this.#expects = '';
    if (expected === 'OPT' && word.startsWith('(')) {
      const text = word.slice(1, word.endsWith(')') ? -1 : undefined);
      if (text !== '') fields.set(names.of(fields.has(names.of('proto')) ? 'tcp_opt' : 'ip_opt'), text);
      return true;
    }
    if (expected === 'INCOMPLETE' && word.startsWith('[')) {
      fields.set(names.of('incomplete_bytes'), numberOr(word.slice(1)));
      this.#expects = 'bytes]';
      return true;
    }
    if (expected === 'bytes]' && word === 'bytes]') return true;
    if (word === 'OPT' || word === 'INCOMPLETE') {
      this.#expects = word;
      return word === 'OPT';
    }
    if (word === ')') return true;
    if (word === 'ARP') {
      fields.set('protocol', 'arp');
      return true;
    }
    const colon = word.indexOf(':');
    if (colon !== 4 && colon !== 2) return false;
    if (word.startsWith('FRAG:')) fields.set(names.of('frag'), numberOr(word.slice(5)));
    else if (word.startsWith('ID:')) fields.set(names.of('id'), word.slice(3));
    else return false;
    return true;
  }

  /** `[12345.678901] [UFW BLOCK] `: the time since the start of the host, and the rule's own words. */
  #readPrefix(text: string): void {
    let prefix = text.trim();
    const close = prefix.startsWith('[') ? prefix.indexOf(']') : -1;
    if (close > 0 && uptime.test(prefix.slice(1, close))) {
      this.fields.set('iptables.uptime', Number(prefix.slice(1, close)));
      prefix = prefix.slice(close + 1).trim();
    }
    if (prefix === '') return;
    this.fields.set('rule.name', prefix.endsWith(':') ? prefix.slice(0, -1) : prefix);
    const verdict = verdictOf(prefix);
    if (verdict === undefined) return;
    this.fields.set('event.action', verdict);
    this.fields.set('event.type', verdict === 'allow' ? 'allowed' : 'denied');
  }

  #readPair(names: PrefixedNames, key: string, value: string, inner: boolean): void {
    const { fields } = this;
    let name = lower.get(key);
    if (name === undefined) {
      name = key.toLowerCase();
      if (lower.size < 256 && key.length < 32) lower.set(key, name);
    }
    if (value === '') return;
    // The second length is that of the UDP datagram.
    if (key === 'LEN' && fields.has(names.of(name))) {
      fields.set(names.of('udp_len'), numberOr(value));
      return;
    }
    // The second number is that of an echo.
    if (key === 'ID' && fields.has(names.of(name))) {
      fields.set(names.of('icmp_id'), numberOr(value));
      return;
    }
    fields.appendEntry(names.entry(name), key === 'PROTO' || hexNames.has(key) ? value : numberOr(value));
    if (inner) return;
    const field = standard.get(key);
    if (field !== undefined) {
      if (!fields.has(field))
        fields.set(field, field.endsWith('_port') || field === 'network.vlan.id' ? numberOr(value) : value);
    } else if (key === 'PROTO') fields.set('protocol', value === 'ICMPv6' ? 'ipv6-icmp' : protocolOf(value));
    else if (key === 'LEN') fields.set('network.bytes', numberOr(value));
    else if (key === 'MAC') readMac(value, fields);
  }
}

const uptime = /^\s*\d{1,10}\.\d{1,9}$/;

function closed(value: string): string {
  return value.endsWith(']') ? value.slice(0, -1) : value;
}

/** Six bytes of the destination, six of the source, two of the type. */
function readMac(value: string, fields: EventFields): void {
  if (value.length < 35) return;
  fields.set('destination.mac', value.slice(0, 17));
  fields.set('source.mac', value.slice(18, 35));
}

/** Where `IN=… OUT=` begins. The kernel writes it right behind the rule's prefix, which may lack a blank at its end. */
function startOfPairs(line: string, from: number): number {
  let at = line.indexOf('IN=', from);
  let end = 0;
  for (; at >= 0; at = line.indexOf('IN=', at + 3)) {
    if (end < at) end = line.indexOf(' ', at);
    if (end < 0) return -1;
    if (end - at <= longestInterface && line.startsWith(' OUT=', end)) return at;
  }
  return -1;
}

/** `IN=` and a name of an interface (IFNAMSIZ is 16, other names are longer). */
const longestInterface = 131;

const denying = /\b(?:block|drop|deny|denied|reject|refuse)/i;
const allowing = /\b(?:accept|allow|pass|permit)/i;

function verdictOf(prefix: string): 'deny' | 'allow' | undefined {
  if (prefix.length > 256) return undefined;
  if (denying.test(prefix.replaceAll('_', ' '))) return 'deny';
  return allowing.test(prefix.replaceAll('_', ' ')) ? 'allow' : undefined;
}

export const iptables: DocumentedParser = {
  name: 'iptables',
  classNames: ['IptablesParser', 'nftables', 'netfilter', 'ufw'],
  description: 'Packet log of the Linux kernel: iptables, nftables and UFW behind a syslog header',
  options: [deviceTimeZoneOption],
  samples: iptablesSamples,
  references: [
    'iptables-extensions(8), LOG: https://man7.org/linux/man-pages/man8/iptables-extensions.8.html',
    'nftables wiki, "Logging traffic": https://wiki.nftables.org/wiki-nftables/index.php/Logging_traffic',
    'Linux, net/netfilter/nf_log_syslog.c: https://github.com/torvalds/linux/blob/master/net/netfilter/nf_log_syslog.c',
  ],
  fields: [
    ...syslogFields,
    field('ip_src_addr', 'text', '`SRC`, of ARP `IPSRC`.'),
    field('ip_src_port', 'number', '`SPT`.'),
    field('ip_dst_addr', 'text', '`DST`, of ARP `IPDST`.'),
    field('ip_dst_port', 'number', '`DPT`.'),
    field('protocol', 'text', '`PROTO` in lower case; numbers by their name; `arp`.'),
    field('event.category', 'text', '`network`.'),
    field('event.action', 'text', '`deny` or `allow`, where the rule’s prefix says so.'),
    field('event.type', 'text', '`denied` or `allowed`, likewise.'),
    field('rule.name', 'text', 'The rule’s prefix.'),
    field('network.bytes', 'number', '`LEN` of the packet.'),
    field('source.mac', 'text', 'From `MAC`, or `MACSRC`.'),
    field('destination.mac', 'text', 'From `MAC`, or `MACDST`.'),
    field('network.vlan.id', 'number', '`VID`.'),
    field('observer.ingress.interface.name', 'text', '`IN`.'),
    field('observer.egress.interface.name', 'text', '`OUT`.'),
    field('user.id', 'text', '`UID` of the local process.'),
    field('group.id', 'text', '`GID` of the local process.'),
    field('iptables.flags', 'list', 'Words without a value: `DF`, `SYN`, `ACK`, …'),
    field('iptables.uptime', 'number', 'Seconds since the host was started, where the kernel writes them.'),
    field('iptables.*', 'any', 'All pairs, names in lower case.'),
  ],
  configure: (config, environment) => new IptablesParser(config, environment),
};
