/** Cisco Identity Services Engine (Metron's BasicIseParser): `header text, key=value, key=value, …`. */
import { charsetDecoder } from './charset.ts';
import { setField } from './fields.ts';
import { javaZone } from './java-zone.ts';
import { KeyShapes } from './key-shapes.ts';
import { parseTextLines } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { choiceSetting, type Settings, textSetting } from './settings.ts';
import type { TimeZone } from './time-zone.ts';
import { endOfSyslogTime, readIsoTime, readSyslogTime } from './timestamps.ts';

const copies: ReadonlyMap<string, string> = new Map([
  ['Device IP Address', 'ip_src_addr'],
  ['Device Port', 'ip_src_port'],
  ['DestinationIPAddress', 'ip_dst_addr'],
  ['DestinationPort', 'ip_dst_port'],
]);

/** Values that hold pairs themselves are taken apart so deep; what is left stays text. */
const deepest = 64;
const mostPairs = 2_000;
/** How far a closing brace may be. */
const longestBraces = 4_096;

class IseParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  readonly #nests: boolean;
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  readonly #shapes = new KeyShapes();
  #count = 0;
  #repeated: Map<string, string[]> | undefined;
  readonly #places = new Map<string, number>();

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#zone = javaZone(textSetting(config, 'deviceTimeZone', 'UTC'));
    this.#nests = choiceSetting(config, 'nestedValues', ['nest', 'text'], 'nest') === 'nest';
  }

  parse(text: string, sink: ParseSink): void {
    parseTextLines(text, sink, this.#readLine);
  }

  /** Every message may go on, as in Metron. */
  validate(): boolean {
    return true;
  }

  readonly #readLine = (line: string): Message => {
    const text = line.trim();
    this.#count = 0;
    this.#repeated = undefined;
    this.#places.clear();
    const headerEnd = endOfPart(text, 0);
    const header = text.slice(0, headerEnd).trim();
    this.#add('header', header === '' ? null : unescaped(header));
    this.#readPairs(text, headerEnd + 1);
    const pairs = this.#count;
    for (let i = 1; i < pairs; i++) {
      const copy = copies.get(this.#names[i]!);
      if (copy !== undefined) this.#add(copy, this.#values[i]);
    }
    this.#addHeader(header);
    this.#addRepeated();
    return this.#shapes.build(this.#names, this.#values, this.#count);
  };

  /** Metron keeps the last of several values. */
  #addRepeated(): void {
    if (this.#repeated === undefined) return;
    for (const [name, values] of this.#repeated) this.#add(`${name}.all`, values);
  }

  #readPairs(text: string, from: number): void {
    let at = from;
    while (at < text.length) {
      const end = endOfPart(text, at);
      const equals = text.indexOf('=', at);
      if (equals < 0) {
        // No pair any more: all that is left continues the last value.
        this.#extendLast(text.slice(at));
        return;
      }
      if (equals < end) {
        this.#addPair(text.slice(at, equals).trim(), text.slice(equals + 1, end).trim());
        at = end + 1;
        continue;
      }
      // A part without a pair is text with a comma that was not escaped. All such parts up to the next pair are taken at once.
      const before = text.lastIndexOf(',', equals);
      const stop = before > at ? before : end;
      this.#extendLast(text.slice(at, stop));
      at = stop + 1;
    }
  }

  #addPair(name: string, text: string): void {
    if (name === '') return;
    const value = this.#valueOf(text);
    const place = this.#places.get(name);
    if (place === undefined) {
      if (this.#count <= mostPairs) this.#places.set(name, this.#count);
      this.#add(name, value);
      return;
    }
    this.#repeated ??= new Map();
    let all = this.#repeated.get(name);
    if (all === undefined) {
      all = [textOfValue(this.#values[place])];
      this.#repeated.set(name, all);
    }
    all.push(text);
    this.#values[place] = value;
  }

  #extendLast(part: string): void {
    if (part.trim() === '') return;
    const last = this.#count - 1;
    const value = this.#values[last];
    if (typeof value === 'string') this.#values[last] = `${value},${part.trimEnd()}`;
    else this.#add(`text_${last}`, part.trim());
  }

  #valueOf(text: string): unknown {
    if (text === '') return null;
    const first = text.charCodeAt(0);
    if (!this.#nests || first === 0x7b || first === 0x28) return unescaped(text);
    const equals = text.indexOf('=');
    return equals < 0 ? unescaped(text) : nested(text, equals);
  }

  /** Syslog host, category, message code, severity and the time with its zone, which Metron leaves in the header's text. */
  #addHeader(header: string): void {
    const now = this.#environment.now();
    let timestamp = Number.NaN;
    const category = header.indexOf(' CISE_');
    if (category >= 0) {
      const words = header.slice(category + 1).split(' ', 10);
      // CISE_Passed_Authentications 0000370960 1 0 2014-08-07 00:07:40.066 -07:00 0011268687 5200 NOTICE
      this.#add('ise_category', words[0]);
      timestamp = readIsoTime(`${words[4]}T${words[5]}${words[6]}`);
      if (!Number.isNaN(timestamp)) {
        this.#add('ise_message_code', words[8]);
        if (words[9] !== undefined) this.#add('ise_severity', words[9]);
      }
      const host = header.slice(header.lastIndexOf(' ', category - 1) + 1, category);
      if (host !== '') this.#add('syslog_host', host);
    }
    if (Number.isNaN(timestamp)) {
      const end = endOfSyslogTime(header, 0);
      if (end > 0) timestamp = readSyslogTime(header, this.#zone, now, 0, end);
    }
    this.#add('timestamp', Number.isNaN(timestamp) ? now : timestamp);
  }

  #add(name: string, value: unknown): void {
    this.#names[this.#count] = name;
    this.#values[this.#count++] = value;
  }
}

