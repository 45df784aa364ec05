/**
 * Events per second of the JSON and syslog parsers, one thread, the parser's call alone (text in, message out). Lines are written
 * here, in the manner of real ones; time is processor time of the process (the collector's threads included), so that
 * other work on the machine does not count; `SKOPOS_DATA` adds a real Zeek log when it is there.
 *
 *     node --enable-experimental-regexp-engine-on-excessive-backtracks bench/parsers-json.bench.ts
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createParser, type Message, type ParseSink, zeekTsvFraming } from '../src/parsers/index.ts';

export interface ParserSpeed {
  readonly name: string;
  /** Events in a second of processor time; median of the rounds. */
  readonly eventsPerSecond: number;
  readonly bytesPerEvent: number;
}

const environment = { now: () => 1781524800000, timeZone: 'UTC', readFile: () => '' };

interface Case {
  readonly name: string;
  readonly parser: string;
  readonly config?: Record<string, unknown>;
  readonly records: readonly string[];
}

function repeat(count: number, make: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

const address = (i: number): string => `10.${i % 7}.${i % 251}.${i % 241}`;
const second = (i: number): string => String(1_600_000_000 + i);
const clock = (i: number): string =>
  `${String(i % 24).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:${String(i % 59).padStart(2, '0')}`;

const conn = (i: number): string =>
  `"ts":${second(i)}.${100000 + (i % 899999)},"uid":"C${i}abcdefghijk","id.orig_h":"${address(i)}","id.orig_p":${1024 + (i % 60000)},` +
  `"id.resp_h":"${address(i * 7)}","id.resp_p":443,"proto":"tcp","service":"ssl","duration":${(i % 1000) / 8},"orig_bytes":${i % 5000},` +
  `"resp_bytes":${i % 90000},"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":12,` +
  `"orig_ip_bytes":${i % 7000},"resp_pkts":14,"resp_ip_bytes":${i % 95000},"tunnel_parents":[]`;

const count = 5000;

const cases: Case[] = [
  {
    name: 'jsonmap (42 bytes)',
    parser: 'jsonmap',
    records: repeat(count, (i) => `{"a":"value ${i % 100}","b":${i},"timestamp":1${i}}`),
  },
  {
    name: 'jsonmap (20 members)',
    parser: 'jsonmap',
    records: repeat(count, (i) => `{${conn(i)},"timestamp":${second(i)}000}`),
  },
  {
    name: 'jsonmap UNFOLD',
    parser: 'jsonmap',
    config: { mapStrategy: 'UNFOLD' },
    records: repeat(count, (i) => `{"a":{"b":{"c":${i}},"d":[1,2]},"e":"text","f":{"g":"h"},"timestamp":1}`),
  },
  { name: 'bro (tagged conn)', parser: 'bro', records: repeat(count, (i) => `{"conn": {${conn(i)}}}`) },
  { name: 'zeek (JSON conn)', parser: 'zeek', records: repeat(count, (i) => `{"_path":"conn",${conn(i)}}`) },
  {
    name: 'syslog3164',
    parser: 'syslog3164',
    records: repeat(
      count,
      (i) =>
        `<34>Oct ${10 + (i % 20)} ${clock(i)} host${i % 50} sshd[${i}]: Failed password for root from ${address(i)} port ${i} ssh2`,
    ),
  },
  {
    name: 'syslog3164 (zone)',
    parser: 'syslog3164',
    config: { deviceTimeZone: 'America/New_York' },
    records: repeat(
      count,
      (i) =>
        `<34>Oct ${10 + (i % 20)} ${clock(i)} host${i % 50} sshd[${i}]: Failed password for root from ${address(i)} port ${i} ssh2`,
    ),
  },
  {
    name: 'syslog5424',
    parser: 'syslog5424',
    records: repeat(
      count,
      (i) =>
        `<165>1 2026-03-1${i % 10}T${clock(i)}.003Z host${i % 50}.example.com app ${i} ID47 [ex@32473 iut="3" eventSource="Application"] An event ${i}`,
    ),
  },
  {
    name: 'windows-event (Sysmon)',
    parser: 'windows-event',
    records: repeat(
      count,
      (i) =>
        `{"@timestamp":"2026-03-1${i % 10}T${clock(i)}.114Z","winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon",` +
        `"event_id":3,"record_id":${40_000 + i},"computer_name":"WS-${i % 50}.corp.example","event_data":{"UtcTime":"2026-03-09 08:13:04.871",` +
        `"ProcessId":"${i % 9000}","Image":"C:\\\\Windows\\\\System32\\\\svchost.exe","User":"CORP\\\\u${i % 90}","Protocol":"tcp","Initiated":"true",` +
        `"SourceIp":"${address(i)}","SourcePort":"${1024 + (i % 60000)}","DestinationIp":"${address(i * 3)}","DestinationPort":"443"}}}`,
    ),
  },
  {
    name: 'suricata (alert)',
    parser: 'suricata',
    records: repeat(
      count,
      (i) =>
        `{"timestamp":"2026-03-1${i % 10}T${clock(i)}.123456+0100","flow_id":${i},"in_iface":"eth0","event_type":"alert","src_ip":"${address(i)}",` +
        `"src_port":${i % 60000},"dest_ip":"${address(i * 3)}","dest_port":80,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2010935,` +
        `"rev":3,"signature":"ET POLICY Suspicious inbound to MSSQL port 1433","category":"Potentially Bad Traffic","severity":2},` +
        `"flow":{"pkts_toserver":1,"pkts_toclient":1,"bytes_toserver":78,"bytes_toclient":54}}`,
    ),
  },
];

function realLogs(): Case[] {
  const data = process.env['SKOPOS_DATA'] ?? resolve(import.meta.dirname, '../../shared/data');
  const lines = (path: string): string[] =>
    gunzipSync(readFileSync(join(data, path)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(0, 20_000);
  if (!existsSync(join(data, 'zeek-json'))) return [];
  return [
    { name: 'zeek (real JSON dns)', parser: 'zeek', records: lines('zeek-json/dns.json.gz') },
    { name: 'zeek (real TSV dns)', parser: 'zeek', records: zeekTsvFraming(lines('zeek-tsv/dns.log.gz')) },
  ];
}

/** Runs every case for about `milliseconds` in five rounds. Throws when a record is refused. */
export function run(milliseconds = 600): ParserSpeed[] {
  return [...cases, ...realLogs()].map((one) => measure(one, milliseconds / 5));
}

function measure(one: Case, roundMs: number): ParserSpeed {
  const parser = createParser(one.parser, one.config ?? {}, environment);
  let events = 0;
  let last: Message = {};
  const refuse = (error: Error): never => {
    throw error;
  };
  const sink: ParseSink = {
    emit(message) {
      events++;
      last = message;
    },
    reject: (_line, error) => refuse(error),
    fail: refuse,
    skip: (line) => refuse(new Error(`skipped ${line}`)),
  };
  const rates: number[] = [];
  for (let round = 0; round < 6; round++) {
    events = 0;
    const start = process.cpuUsage();
    let elapsed = 0;
    do {
      for (const record of one.records) parser.parse(record, sink);
      const { user, system } = process.cpuUsage(start);
      elapsed = (user + system) / 1000;
    } while (elapsed < roundMs);
    if (round > 0) rates.push((events / elapsed) * 1000);
  }
  rates.sort((a, b) => a - b);
  const bytes = String(last['original_string'] ?? one.records[0]).length;
  return { name: one.name, eventsPerSecond: Math.round(rates[2] ?? 0), bytesPerEvent: bytes };
}

if (import.meta.main) {
  for (const speed of run()) {
    process.stdout.write(
      `${speed.name.padEnd(24)} ${speed.eventsPerSecond.toLocaleString('en').padStart(12)} events/s  ${speed.bytesPerEvent} bytes\n`,
    );
  }
}
