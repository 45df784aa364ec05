/** ArcSight Common Event Format (Metron's CEFParser). */
import { cefTimes, readDeviceTime } from './device-time.ts';
import { excerpt, ParseError } from './errors.ts';
import {
  applyLabels,
  baseOf,
  EventFormatParser,
  eventFormatOptions,
  isLabel,
  type Pairs,
  readCells,
  readExtensions,
} from './event-format.ts';
import type { KeyInfo } from './key-table.ts';
import { parseTextLines } from './line-records.ts';
import type { Message, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { booleanSetting, type Settings } from './settings.ts';

/** Metron's names for keys of the dictionary; those that end in a port are numbers. */
const renames: ReadonlyMap<string, string> = new Map([
  ['src', 'ip_src_addr'],
  ['dst', 'ip_dst_addr'],
  ['spt', 'ip_src_port'],
  ['dpt', 'ip_dst_port'],
  ['act', 'deviceAction'],
  ['app', 'protocol'],
]);

const headerNames = ['DeviceVendor', 'DeviceProduct', 'DeviceVersion', 'DeviceEvent', 'Name', 'Severity'];

/** Names that a label of the data must not take. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...renames.values(),
  ...headerNames,
  'host',
  'timestamp',
  'original_string',
  'source.type',
  'guid',
  'is_alert',
]);

const severities: ReadonlyMap<string, number> = new Map([
  ['Low', 2],
  ['Medium', 5],
  ['High', 8],
  ['Very-High', 10],
]);

class CefParser extends EventFormatParser {
  readonly #decodes: boolean;

  constructor(config: Settings, environment: ParserEnvironment) {
    super(config, environment, describe);
    this.#decodes = booleanSetting(config, 'decodeEscapes', false);
  }

  override parse(text: string, sink: ParseSink): void {
    parseTextLines(text, sink, this.#readLine);
  }

  readonly #readLine = (line: string): Message => {
    const headerAt = startOfHeader(line, 0);
    if (headerAt < 0) throw new ParseError(`No CEF header (CEF:0|…) in ${excerpt(line)}`);
    const firstCell = line.indexOf('|', headerAt) + 1;
    const { cells, pairs } = this;
    const extensionAt = readCells(line, firstCell, headerNames.length, cells);
    if (extensionAt < 0)
      throw new ParseError(`A CEF header has seven cells, this one has fewer: ${excerpt(line)}`);
    const now = this.begin(line, headerAt);
    const found = readExtensions(line, extensionAt, line.length, this.keys, pairs);
    if (!found && line.slice(extensionAt).trim() !== '')
      throw new ParseError(`No key=value behind the CEF header: ${excerpt(line.slice(extensionAt))}`);
    if (this.#decodes) decodeValues(pairs);
    const deviceTime = readKinds(pairs);
    applyLabels(pairs, reservedNames);
    for (let i = 0; i < 5; i++) pairs.add(headerNames[i]!, cells[i]);
    pairs.add('Severity', severityOf(cells[5]!));
    return this.finish(line, this.#timeOf(deviceTime, now), now);
  };

  #timeOf(text: string | undefined, now: number): number | undefined {
    if (text === undefined) return undefined;
    const time = readDeviceTime(text, cefTimes, this.zone, now);
    if (Number.isNaN(time)) throw new ParseError(`The time rt=${excerpt(text)} cannot be read`);
    return time;
  }
}

/** Where `CEF:`, an optional blank, a version and a bar begin, from `from` on; minus one when they do not. */
export function startOfHeader(line: string, from: number): number {
  for (let at = line.indexOf('CEF:', from); at >= 0; at = line.indexOf('CEF:', at + 4)) {
    let i = at + 4;
    if (line.charCodeAt(i) === 0x20) i++;
    const version = line.charCodeAt(i);
    if ((version === 0x30 || version === 0x31) && line.charCodeAt(i + 1) === 0x7c) return at;
  }
  return -1;
}

function describe(key: string): KeyInfo {
  const kind =
    key === 'spt' || key === 'dpt' ? 'port' : key === 'rt' ? 'time' : isLabel(key) ? 'label' : 'plain';
  return { key, name: renames.get(key) ?? key, kind, base: baseOf(key) };
}

/** Makes ports numbers; answers the value of `rt`. */
function readKinds({ names, values, keys, count }: Pairs): string | undefined {
  let time: string | undefined;
  for (let i = 0; i < count; i++) {
    const { kind } = keys[i]!;
    if (kind === 'port') values[i] = portOf(names[i]!, String(values[i]));
    else if (kind === 'time') time = String(values[i]);
  }
  return time;
}

export function portOf(name: string, text: string): number {
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) port = Number.NaN;
    else port = port * 10 + digit;
  }
  if (!(port <= 0x7fffffff)) throw new ParseError(`The port ${name}=${excerpt(text)} is no number`);
  return port;
}