/** Index of the comma that ends the part at `from`, or the text's length. A backslash escapes a comma; braces shield theirs. */
function endOfPart(text: string, from: number): number {
  let at = from;
  const equals = text.indexOf('=', from);
  for (;;) {
    const comma = text.indexOf(',', at);
    if (comma < 0) return text.length;
    let slashes = 0;
    while (comma - slashes > from && text.charCodeAt(comma - slashes - 1) === 0x5c) slashes++;
    if ((slashes & 1) === 0) {
      if (at > from || equals < 0 || equals > comma || text.charCodeAt(equals + 1) !== 0x7b) return comma;
      const close = text.slice(equals, equals + longestBraces).indexOf('}');
      if (close < 0) return comma;
      let behind = equals + close + 1;
      while (text.charCodeAt(behind) === 0x20) behind++;
      return text.charCodeAt(behind) === 0x2c ? behind : comma;
    }
    at = comma + 1;
  }
}

/** `a=b=c` as `{a: {b: c}}`, which is how Metron reads a value that holds an equals sign. */
function nested(text: string, firstEquals: number): unknown {
  const names: string[] = [];
  let at = 0;
  let equals = firstEquals;
  while (equals >= 0 && names.length < deepest) {
    names.push(unescaped(text.slice(at, equals).trim()));
    at = equals + 1;
    equals = text.indexOf('=', at);
  }
  const rest = text.slice(at).trim();
  let value: unknown = rest === '' ? null : unescaped(rest);
  for (let i = names.length - 1; i >= 0; i--) {
    const map: Message = {};
    setField(map, names[i]!, value);
    value = map;
  }
  return value;
}

function textOfValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  const parts: string[] = [];
  for (let map: unknown = value; map !== null; ) {
    if (typeof map !== 'object') {
      parts.push(String(map));
      break;
    }
    const [name = '', inner]: [string?, unknown?] = Object.entries(map)[0] ?? [];
    parts.push(name);
    if (inner === null) parts.push('');
    map = inner ?? null;
  }
  return parts.join('=');
}

