/** FireEye (Trellix) alerts: CEF behind a syslog header (Metron's BasicFireEyeParser, whose names for the keys are kept). */

import { startOfHeader } from './cef.ts';
import { charsetDecoder } from './charset.ts';
import { cefTimes, readDeviceTime } from './device-time.ts';
import { excerpt, ParseError } from './errors.ts';
import { Pairs, readCells, readExtensions } from './event-format.ts';
import { javaZone } from './java-zone.ts';
import { KeyShapes } from './key-shapes.ts';
import { KeyTable } from './key-table.ts';
import { parseTextLines } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { endOfPriority, isDigit } from './syslog.ts';
import type { TimeZone } from './time-zone.ts';

/** What Metron replaces in keys, in its order; `rt` and `src` are whole keys. */
const replacements: readonly (readonly [from: string, to: string])[] = [
  ['cn3', 'dst_port'],
  ['cs5', 'cncHost'],
  ['proto', 'protocol'],
  ['cs1', 'malware'],
  ['shost', 'src_hostname'],
  ['dmac', 'dst_mac'],
  ['smac', 'src_mac'],
  ['spt', 'src_port'],
];
const wholeKeys: ReadonlyMap<string, string> = new Map([
  ['dst', 'dst_ip'],
  ['src', 'src_ip'],
  ['rt', 'rt'],
]);
const copies: ReadonlyMap<string, string> = new Map([
  ['dvc', 'ip_src_addr'],
  ['src_port', 'ip_src_port'],
  ['dst_ip', 'ip_dst_addr'],
  ['dst_port', 'ip_dst_port'],
]);
const headerNames = ['DeviceVendor', 'DeviceProduct', 'DeviceVersion', 'DeviceEvent', 'Name', 'Severity'];

class FireEyeParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  readonly #cells: string[] = [];
  readonly #pairs = new Pairs();
  readonly #shapes = new KeyShapes();
  readonly #keys = new KeyTable((key) => ({ key, name: nameOf(key), kind: 'plain', base: '' }));

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#zone = javaZone(textSetting(config, 'deviceTimeZone', 'UTC'));
  }

  parse(text: string, sink: ParseSink): void {
    parseTextLines(text, sink, this.#readLine);
  }

  readonly #readLine = (line: string): Message => {
    const text = fromPriority(line);
    const pairs = this.#pairs;
    pairs.clear();
    const idAt = startOfWord(text, 4);
    if (idAt < 0) throw new ParseError(`Fewer than five words, no FireEye alert: ${excerpt(line)}`);
    const idEnd = endOfWord(text, idAt);
    if (holdsOneDot(text, idAt, idEnd)) this.#readAlert(text, idEnd);
    pairs.add('original_string', text);
    pairs.add('timestamp', this.#timestamp(text));
    return this.#shapes.build(pairs.names, pairs.values, pairs.count);
  };

  #readAlert(text: string, from: number): void {
    const pairs = this.#pairs;
    const headerAt = startOfHeader(text, from);
    let extensionAt = -1;
    if (headerAt >= 0)
      extensionAt = readCells(text, text.indexOf('|', headerAt) + 1, headerNames.length, this.#cells);
    readExtensions(text, extensionAt < 0 ? from : extensionAt, text.length, this.#keys, pairs);
    joinRepeated(pairs);
    const { count } = pairs;
    for (let i = 0; i < count; i++) {
      const copy = copies.get(pairs.names[i]!);
      if (copy !== undefined) pairs.add(copy, pairs.values[i]);
    }
    if (extensionAt >= 0)
      for (let i = 0; i < headerNames.length; i++) pairs.add(headerNames[i]!, this.#cells[i]);
  }

  /** The syslog header's time; the present one where there is none. */
  #timestamp(text: string): number {
    const now = this.#environment.now();
    const at = endOfPriority(text);
    const end = endOfWord(text, endOfBlanks(text, endOfWord(text, endOfBlanks(text, endOfWord(text, at)))));
    const time = readDeviceTime(text.slice(at, Math.min(end, at + 64)), cefTimes, this.#zone, now);
    return Number.isNaN(time) ? now : time;
  }
}

function nameOf(key: string): string {
  const whole = wholeKeys.get(key);
  if (whole !== undefined) return whole;
  let name = key;
  for (const [from, to] of replacements) name = name.replaceAll(from, to);
  return name;
}

/** What relays put before the priority is cut off. */
function fromPriority(line: string): string {
  for (let at = line.indexOf('<'); at >= 0; at = line.indexOf('<', at + 1)) {
    let end = at + 1;
    while (end <= at + 3 && isDigit(line.charCodeAt(end))) end++;
    if (end > at + 1 && line.charCodeAt(end) === 0x3e) return at === 0 ? line : line.slice(at);
  }
  return line;
}

/** Where the word with this number (from 0) begins; minus one when there are fewer. */
function startOfWord(text: string, number: number): number {
  let at = 0;
  for (let word = 0; ; word++) {
    while (text.charCodeAt(at) <= 0x20) at++;
    if (at >= text.length) return -1;
    if (word === number) return at;
    at = endOfWord(text, at);
  }
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 0x20) at++;
  return at;
}

function endOfBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function holdsOneDot(text: string, from: number, to: number): boolean {
  const dot = text.indexOf('.', from);
  if (dot < 0 || dot >= to) return false;
  const next = text.indexOf('.', dot + 1);
  return next < 0 || next >= to;
}

/** Values of a key that stands more than once are joined, as Metron does it: `a ,b`. */
function joinRepeated(pairs: Pairs): void {
  const { names, values } = pairs;
  const places = new Map<string, number>();
  const joined = new Map<number, string[]>();
  let kept = 0;
  for (let i = 0; i < pairs.count; i++) {
    const name = names[i]!;
    const place = places.get(name);
    if (place === undefined) {
      places.set(name, kept);
      names[kept] = name;
      values[kept++] = values[i];
    } else {
      const parts = joined.get(place);
      if (parts === undefined) joined.set(place, [String(values[place]), String(values[i])]);
      else parts.push(String(values[i]));
    }
  }
  for (const [place, parts] of joined) values[place] = parts.join(' ,');
  pairs.count = kept;
}

export const fireEye: ParserType = {
  name: 'fireeye',
  classNames: ['org.apache.metron.parsers.fireeye.BasicFireEyeParser'],
  description: 'FireEye (Trellix) alerts as CEF over syslog, also when a relay wrote a header before them',
  references: ['FireEye CEF Configuration Guide'],
  options: [
    {
      name: 'deviceTimeZone',
      type: 'zone',
      default: 'UTC',
      description: "Zone of the syslog header's time.",
    },
  ],
  samples: [
    '<164>Jan 19 05:24:39 192.0.2.15 fenotify-851983.alert: CEF:0|FireEye|CMS|7.2.1.244420|DM|domain-match|1|rt=Jan 19 2026 05:24:26 UTC dvc=192.0.2.57 cn3Label=cncPort cn3=53 cn2Label=sid cn2=80494706 shost=ws-17.example.org proto=udp cs5Label=cncHost cs5=bad.example dvchost=FEYE1 spt=54527 smac=00:00:5e:00:53:00 cn1Label=vlan cn1=0 externalId=851983 cs4Label=link cs4=https://cms.example.org/event_stream/events_for_bot?ev_id\\=851983 dmac=00:00:5e:00:53:a1 cs1Label=sname cs1=Trojan.Generic.DNS',
    'fireeye[-]: <161>Jan  1 02:49:49 192.0.2.15 fenotify-900702.alert: CEF:0|FireEye|CMS|7.5.1.318703|IM|infection-match|1|rt=Jan 01 2026 09:49:14 UTC src=192.0.2.20 cn3Label=cncPort cn3=80 shost=ws-18.example.org proto=tcp spt=63100 cs5Label=cncHost cs5=cnc.example dst=198.51.100.7 dvchost=FEYE2 dvc=192.0.2.16 externalId=900702 act=notified cs1Label=sname cs1=Exploit.Kit.Sample',
    '<164>Jan 19 05:24:39 192.0.2.15 fenotify-793972.2.alert: Control: no-cache::~~::~~ dmac=00:00:5e:00:53:a1 cs1Label=sname cs1=Exploit.Kit.Sample',
    '<164>Jan 20 11:00:01 192.0.2.15 fenotify-851990.alert: CEF:0|FireEye|MPS|7.1.0|MO|malware-object|4|rt=Jan 20 2026 10:59:58 UTC src=192.0.2.31 request=http://files.example/update.exe cs1Label=sname cs1=Malware.Binary.exe fileHash=d41d8cd98f00b204e9800998ecf8427e dst=198.51.100.80 dpt=80 dvc=192.0.2.16',
    '<161>Jan 21 23:59:59 192.0.2.15 fenotify-851991.alert: CEF:0|FireEye|MPS|7.1.0|MC|malware-callback|9|rt=Jan 21 2026 23:59:57 UTC src=192.0.2.31 spt=50123 dst=203.0.113.80 cn3Label=cncPort cn3=443 cs5Label=cncHost cs5=203.0.113.80 proto=tcp cs1Label=sname cs1=Backdoor.Sample',
  ],
  configure: (config, environment) => new FireEyeParser(config, environment),
};
