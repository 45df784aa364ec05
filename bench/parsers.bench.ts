/**
 * Lines per second of processor time of each parser, one thread, parser call only: on the raw lines of the cases observed on the reference system, where
 * they are at hand (SKOPOS_VECTORS), else on lines of the same kinds from here. Run: `node bench/parsers.bench.ts [parser …]`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createParser, type Message, type ParseSink } from '../src/parsers/index.ts';

export interface ParserSpeed {
  readonly parser: string;
  readonly lines: number;
  readonly bytesPerLine: number;
  readonly linesPerSecond: number;
  /** What the reference did on the same cases (JDK 17, one thread, same kind of machine). */
  readonly reference: number;
}

interface Load {
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly lines: string[];
}

const folder = join(
  process.env['SKOPOS_VECTORS'] ?? resolve(import.meta.dirname, '../../shared/vectors'),
  'parsers',
);

const reference: Readonly<Record<string, number>> = {
  csv: 3_400_000,
  snort: 414_000,
  squid: 72_000,
  yaf: 28_000,
  asa: 24_000,
};

const configs: Readonly<Record<string, Record<string, unknown>>> = {
  csv: { columns: { col1: 0, col2: 1, col3: 2 } },
  snort: {},
  squid: {},
  yaf: {},
  asa: {},
};

const samples: Readonly<Record<string, string[]>> = {
  csv: ['foo,bar,grok', '"foo", "bar","a ""b"""'],
  snort: [
    '01/27/16-16:01:04.877970 ,1,2,1,"A message",TCP,10.0.2.2,5664,10.0.2.15,22,52:54:00:12:35:02,08:00:27:7F:93:2D,0x4E,***AP***,0x9A,0xC8,,0xFFFF,64,0,5967,64,65536,,,,',
  ],
  squid: [
    '1461576382.642    161 127.0.0.1 TCP_MISS/200 103701 GET http://www.example.com/ - DIRECT/192.0.2.73 text/html',
    '1469539185.270      0 192.0.2.68 TCP_DENIED/403 3617 CONNECT search.example.com:443 - NONE/- text/html',
  ],
  yaf: [
    '2016-01-28 15:29:48.512|2016-01-28 15:29:48.512|   0.000|   0.000|  6|   192.0.2.221|   80|   10.0.2.15|39468|  AS|  0|  0|  0|22efa001|00000000|000|000|  1|  44|  0|  0|  0|idle',
  ],
  asa: [
    '<166>Jan  5 09:52:35 10.22.8.12 %ASA-6-302014: Teardown TCP connection 17604987 for outside:192.0.2.151/443 to inside:10.22.8.188/64306 duration 0:00:31 bytes 10128 TCP FINs',
    '<167>Jan  5 08:52:35 10.22.8.216 %ASA-7-710005: UDP request discarded from 10.22.8.223/49192 to outside:192.0.2.252/5355',
  ],
};

function loadOf(name: string): Load {
  const file = join(folder, `${name}.jsonl`);
  const config = configs[name] ?? {};
  if (!existsSync(file)) return { name, config, lines: samples[name] ?? [] };
  const lines: string[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const written: unknown = JSON.parse(line);
    if (typeof written !== 'object' || written === null) continue;
    if (
      'outcome' in written &&
      written.outcome === 'ok' &&
      'raw' in written &&
      typeof written.raw === 'string'
    ) {
      lines.push(written.raw);
    }
  }
  return { name, config, lines };
}

class Counter implements ParseSink {
  messages = 0;
  errors = 0;
  last: Message | undefined;
  emit(message: Message): void {
    this.messages++;
    this.last = message;
  }
  reject(): void {
    this.errors++;
  }
  fail(): void {
    this.errors++;
  }
  skip(): void {
    this.errors++;
  }
}

const clock = Date.UTC(2026, 5, 15, 12);

/** Measures for about a second a parser. */
export function run(names: readonly string[] = Object.keys(configs)): ParserSpeed[] {
  return names.map((name) => {
    const { config, lines: all } = loadOf(name);
    const parser = createParser(name, config, {
      now: () => clock,
      timeZone: 'UTC',
      readFile: () => {
        throw new Error('no files');
      },
    });
    const counter = new Counter();
    // Cases that another configuration was meant for would measure the making of errors.
    const lines = all.filter((line) => {
      const { errors } = counter;
      parser.parse(line, counter);
      return counter.errors === errors;
    });
    const rounds = (duration: number): number => {
      const end = performance.now() + duration;
      let count = 0;
      for (; performance.now() < end; count += 100) {
        for (let i = 0; i < 100; i++) for (const line of lines) parser.parse(line, counter);
      }
      return count;
    };
    rounds(300);
    const start = process.cpuUsage();
    const parsed = rounds(700) * lines.length;
    return {
      parser: name,
      lines: lines.length,
      bytesPerLine: Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length),
      linesPerSecond: Math.round((parsed * 1e6) / process.cpuUsage(start).user),
      reference: reference[name] ?? Number.NaN,
    };
  });
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  const results = run(names.length > 0 ? names : undefined);
  console.table(
    results.map((result) => ({ ...result, times: (result.linesPerSecond / result.reference).toFixed(1) })),
  );
}