/** `\uXXXX` as the character that it means; other escapes stay as written. */
function unescaped(text: string): string {
  return text.includes('\\u')
    ? text.replace(/\\u([0-9a-fA-F]{4})/g, (_all, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}

const header =
  'Jan  6 17:26:31 192.0.2.145 Jan  6 18:45:43 pdp01 CISE_Passed_Authentications 0000024855 1 0 2026-01-06 18:45:43.741 +01:00 0000288542 5200 NOTICE Passed-Authentication: Authentication succeeded';

export const ise: ParserType = {
  name: 'ise',
  classNames: ['org.apache.metron.parsers.ise.BasicIseParser'],
  description: 'Cisco Identity Services Engine messages over syslog',
  references: ['Cisco Identity Services Engine Syslogs, message format'],
  options: [
    {
      name: 'deviceTimeZone',
      type: 'zone',
      default: 'UTC',
      description: 'Zone of the syslog header, where the message holds no time of its own.',
    },
    {
      name: 'nestedValues',
      type: 'text',
      choices: ['nest', 'text'],
      default: 'nest',
      description:
        '`nest`: a value that holds an equals sign becomes an object, as in Metron (`a=b=c` is `{a: {b: c}}`). `text`: it stays text.',
    },
  ],
  samples: [
    `${header}, ConfigVersionId=240, Device IP Address=192.0.2.127, Device Port=1645, DestinationIPAddress=198.51.100.64, DestinationPort=1812, UserName=host/ws-17.example.org, Protocol=Radius, RequestLatency=94, NetworkDeviceName=sw-11a, Step=11001, Step=11017, Step=15049,`,
    'Jan  6 17:26:32 192.0.2.145 Jan  6 18:45:44 pdp01 CISE_Failed_Attempts 0000024856 1 0 2026-01-06 18:45:44.001 +01:00 0000288543 5434 NOTICE RADIUS: Endpoint conducted several failed authentications, ConfigVersionId=133, Device IP Address=192.0.2.68, DestinationIPAddress=198.51.100.63, DestinationPort=1812, UserName=ann, FailureReason=24408 User authentication failed, cisco-av-pair=service-type=Framed, cisco-av-pair=method=dot1x, EAP-Key-Name=,',
    'Jan  6 17:26:33 192.0.2.145 Jan  6 18:45:45 pdp01 CISE_Profiler 0000024857 1 0 2026-01-06 18:45:45.741 +01:00 0000288544 80002 INFO  Profiler: Profiler EndPoint profiling event occurred, ConfigVersionId=113, EndpointIPAddress=192.0.2.14, EndpointMacAddress=00:00:5E:00:53:F1, EndpointOUI=Example Company\\,Ltd., EndpointProperty=StaticAssignment=false\\,PortalUser=, EndpointIdentityGroup=Profiled,',
    'Jan  6 17:26:34 192.0.2.133 Jan  6 18:45:46 psn1 CISE_Administrative_and_Operational_Audit 0000002803 1 0 2026-01-06 18:45:46.267 +01:00 0002533404 60134 NOTICE System-Management: DNS Resolution failure, ConfigVersionId=5, AdminInterface=CLI, AdminIPAddress=192.0.2.1, AdminName=system, OperationMessageText=DNS resolution failed for the hostname psn1.example.org, AcsInstance=psn1, ',
    'Jan  6 17:26:35 192.0.2.145 Jan  6 18:45:47 pdp01 CISE_RADIUS_Accounting 0000024858 1 0 2026-01-06 18:45:47.120 +01:00 0000288545 3002 NOTICE Radius-Accounting: RADIUS Accounting watchdog update, ConfigVersionId=240, Device IP Address=192.0.2.72, NetworkDeviceName=wlc-1, User-Name=bob, NAS-Port=1, Framed-IP-Address=192.0.2.99, Tunnel-Type=(tag=0) VLAN, Acct-Session-Id={53e2c750/00:00:5e:00:53:01/42},',
  ],
  configure: (config, environment) => new IseParser(config, environment),
};
