/**
 * dnsmasq's log: queries and answers (`log-queries`, also `extra`), and leases (`log-dhcp`), behind a syslog header. Other lines keep their text.
 */
import type { Message } from '../parser.ts';
import { isIpAddress } from '../shared/addresses.ts';
import { type DocumentedParser, deviceTimeZoneOption, field, syslogFields } from '../shared/documented.ts';
import { numberOr } from '../shared/event-fields.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import { dnsmasqSamples } from './dnsmasq.samples.ts';

/** With `log-queries=extra`; lines about what dnsmasq itself asks have no client. */
const extra = /^(\d{1,10}) (?:([0-9A-Fa-f.:]{2,45})\/(\d{1,5}) )?/;
const query = /^(?:query|auth)\[([A-Za-z0-9=-]{1,24})\] /;
/** What dnsmasq asks for a client, or to check signatures. */
const forward = /^(?:forwarded|dnssec-(?:query|retry)\[([A-Za-z0-9=-]{1,24})\]) /;
/** Words in the place of a name where an answer has none. */
const nameless = new Set(['validation result', 'reply error']);
/** With `stop-dns-rebind`: an answer with a private address was thrown away. */
const rebindAttack = 'possible DNS-rebind attack detected: ';
const blocking = /blocked|denied|blacklisted/;
/** An answer that is no record; with `-IPv4` or an extended error (RFC 8914) behind it it is the same. */
const responseCode = /^(?:NXDOMAIN|SERVFAIL|REFUSED)\b/;
const lease = /^(DHCP[A-Z]{1,20}|RTR-ADVERT|SLAAC-CONFIRM)\(([^)]{1,64})\) /;
const mac = /^(?:[0-9a-f]{2}-)?(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

class DnsmasqParser extends TimedLineFormat {
  readonly #envelope = new SyslogEnvelope();

  protected override read(line: string): Message {
    const { fields } = this;
    const envelope = this.#envelope;
    envelope.read(line, this.zone, this.environment.now());
    if (envelope.program?.startsWith('dnsmasq') !== true || !(envelope.timestamp >= 0))
      throw refusedLine(line, 'a line of dnsmasq', 'a syslog header with the program dnsmasq');
    fields.set('timestamp', envelope.timestamp);
    envelope.describe(fields);
    const text = line.slice(envelope.textAt);
    fields.setText('message', text);
    if (envelope.program.startsWith('dnsmasq-dhcp')) this.#readLease(text);
    else this.#readDns(text);
    fields.set('original_string', line);
    return fields.build();
  }

  #readDns(line: string): void {
    const { fields } = this;
    let text = line;
    const head = extra.exec(text.slice(0, 80));
    if (head !== null) {
      fields.set('dns.id', numberOr(head[1]!));
      fields.setText('ip_src_addr', head[2]);
      fields.setNumber('ip_src_port', head[3]);
      text = text.slice(head[0].length);
    }
    const asked = query.exec(text.slice(0, 64));
    if (asked !== null) {
      this.#described('query');
      fields.set('dns.question.type', asked[1]);
      const from = text.lastIndexOf(' from ');
      fields.setText('dns.question.name', text.slice(asked[0].length, from > 0 ? from : text.length));
      if (from > 0 && head?.[2] === undefined) fields.setText('ip_src_addr', text.slice(from + 6));
      return;
    }
    const sent = forward.exec(text.slice(0, 64));
    if (sent !== null) {
      this.#described('forward');
      fields.setText('dns.question.type', sent[1]);
      const to = text.lastIndexOf(' to ');
      fields.setText('dns.question.name', text.slice(sent[0].length, to > 0 ? to : text.length));
      if (to > 0) this.#readServer(text.slice(to + 4));
      return;
    }
    const rebind = text.indexOf(rebindAttack);
    if (rebind === 0) {
      this.#described('dns-rebind');
      fields.set('event.type', 'denied');
      fields.setText('dns.question.name', text.slice(rebindAttack.length));
      return;
    }
    this.#readAnswer(text);
  }

  /** `ADDRESS[#PORT]`: the port where it is not 53. */
  #readServer(text: string): void {
    const hash = text.indexOf('#');
    this.fields.setText('ip_dst_addr', hash < 0 ? text : text.slice(0, hash));
    if (hash >= 0) this.fields.setNumber('ip_dst_port', text.slice(hash + 1));
  }

  /** `reply|cached|config|/etc/hosts|gravity blocked|… NAME is ANSWER`. */
  #readAnswer(text: string): void {
    const { fields } = this;
    const is = text.lastIndexOf(' is ');
    if (is < 0) return;
    const nameAt = text.lastIndexOf(' ', is - 1);
    if (nameAt <= 0 || nameAt > 256) return;
    const source = text.slice(0, nameAt);
    const blocked = blocking.test(source);
    this.#described(blocked ? 'block' : 'answer');
    if (blocked) fields.set('event.type', 'denied');
    fields.set('dnsmasq.source', source);
    if (!nameless.has(text.slice(0, is))) fields.set('dns.question.name', text.slice(nameAt + 1, is));
    const answer = text.slice(is + 4);
    fields.set('dns.answers.data', answer);
    const code = responseCode.exec(answer);
    if (code !== null) fields.set('dns.response_code', code[0]);
    if (isIpAddress(answer)) fields.set('dns.resolved_ip', answer);
  }

  #described(action: string): void {
    this.fields.set('event.category', 'network');
    this.fields.set('event.type', 'protocol');
    this.fields.set('event.action', action);
    this.fields.set('protocol', 'dns');
  }

  /** `DHCPACK(eth0) 10.20.4.17 aa:bb:cc:dd:ee:ff host`. */
  #readLease(line: string): void {
    const { fields } = this;
    const transaction = /^(\d{1,10}) /.exec(line.slice(0, 12));
    if (transaction !== null) fields.set('dhcp.transaction_id', numberOr(transaction[1]!));
    const text = transaction === null ? line : line.slice(transaction[0].length);
    const head = lease.exec(text.slice(0, 100));
    if (head === null) return;
    fields.set('event.category', 'network');
    fields.set('event.type', 'protocol');
    fields.set('event.action', head[1]!.toLowerCase());
    fields.set('protocol', 'dhcp');
    fields.set('observer.ingress.interface.name', head[2]);
    let rest = '';
    for (const word of text.slice(head[0].length).split(' ', 8)) {
      if (mac.test(word)) fields.set('client.mac', word);
      else if (isIpAddress(word)) fields.set('client.ip', word);
      else if (word !== '') rest += rest === '' ? word : ` ${word}`;
    }
    fields.setText('dhcp.hostname', fields.has('client.mac') && !rest.includes(' ') ? rest : undefined);
    fields.setText('event.reason', rest.includes(' ') ? rest : undefined);
  }
}

