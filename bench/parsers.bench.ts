/**
 * Lines per second of processor time of each parser, one thread, the parser's call alone (text in, messages out): on the samples that each
 * parser carries, varied (addresses, times) so that no line comes twice. Run: `npm run bench -- parsers`, or
 * `node bench/parsers.bench.ts [parser …]`.
 */
import { builtInParsers, type Message, type ParserType, type ParseSink } from '../src/parsers/index.ts';

export interface ParserSpeed {
  readonly parser: string;
  readonly bytesPerLine: number;
  /** Median of the rounds. */
  readonly linesPerSecond: number;
  /** What the reference did on its own test lines (JDK 17, one thread, same kind of machine); null where it has no such parser. */
  readonly reference: number | null;
  /** Three times that, and 100,000 at least; of JSON formats at least 250,000. */
  readonly target: number;
}

const reference: Readonly<Record<string, number>> = {
  csv: 3_400_000,
  jsonmap: 2_000_000,
  snort: 414_000,
  regex: 334_000,
  lancope: 186_000,
  cef: 180_000,
  bro: 136_000,
  leef: 114_000,
  syslog3164: 88_000,
  websphere: 75_000,
  squid: 72_000,
  fireeye: 49_000,
  syslog5424: 32_000,
  ise: 31_000,
  yaf: 28_000,
  asa: 24_000,
  paloalto: 20_000,
  sourcefire: 2_700,
};
const json: ReadonlySet<string> = new Set(['bro', 'zeek', 'zeek-kinds', 'suricata']);

/** The reference's figures of these are of lines of 10 and 42 bytes: so are these. */
const shortLines: Readonly<Record<string, { config: Record<string, unknown>; lines: string[] }>> = {
  csv: {
    config: { columns: { col1: 0, col2: 1, col3: 2 } },
    lines: ['foo,bar,grok', 'a,b,c12345', '1,2,three'],
  },
  jsonmap: {
    config: {},
    lines: ['{"a":"value 7","b":17,"timestamp":1767258061}', '{"c":"other","d":true,"timestamp":1767258062}'],
  },
};

/** Zeek leaves out what is not set: the records of a network are of many kinds, here of 256. */
const zeekKinds: readonly string[] = Array.from({ length: 256 }, (_, kind) => {
  const always = { _path: 'conn', ts: 1767258061.123456, 'id.orig_h': '192.0.2.17', 'id.resp_p': 443 };
  const mayBe = Object.entries({
    service: 'ssl',
    duration: 1.25,
    orig_bytes: 880,
    resp_bytes: 5120,
    local_orig: true,
    local_resp: false,
    history: 'ShADadfF',
    vlan: 3,
  }).filter((_field, place) => (kind >> place) % 2 === 0);
  return JSON.stringify({ ...always, ...Object.fromEntries(mayBe), conn_state: 'SF', resp_pkts: 14 });
});

class Counter implements ParseSink {
  messages = 0;
  others = 0;
  last: Message | undefined;
  emit(message: Message): void {
    this.messages++;
    this.last = message;
  }
  reject(): void {
    this.others++;
  }
  fail(): void {
    this.others++;
  }
  skip(): void {
    this.others++;
  }
}

const clock = Date.UTC(2026, 5, 15, 12);
const lineCount = 2_000;

/** Other addresses and seconds in the same line. */
function vary(line: string, i: number): string {
  return line
    .replace(/192\.0\.2\.\d+/g, `192.0.2.${(i % 250) + 1}`)
    .replace(/(\d\d:\d\d:)\d\d/g, `$1${String(i % 60).padStart(2, '0')}`);
}

function measure(
  name: string,
  type: ParserType,
  config: Record<string, unknown>,
  samples: readonly string[],
  ms: number,
): ParserSpeed {
  const parser = type.configure(config, {
    now: () => clock,
    timeZone: 'UTC',
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
  });
  const lines = Array.from({ length: lineCount }, (_, i) => vary(samples[i % samples.length]!, i));
  const counter = new Counter();
  const rates: number[] = [];
  for (let round = 0; round < 4; round++) {
    const before = counter.messages;
    const start = process.cpuUsage();
    let used = 0;
    do {
      for (const line of lines) parser.parse(line, counter);
      const { user, system } = process.cpuUsage(start);
      used = user + system;
      // The first round is for the compiler: a parser of many shapes takes its time to become what it will be.
    } while (used < ms * (round === 0 ? 1000 : 250));
    if (round > 0) rates.push(((counter.messages - before) * 1e6) / used);
  }
  if (counter.others > 0) throw new Error(`${name}: ${counter.others} samples were refused or skipped`);
  rates.sort((a, b) => a - b);
  const known = reference[name] ?? null;
  return {
    parser: name,
    bytesPerLine: Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length),
    linesPerSecond: Math.round(rates[1]!),
    reference: known,
    target: Math.max(100_000, 3 * (known ?? 0), json.has(name) ? 250_000 : 0),
  };
}

/** Takes about twice `milliseconds` a parser. Throws when a sample is refused. */
export function run(milliseconds = 1_500, names?: readonly string[]): ParserSpeed[] {
  const speeds: ParserSpeed[] = [];
  for (const type of builtInParsers) {
    if (names !== undefined && !names.includes(type.name)) continue;
    const { samples = [], sampleConfig = {} } = type;
    const short = shortLines[type.name];
    const config = short?.config ?? { ...sampleConfig };
    const lines = short?.lines ?? samples;
    if (lines.length > 0) speeds.push(measure(type.name, type, config, lines, milliseconds));
    if (type.name === 'zeek') speeds.push(measure('zeek-kinds', type, {}, zeekKinds, milliseconds));
  }
  return speeds;
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  console.table(
    run(1_500, names.length > 0 ? names : undefined).map((speed) => ({
      ...speed,
      'of target': (speed.linesPerSecond / speed.target).toFixed(2),
    })),
  );
}
