/** Cisco ASA syslog lines (Metron's BasicAsaParser). */
import { asaTags } from './asa-tags.ts';
import { excerpt, ParseError } from './errors.ts';
import { setField } from './fields.ts';
import { type Dictionary, readDictionary, readPatternFile } from './grok/dictionary.ts';
import { compileGrok, type GrokMatcher } from './grok/grok.ts';
import { javaZone } from './java-zone.ts';
import { asParseError } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { booleanSetting, type Settings, textSetting } from './settings.ts';
import type { TimeZone } from './time-zone.ts';
import { facilityName, readSyslogTime, severityName } from './timestamps.ts';

export const asa: ParserType = {
  name: 'asa',
  classNames: ['org.apache.metron.parsers.asa.BasicAsaParser'],
  description: 'Cisco ASA (and PIX) firewall messages over syslog',
  references: ['Cisco Secure Firewall ASA Series Syslog Messages'],
  options: [
    { name: 'deviceTimeZone', type: 'zone', default: 'UTC', description: 'Zone of the times of the lines.' },
    {
      name: 'details',
      type: 'boolean',
      default: true,
      description:
        'Keep everything that a message names (interfaces, users, bytes, duration, …), and read messages that Metron does not. `false`: the fields of Metron alone.',
    },
  ],
  samples: [
    '<166>Jan  5 09:52:35 192.0.2.12 %ASA-6-302014: Teardown TCP connection 17604987 for outside:203.0.113.151/443 to inside:192.0.2.188/64306 duration 0:00:31 bytes 10128 TCP FINs',
    '<166>Jan 05 2026 09:52:36 fw1 : %ASA-6-302013: Built inbound TCP connection 76245503 for outside:203.0.113.3/54209 (203.0.113.3/54209) to inside:192.0.2.8/443 (198.51.100.8/443) (ann)',
    '<167>Jan  5 08:52:35 192.0.2.216 %ASA-7-710005: UDP request discarded from 192.0.2.223/49192 to outside:198.51.100.252/5355',
    '<164>Jan  5 08:52:37 192.0.2.216 %ASA-4-106023: Deny tcp src outside:203.0.113.45/48624 dst inside:192.0.2.10/23 by access-group "outside_in" [0x962df600, 0x0]',
    '<166>Jan  5 08:52:38 192.0.2.216 %ASA-6-302021: Teardown ICMP connection for faddr 192.0.2.205/0(LOCAL\\ann) gaddr 198.51.100.1/0 laddr 198.51.100.1/0',
  ],
  configure: (config, environment) => new AsaParser(config, environment),
};

const envelopeFields = ['syslog_pri', 'CISCOTIMESTAMP', 'CISCOTAG', 'syslog_host', 'syslog_prog', 'message'];
const addressFields = ['src_ip', 'src_port', 'dst_ip', 'dst_port', 'protocol', 'action'];

/**
 * Settings: `deviceTimeZone` (default UTC); `details` (ours, default true): keep everything that a message's pattern names
 * (interfaces, users, bytes, duration, …) and read messages that Metron's patterns miss.
 */
class AsaParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  readonly #details: boolean;
  readonly #dictionary: Dictionary;
  readonly #envelope: GrokMatcher;
  /** Matchers of message texts by tag, made when a tag is first met; null for tags without one. */
  readonly #bodies = new Map<string, GrokMatcher | null>();

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    this.#zone = javaZone(textSetting(config, 'deviceTimeZone', 'UTC'));
    this.#details = booleanSetting(config, 'details', true);
    this.#dictionary = readDictionary(readPatternFile('/patterns/asa', environment));
    this.#envelope = compileGrok('%{CISCO_TAGGED_SYSLOG}', this.#dictionary, { only: envelopeFields });
  }

  parse(text: string, sink: ParseSink): void {
    let message: Message;
    try {
      message = this.#read(text);
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    sink.emit(message);
  }

  #read(text: string): Message {
    const envelope = this.#envelope.match(text);
    if (envelope === null) throw new ParseError(`Not a Cisco ASA line: ${excerpt(text)}`);
    const time = String(envelope['CISCOTIMESTAMP']);
    const timestamp = readSyslogTime(time, this.#zone, this.#environment.now());
    if (Number.isNaN(timestamp)) throw new ParseError(`The time ${excerpt(time)} cannot be read`);
    const priority = Number(envelope['syslog_pri']);
    const tag = String(envelope['CISCOTAG']);
    const message: Message = {
      original_string: text,
      timestamp,
      ciscotag: tag,
      syslog_severity: severityName(priority),
      syslog_facility: facilityName(priority),
    };
    if (envelope['syslog_host'] !== null) message['syslog_host'] = envelope['syslog_host'];
    if (envelope['syslog_prog'] !== null) message['syslog_prog'] = envelope['syslog_prog'];
    let body = this.#bodies.get(tag);
    if (body === undefined) body = this.#compile(tag);
    const found = body?.match(String(envelope['message']));
    if (found) this.#addBody(message, found);
    return message;
  }

  #addBody(message: Message, found: Message): void {
    const { src_ip, src_port, dst_ip, dst_port, protocol, action } = found;
    if (src_ip != null) message['ip_src_addr'] = src_ip;
    if (src_port != null) message['ip_src_port'] = src_port;
    if (dst_ip != null) message['ip_dst_addr'] = dst_ip;
    if (dst_port != null) message['ip_dst_port'] = dst_port;
    if (protocol != null) message['protocol'] = String(protocol).toLowerCase();
    if (action != null) message['action'] = String(action).toLowerCase();
    if (!this.#details) return;
    for (const field of Object.keys(found)) {
      const value = found[field];
      if (value !== null && value !== '' && !addressFields.includes(field) && !Object.hasOwn(message, field))
        setField(message, field, value);
    }
  }

  #compile(tag: string): GrokMatcher | null {
    const type = asaTags.get(tag);
    // Tags come from the lines: only those that are known are kept.
    if (type === undefined) return null;
    const matcher =
      (type.detailsOnly === true && !this.#details) || !this.#dictionary.has(type.pattern)
        ? null
        : compileGrok(
            `%{${type.pattern}}`,
            this.#dictionary,
            this.#details ? { without: [type.pattern] } : { only: addressFields },
          );
    this.#bodies.set(tag, matcher);
    return matcher;
  }
}