export const dnsmasq: DocumentedParser = {
  name: 'dnsmasq',
  classNames: ['DnsmasqParser', 'pihole'],
  description: 'dnsmasq and Pi-hole: queries, answers and leases inside syslog',
  options: [deviceTimeZoneOption],
  samples: dnsmasqSamples,
  references: [
    'dnsmasq(8), --log-queries and --log-dhcp: https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html',
  ],
  fields: [
    ...syslogFields,
    field('message', 'text', 'The text behind the header.'),
    field('ip_src_addr', 'text', 'Who asked; with `log-queries=extra` on every line.'),
    field('ip_src_port', 'number', 'Its port (`extra`).'),
    field('ip_dst_addr', 'text', 'Server that a query was forwarded to.'),
    field('ip_dst_port', 'number', 'Its port, where it is not 53.'),
    field('protocol', 'text', '`dns` or `dhcp`.'),
    field('dns.id', 'number', 'Number of the query (`extra`).'),
    field('dns.question.name', 'text', 'Name that was asked for.'),
    field('dns.question.type', 'text', 'Type, such as `A`.'),
    field('dns.answers.data', 'text', 'Answer.'),
    field('dns.resolved_ip', 'text', 'Answer, when it is an address.'),
    field('dns.response_code', 'text', '`NXDOMAIN`, `SERVFAIL` or `REFUSED`.'),
    field(
      'dnsmasq.source',
      'text',
      'Where the answer came from: `reply`, `cached`, `config`, `/etc/hosts`, …',
    ),
    field('dhcp.transaction_id', 'number', 'Number of the exchange (`log-dhcp`).'),
    field('dhcp.hostname', 'text', 'Name of the client.'),
    field('client.ip', 'text', 'Leased address.'),
    field('client.mac', 'text', 'Hardware address.'),
    field('observer.ingress.interface.name', 'text', 'Interface of the lease.'),
    field(
      'event.action',
      'text',
      '`query`, `forward`, `answer`, `block`, `dns-rebind` (an attack that was stopped), or the kind of DHCP message.',
    ),
    field('event.category', 'text', '`network`.'),
    field('event.type', 'text', '`protocol` or `denied`.'),
    field('event.reason', 'text', 'What else stands on a lease’s line.'),
  ],
  configure: (config, environment) => new DnsmasqParser(config, environment),
};
