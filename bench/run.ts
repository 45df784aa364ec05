/**
 * Runs the benchmarks, each in a process of its own so that none disturbs another: `npm run bench -- [NAME...] [--short] [--json]`.
 * Method and figures stand in docs/performance.md.
 */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

interface Benchmark {
  readonly what: string;
  readonly file: string;
  /** Argument of its `run`, as JSON. */
  readonly full: unknown;
  readonly short: unknown;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  stellar: { what: 'Stellar expressions', file: 'stellar.bench.ts', full: 400, short: 50 },
  parsers: { what: 'each parser over its samples', file: 'parsers.bench.ts', full: 1_500, short: 200 },
  json: { what: 'parsers over JSON and Zeek', file: 'parsers-json.bench.ts', full: 600, short: 100 },
  netflow: { what: 'NetFlow, decoded and followed', file: 'netflow.bench.ts', full: 600, short: 100 },
  bus: { what: 'the log and the store', file: 'bus.bench.ts', full: 3, short: 1 },
  enrichment: {
    what: "the reference's enrichment benchmark, memory to memory",
    file: 'enrichment.bench.ts',
    full: { events: 250_000, rounds: 4 },
    short: { events: 100_000, rounds: 1 },
  },
  'bus-to-bus': {
    what: 'enrichment between two topics, durable',
    file: 'bus-to-bus.bench.ts',
    full: { events: 1_000_000 },
    short: { events: 200_000 },
  },
  ingest: { what: 'sockets into the log', file: 'ingest.bench.ts', full: 500_000, short: 100_000 },
  'end-to-end': {
    what: 'socket to searchable, five rules',
    file: 'end-to-end.bench.ts',
    full: { events: 1_000_000 },
    short: { events: 100_000 },
  },
  index: {
    what: 'the event index',
    file: 'index.bench.ts',
    full: { events: 10_000_000 },
    short: { events: 100_000 },
  },
  hbase: {
    what: 'the store in HBase (fetches and starts one; needs java and mvn)',
    file: 'hbase.bench.ts',
    full: {},
    short: { rows: 20_000, batches: 20, rounds: 3 },
  },
  sketches: {
    what: 'sketches taking values in',
    file: 'sketches.bench.ts',
    full: { count: 5_000_000 },
    short: { count: 500_000 },
  },
  cluster: {
    what: 'Kafka to Kafka through parse, enrichment, triage (fetches and starts a broker)',
    file: 'cluster.bench.ts',
    full: { events: 600_000, partitions: [4, 64, 512] },
    short: { events: 100_000, partitions: [4] },
  },
  start: { what: 'start and idle memory', file: 'start.bench.ts', full: { times: 5 }, short: { times: 1 } },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => benchmarks[name] === undefined);
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.\n`);
  console.log('Usage: npm run bench -- [NAME...] [--short] [--json]\n');
  for (const [name, { what }] of Object.entries(benchmarks)) console.log(`  ${name.padEnd(12)} ${what}`);
  process.exit(values.help ? 0 : 2);
}

// The one that fetches a broker runs when it is named.
const chosen =
  positionals.length > 0 ? positionals : Object.keys(benchmarks).filter((name) => name !== 'cluster');
const cpu = cpus()[0]?.model ?? 'unknown processor';
const machine = `${cpus().length} × ${cpu.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
if (!values.json) console.log(machine);
const results: Record<string, unknown> = {};
let failed = false;
for (const name of chosen) {
  const { what, file, full, short } = benchmarks[name]!;
  if (!values.json) console.log(`\n${what}`);
  const argument = JSON.stringify(values.short ? short : full);
  const flags = ['--enable-experimental-regexp-engine-on-excessive-backtracks', '--max-semi-space-size=16'];
  const runner = path.join(import.meta.dirname, 'run-one.ts');
  const child = spawnSync(
    process.execPath,
    [...flags, runner, `./${file}`, ...(argument === undefined ? [] : [argument])],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
    },
  );
  const line = child.stdout.split('\n').find((one) => one.startsWith('RESULT '));
  if (line === undefined) {
    failed = true;
    results[name] = { error: child.stderr.slice(-2000) };
    if (!values.json)
      console.log(`  did not finish: ${child.stderr.trim().split('\n').slice(-3).join(' | ')}`);
    continue;
  }
  results[name] = JSON.parse(line.slice('RESULT '.length));
  if (!values.json) print(results[name]);
}
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
process.exitCode = failed ? 1 : 0;

function print(result: unknown): void {
  if (Array.isArray(result)) {
    for (const one of result as Record<string, unknown>[]) {
      const label = String(one['name'] ?? one['parser']);
      const rest = Object.entries(one).filter(([key]) => key !== 'name' && key !== 'parser');
      console.log(`  ${label.padEnd(38)} ${rest.map(([key, value]) => `${key} ${shown(value)}`).join(', ')}`);
    }
  } else
    for (const [key, value] of Object.entries(result as Record<string, unknown>))
      console.log(`  ${key.padEnd(48)} ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 2 });
  return typeof value === 'string' ? value : JSON.stringify(value);
}