/** Text of one or two characters is a number; longer text is one of four words, else 0. */
function severityOf(text: string): number {
  if (text === '') throw new ParseError('The CEF header has an empty severity');
  const first = text.charCodeAt(0) - 0x30;
  if (text.length === 1 && first >= 0 && first <= 9) return first;
  if (text.length > 2) return severities.get(text) ?? 0;
  if (!/^-?\d+$/.test(text))
    throw new ParseError(`The severity ${excerpt(text)} is neither a number nor a word`);
  return Number(text);
}

/** Escapes of the format: `\=`, `\\`, `\n`, `\r`. */
function decodeValues({ values, count }: Pairs): void {
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (typeof value !== 'string' || !value.includes('\\')) continue;
    values[i] = value.replace(/\\([=\\|nr])/g, (_all, c: string) =>
      c === 'n' ? '\n' : c === 'r' ? '\r' : c,
    );
  }
}

export const cef: ParserType = {
  name: 'cef',
  classNames: ['org.apache.metron.parsers.cef.CEFParser'],
  description: 'ArcSight Common Event Format (CEF), with or without a syslog header, one event a line',
  references: ['Micro Focus ArcSight Common Event Format, Implementing ArcSight CEF, version 26'],
  options: [
    ...eventFormatOptions,
    {
      name: 'decodeEscapes',
      type: 'boolean',
      default: false,
      description:
        'Whether `\\=`, `\\\\`, `\\n` and `\\r` in extension values are decoded. As in Metron they stay as written by default, since many devices write Windows paths without escaping them.',
    },
  ],
  samples: [
    'CEF:0|Example Networks|Gatekeeper|4.2|1001|Connection denied|6|src=192.0.2.17 spt=51514 dst=198.51.100.20 dpt=3389 proto=TCP act=deny app=RDP rt=1767258061123 cs1Label=Rule cs1=block-rdp-in cnt=3',
    '<134>Jan  1 09:01:02 fw-edge CEF:0|Example Networks|Gatekeeper|4.2|1002|Connection allowed|2|src=192.0.2.18 spt=40022 dst=203.0.113.9 dpt=443 proto=TCP act=allow app=HTTPS in=5120 out=880',
    '<13>2026-01-01T09:01:05.250+01:00 av07 CEF:0|Sample Labs|FileShield|11.0|MAL-7|Malware found|High|fname=invoice.exe filePath=C:\\\\Users\\\\ann\\\\Downloads\\\\invoice.exe suser=ann dhost=ws-17 cs1Label=Threat name cs1=Trojan.Sample.A act=quarantined',
    'CEF: 0|Sample Labs|WebProxy|7|301|URL blocked|Medium|src=192.0.2.44 request=https://bad.example/path?id\\=1&x\\=2 requestMethod=GET suser=bob cs2Label=Category cs2=phishing rt=Jan 01 2026 09:02:11.500 UTC',
    'Jan  1 09:03:00 vault01 CEF:0|Example Corp|Vault|12.1|295|Retrieve password|5|act=Retrieve password suser=carol dvc=192.0.2.5 shost=ws-22 msg=Ticket 4711, approved by dave cn1Label=Request number cn1=88',
    'CEF:0|Example|Pipe\\|Dream|1.0|7|Name with a bar \\| in it|10|src=2001:db8::17 dst=2001:db8::80 spt=50000 dpt=53 proto=UDP app=DNS',
  ],
  configure: (config, environment) => new CefParser(config, environment),
};
