/** Palo Alto Networks firewalls: CSV of PAN-OS over syslog (Metron's BasicPaloAltoFirewallParser). */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError } from './errors.ts';
import { SyslogPrefix } from './event-format.ts';
import { javaZone } from './java-zone.ts';
import { parseTextLines } from './line-records.ts';
import { columnsOf, type LogLayout, layoutOf } from './paloalto-columns.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { choiceSetting, type Settings, textSetting } from './settings.ts';
import { EventFields } from './shared/event-fields.ts';
import type { TimeZone } from './time-zone.ts';
import { wallClock } from './timestamps.ts';

/** Further ones are kept together as text. */
const mostColumns = 256;
/** Columns that every log has. */
const commonColumns = 7;

class PaloAltoParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  readonly #deviceTime: boolean;
  readonly #cells: string[] = [];
  readonly #fields = new EventFields();
  readonly #prefix = new SyslogPrefix();

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
    this.#deviceTime = choiceSetting(config, 'eventTime', ['device', 'processing'], 'device') === 'device';
  }

  parse(text: string, sink: ParseSink): void {
    parseTextLines(text, sink, this.#readLine);
  }

  readonly #readLine = (line: string): Message => {
    const cells = this.#cells;
    const count = splitCells(line, cells);
    const type = count > 3 ? cells[3]!.trim() : '';
    if (count < commonColumns || !isWord(type))
      throw new ParseError(
        `Not a PAN-OS log (comma-separated, the type in the fourth cell): ${excerpt(line)}`,
      );
    this.#fields.clear();
    const layout = layoutOf(type, count);
    this.#addColumns(layout, count);
    const { level } = layout;
    this.#fields.set('parser_version', level);
    if (level === 0) this.#fields.set('tokens_seen', count);
    const now = this.#environment.now();
    this.#addPrefix(cells[0]!, now);
    this.#fields.set('timestamp', this.#timestamp(cells, now));
    this.#fields.set('original_string', line);
    return this.#fields.build();
  };

  #addColumns(layout: LogLayout, count: number): void {
    const cells = this.#cells;
    const columns = columnsOf(layout);
    for (let i = 0; i < columns.length && i < count; i++) {
      const name = columns[i];
      if (name === undefined) continue;
      const value = unquoted(cells[i]!);
      if (value === '') continue;
      this.#fields.set(name, value);
      if (name === 'url') this.#addHost(value);
    }
    // Columns of later versions, or of logs that have no list here, are kept under their numbers.
    const last = Math.min(count, mostColumns);
    for (let i = columns.length; i < last; i++) {
      const value = unquoted(cells[i]!);
      if (value !== '') this.#fields.set(`column_${i}`, value);
    }
    if (count > last) this.#fields.set('further_columns', cells.slice(last, count).join(','));
  }

  #addHost(url: string): void {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return;
    const host = URL.canParse(url) ? new URL(url).hostname : '';
    if (host !== '') this.#fields.set('host', host);
  }

  /** A syslog header before the first cell stays in `palo_alto_domain`, as in Metron; its host is a field besides. */
  #addPrefix(cell: string, now: number): void {
    if (cell.length < 8) return;
    this.#prefix.read(cell, cell.lastIndexOf(' '), this.#zone, now);
    if (this.#prefix.host !== undefined && this.#prefix.timestamp !== undefined)
      this.#fields.set('syslog_host', this.#prefix.host);
  }

  #timestamp(cells: readonly string[], now: number): number {
    if (!this.#deviceTime) return now;
    let time = readPanTime(cells[6]!, this.#zone);
    if (Number.isNaN(time)) time = readPanTime(cells[1]!, this.#zone);
    return Number.isNaN(time) ? now : time;
  }
}

/** Cells between commas that stand outside of double quotes; answers how many. */
function splitCells(line: string, cells: string[]): number {
  let count = 0;
  let from = 0;
  let comma = line.indexOf(',');
  let quote = line.indexOf('"');
  for (;;) {
    if (comma < 0) {
      cells[count++] = line.slice(from);
      return count;
    }
    if (quote >= 0 && quote < comma) {
      const close = line.indexOf('"', quote + 1);
      if (close < 0) {
        // A quote that does not end shields nothing.
        quote = -1;
        continue;
      }
      quote = line.indexOf('"', close + 1);
      if (comma < close) comma = line.indexOf(',', close);
      continue;
    }
    cells[count++] = line.slice(from, comma);
    from = comma + 1;
    comma = line.indexOf(',', from);
  }
}

/** Trimmed, without a pair of quotes around it; doubled quotes inside are one. */
function unquoted(cell: string): string {
  if (cell === '') return cell;
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  const trimmed = first <= 0x20 || last <= 0x20 ? cell.trim() : cell;
  if (trimmed.length < 2 || trimmed.charCodeAt(0) !== 0x22 || !trimmed.endsWith('"')) return trimmed;
  const inner = trimmed.slice(1, -1).trim();
  return inner.includes('""') ? inner.replaceAll('""', '"') : inner;
}

function isWord(type: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{1,30}$/.test(type);
}

/** `2026/01/05 05:38:58`, or RFC 3339 as later versions may be told to write; NaN otherwise. */
function readPanTime(cell: string, zone: TimeZone): number {
  const text = cell.trim();
  if (text.length < 19 || text.charCodeAt(4) !== 0x2f)
    return text.length > 19 ? Date.parse(text) : Number.NaN;
  const local = wallClock(
    Number(text.slice(0, 4)),
    Number(text.slice(5, 7)),
    Number(text.slice(8, 10)),
    Number(text.slice(11, 13)),
    Number(text.slice(14, 16)),
    Number(text.slice(17, 19)),
    0,
  );
  return zone.toEpoch(local);
}

const traffic =
  '1,2026/01/05 05:38:58,0006C110285,TRAFFIC,end,1,2026/01/05 05:38:57,192.0.2.53,198.51.100.174,203.0.113.2,198.51.100.174,allow-db,,,mssql-db,vsys1,trust,untrust,ethernet1/2,ethernet1/1,log-fwd,2026/01/05 05:38:58,141372,1,54279,1433,22001,1433,0x40001c,tcp,allow,3783,1697,2086,25,2026/01/05 05:38:20,30,any,0,17754932394,0x0,192.0.2.0-192.0.2.255,US,0,10,15,tcp-fin';

export const paloAlto: ParserType = {
  name: 'paloalto',
  classNames: ['org.apache.metron.parsers.paloalto.BasicPaloAltoFirewallParser'],
  description: 'Palo Alto Networks firewall logs (PAN-OS 6 and later) as comma-separated syslog lines',
  references: ['PAN-OS Administrator’s Guide, Syslog Field Descriptions'],
  options: [
    {
      name: 'eventTime',
      type: 'text',
      choices: ['device', 'processing'],
      default: 'device',
      description:
        '`device`: `timestamp` is the time of the log (`time_generated` in `timeZone`). `processing`: the time of parsing, as in Metron.',
    },
  ],
  samples: [
    traffic,
    `<14>Jan  5 05:38:59 PA-EDGE ${traffic}`,
    '1,2026/01/05 05:38:58,0006C110285,THREAT,url,1,2026/01/05 05:38:58,192.0.2.7,203.0.113.29,198.51.100.5,203.0.113.29,web-out,example\\ann,,web-browsing,vsys1,trust,untrust,vlan.199,vlan.1,log-fwd,2026/01/05 05:38:58,50556,1,56059,80,14810,80,0x40b000,tcp,alert,"http://settings.example/path?a=1,b=2",(9999),computer-and-internet-info,informational,client-to-server,10030265,0x0,192.0.2.0-192.0.2.255,IE,0,,0,,,0,,,,,,,,0,16,11,0,0,,PA-EDGE,',
    '1,2026/01/05 05:40:01,0006C110285,SYSTEM,general,0,2026/01/05 05:40:01,,general,,0,0,general,informational,"User admin logged in via Web from 192.0.2.5 using https",1354,0x0',
    '1,2026/01/05 05:41:10,0006C110285,CONFIG,0,1,2026/01/05 05:41:09,192.0.2.5,vsys1,edit,admin,Web,Succeeded, config shared log-settings config,1355,0x0,12,34,45,0,vsys-one,PA-EDGE',
    '1,2026/01/05 05:42:00,0006C110285,HIPMATCH,0,1,2026/01/05 05:42:00,example\\bob,vsys1,ws-17,Windows,192.0.2.17,missing-patches,1,profile',
  ],
  configure: (config, environment) => new PaloAltoParser(config, environment),
};
