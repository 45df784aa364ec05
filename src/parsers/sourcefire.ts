/** Sourcefire (Firepower, Snort over syslog) events (Metron's BasicSourcefireParser): `… {TCP} source[:port] -> destination[:port]`. */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError } from './errors.ts';
import { SyslogPrefix } from './event-format.ts';
import { detached } from './fields.ts';
import { javaZone } from './java-zone.ts';
import { parseTextLines } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { EventFields } from './shared/event-fields.ts';
import type { TimeZone } from './time-zone.ts';

class SourcefireParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  readonly #prefix = new SyslogPrefix();
  readonly #fields = new EventFields();

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#zone = javaZone(textSetting(config, 'deviceTimeZone', 'UTC'));
  }

  parse(text: string, sink: ParseSink): void {
    parseTextLines(text, sink, this.#readLine);
  }

  readonly #readLine = (line: string): Message => {
    const open = line.lastIndexOf('{');
    const close = open < 0 ? -1 : line.indexOf('}', open);
    const arrow = close < 0 ? -1 : line.indexOf('->', close);
    if (arrow < 0) throw new ParseError(`No {protocol} source -> destination in ${excerpt(line)}`);
    const now = this.#environment.now();
    this.#fields.clear();
    this.#readBrackets(line, open);
    this.#readPairs(line, open);
    this.#fields.set('key', line.slice(open).trim());
    this.#fields.set(
      'protocol',
      line
        .slice(open + 1, close)
        .trim()
        .toLowerCase(),
    );
    this.#addEndpoint('ip_src_addr', 'ip_src_port', line.slice(close + 1, arrow).trim());
    this.#addEndpoint('ip_dst_addr', 'ip_dst_port', firstWord(line.slice(arrow + 2).trim()));
    this.#prefix.read(line, Math.min(open, 512), this.#zone, now);
    const { timestamp, host } = this.#prefix;
    if (timestamp !== undefined && host !== undefined) this.#fields.set('syslog_host', host);
    this.#fields.set('timestamp', timestamp === undefined || Number.isNaN(timestamp) ? now : timestamp);
    this.#fields.set('original_string', line);
    return this.#fields.build();
  };

  /** `[1:3192:2] message [Classification: …] [Priority: 1]` before the brace. */
  #readBrackets(line: string, end: number): void {
    let id = '';
    let at = line.indexOf('[');
    while (at >= 0 && at < end) {
      const close = line.indexOf(']', at);
      if (close < 0 || close > end) break;
      const inner = line.slice(at + 1, Math.min(close, at + 256));
      if (id === '' && isSignatureId(inner)) {
        id = `[${inner}]`;
        const [generator = '', signature = '', revision = ''] = inner.split(':');
        this.#fields.set('sig_generator', generator);
        this.#fields.set('sig_id', signature);
        this.#fields.set('sig_rev', revision);
        const next = line.indexOf(' [', close);
        const message = line.slice(close + 1, next < 0 || next > end ? end : next).trim();
        if (message !== '') this.#fields.set('msg', unquoted(message));
      } else {
        const colon = inner.indexOf(': ');
        if (colon > 0 && colon < 40 && id !== '')
          this.#fields.set(fieldName(inner.slice(0, colon)), inner.slice(colon + 2).trim());
      }
      at = line.indexOf('[', close);
    }
    this.#fields.set('signature_id', id);
  }

  /** `Connection Type: Start, User: Unknown, …` of connection events. */
  #readPairs(line: string, end: number): void {
    const start = line.indexOf('Connection Type: ');
    if (start < 0 || start > end) return;
    const parts = line.slice(start, end).split(', ');
    for (const part of parts) {
      const colon = part.indexOf(': ');
      if (colon <= 0 || colon > 60) continue;
      const value = part.slice(colon + 2).trim();
      if (value !== '' && value !== 'Unknown' && value !== 'N/A' && value !== 'None')
        this.#fields.set(fieldName(part.slice(0, colon)), value);
    }
  }

  /** Metron cuts at the first colon, which takes IPv6 addresses apart. */
  #addEndpoint(address: string, port: string, text: string): void {
    if (text.startsWith('[')) {
      const close = text.indexOf(']');
      if (close > 0) {
        this.#fields.set(address, text.slice(1, close));
        if (text.charAt(close + 1) === ':') this.#fields.set(port, text.slice(close + 2));
        return;
      }
    }
    const colon = text.indexOf(':');
    if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
      this.#fields.set(address, text);
      return;
    }
    this.#fields.set(address, text.slice(0, colon));
    this.#fields.set(port, text.slice(colon + 1));
  }
}

function isSignatureId(text: string): boolean {
  return text.length <= 40 && /^\d+:\d+:\d+$/.test(text);
}

const fieldNames = new Map<string, string>();

/** `Firewall Rule Action` as `firewall_rule_action`. */
function fieldName(words: string): string {
  let name = fieldNames.get(words);
  if (name === undefined) {
    name = words
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_');
    if (fieldNames.size < 1_000) fieldNames.set(detached(words), name);
  }
  return name;
}

function firstWord(text: string): string {
  const space = text.search(/\s/);
  return space < 0 ? text : text.slice(0, space);
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

export const sourcefire: ParserType = {
  name: 'sourcefire',
  classNames: ['org.apache.metron.parsers.sourcefire.BasicSourcefireParser'],
  description: 'Sourcefire (Firepower) intrusion and connection events over syslog',
  references: ['Firepower System syslog alerts', 'Snort output plug-in alert_syslog'],
  options: [
    {
      name: 'deviceTimeZone',
      type: 'zone',
      default: 'UTC',
      description: "Zone of the syslog header's time, where there is one.",
    },
  ],
  samples: [
    'snort: [1:3192:2] WEB-CLIENT Media Player directory traversal attempt [Classification: Attempted User Privilege Gain] [Priority: 1] {TCP} 203.0.113.103:80 -> 192.0.2.102:1073',
    '<113>Jan  5 04:55:39 fp01 SFIMS: [1:19123:7] "MALWARE-CNC Dropper variant outbound connection" [Impact: Unknown] [Classification: A Network Trojan was Detected] [Priority: 1] {tcp} 192.0.2.23:52078->203.0.113.91:80',
    'SFIMS: [Primary Detection Engine (a7213248-6423-11e3-8537-fac6a92b7d9d)][Access Control] Connection Type: Start, User: ann, Client: SSL client, Application Protocol: HTTPS, Web App: Unknown, Firewall Rule Name: allow web, Firewall Rule Action: Allow, Interface Ingress: s1p1, Interface Egress: N/A, {TCP} 192.0.2.129:60517 -> 198.51.100.236:443',
    'SFIMS: [1:527:12] BAD-TRAFFIC same source and destination [Classification: Potentially Bad Traffic] [Priority: 2] {UDP} 192.0.2.4 -> 192.0.2.4',
    'SFIMS: [122:1:1] PSNG_TCP_PORTSCAN [Classification: Attempted Information Leak] [Priority: 2] {TCP} 2001:db8::1 -> 2001:db8::2',
  ],
  configure: (config, environment) => new SourcefireParser(config, environment),
};
