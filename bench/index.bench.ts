/**
 * The event index: events written a second, bytes of disk an event, and the time of the searches an analyst makes.
 *
 *     node bench/index.bench.ts --events 1000000
 *
 * Events are flows of about 500 bytes of JSON in the fields that a Zeek connection has after enrichment: 10,000 inner
 * addresses, 100,000 outer ones, 20,000 host names with Zipf-like use, one in a thousand an alert. Seeded, so that every run
 * writes the same bytes.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EventIndex, encodeEvents, openDuckdbIndex, type Query } from '../src/index/index.ts';

export interface IndexBenchOptions {
  /** Default 300,000. */
  readonly events?: number;
  /** Events of one transaction. Default 5,000. */
  readonly batch?: number;
  /** Times that each search is made, each with another value. Default 20. */
  readonly searches?: number;
  /** Where the index is made and left; one that is there already is searched as it is. Default: a temporary folder. */
  readonly folder?: string;
  readonly log?: (line: string) => void;
}

export interface IndexBenchResult {
  readonly events: number;
  /** Of this and the next: absent when the index was there already. */
  readonly inputBytesPerEvent?: number;
  /** Events a second: encoding alone, writing alone, and both with sealing, one after the other. */
  readonly encodePerSecond?: number;
  readonly writePerSecond?: number;
  readonly overallPerSecond?: number;
  readonly longestWriteMs?: number;
  /** Processor time an event of all threads, in microseconds: writing and sealing, without making and encoding the events. */
  readonly indexCpuMicros?: number;
  readonly diskBytesPerEvent: number;
  readonly startMs: number;
  readonly residentMb: number;
  /** Milliseconds: of the first time, when nothing is remembered, and the 95th of a hundred. */
  readonly searches: Readonly<
    Record<
      string,
      {
        readonly first: number;
        readonly median: number;
        readonly p95: number;
        /** Processor time of the median search on all threads: what the time would be at best if other programs share the machine. */
        readonly cpu: number;
      }
    >
  >;
}

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Whole number from 0 to below `limit`. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }

  /** Small numbers are much more frequent. */
  skewed(limit: number): number {
    const x = this.below(1 << 30) / (1 << 30);
    return Math.floor(x * x * x * limit);
  }
}

const START = Date.UTC(2026, 0, 1);
const services = ['http', 'dns', 'ssl', 'ssh', 'smtp', 'ntp', 'ftp', 'rdp'];
const ports = [80, 53, 443, 22, 25, 123, 21, 3389];
const countries = ['US', 'DE', 'FR', 'CN', 'GB', 'NL', 'JP', 'BR', 'IN', 'RU'];

function inner(n: number): string {
  return `10.${n % 20}.${Math.floor(n / 20) % 250}.${1 + Math.floor(n / 5000)}`;
}

function outer(n: number): string {
  const mixed = Math.imul(n + 1, 2654435761) >>> 0;
  return `${20 + (mixed % 180)}.${(mixed >>> 8) % 256}.${(mixed >>> 16) % 256}.${mixed >>> 24}`;
}

function host(n: number): string {
  const mixed = Math.imul(n + 7, 40503) >>> 0;
  return `${['www', 'api', 'cdn', 'mail'][n % 4]}.${mixed.toString(36)}.${['com', 'net', 'org', 'io'][mixed % 4]}`;
}

function event(k: number, random: Random): Record<string, unknown> {
  const timestamp = START + k * 2 + random.below(2000);
  const source = inner(random.skewed(10_000));
  const target = random.skewed(100_000);
  const destination = outer(target);
  const port = 1024 + random.below(60_000);
  const s = random.below(services.length);
  const duration = random.below(100_000) / 1000;
  const sent = random.skewed(50_000);
  const received = random.skewed(900_000);
  const name = host(random.skewed(20_000));
  const uid = `C${random.below(0x7fffffff).toString(36)}${random.below(0x7fffffff).toString(36)}`;
  const made: Record<string, unknown> = {
    guid: `00000001-0000-8000-0000-${k.toString(16).padStart(12, '0')}`,
    timestamp,
    'source.type': 'conn',
    ip_src_addr: source,
    ip_src_port: port,
    ip_dst_addr: destination,
    ip_dst_port: ports[s],
    protocol: 'tcp',
    service: services[s],
    duration,
    orig_bytes: sent,
    resp_bytes: received,
    conn_state: random.below(10) === 0 ? 'S0' : 'SF',
    uid,
    host: name,
    'enrichments.geo.ip_dst_addr.country': countries[target % countries.length],
    original_string: `${timestamp / 1000} ${uid} ${source} ${port} ${destination} ${ports[s]} tcp ${services[s]} ${duration} ${sent} ${received} SF ${name}`,
  };
  if (random.below(1000) === 0) {
    made['is_alert'] = 'true';
    made['threat.triage.score'] = random.below(100);
  }
  return made;
}

export async function run(options: IndexBenchOptions = {}): Promise<IndexBenchResult> {
  const events = options.events ?? 300_000;
  const batch = options.batch ?? 5000;
  const log = options.log ?? (() => undefined);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'skopos-index-bench-'));
  try {
    const made = existsSync(join(folder, 'index.duckdb')) ? null : await make(folder, events, batch, log);
    const disk = sizeOf(folder);
    const start = performance.now();
    const index = await openDuckdbIndex(folder, { maintainEveryMs: 0 });
    const startMs = performance.now() - start;
    const searches = await measureSearches(index, events, options.searches ?? 20, log);
    const residentMb = process.memoryUsage.rss() / 1e6;
    await index.close();
    return { events, ...(made ?? {}), diskBytesPerEvent: disk / events, startMs, residentMb, searches };
  } finally {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function make(folder: string, events: number, batch: number, log: (line: string) => void) {
  const index = await openDuckdbIndex(folder);
  const before = process.cpuUsage();
  const { preparing, ...written } = await fill(index, events, batch, log);
  await index.maintain(Date.now() + 2 * 86_400_000);
  const used = process.cpuUsage(before);
  await index.close();
  return { ...written, indexCpuMicros: (used.user + used.system - preparing) / events };
}

async function fill(index: EventIndex, events: number, batch: number, log: (line: string) => void) {
  const random = new Random(20_260_101);
  let bytes = 0;
  let encoding = 0;
  let writing = 0;
  let longest = 0;
  let preparing = 0;
  for (let k = 0; k < events; ) {
    const made: Record<string, unknown>[] = [];
    const before = process.threadCpuUsage();
    for (; made.length < batch && k < events; k++) made.push(event(k, random));
    const t0 = performance.now();
    const encoded = encodeEvents('conn', made);
    const t1 = performance.now();
    const used = process.threadCpuUsage(before);
    preparing += used.user + used.system;
    const source = { topic: 'conn', partition: 0, fromOffset: k - made.length, nextOffset: k };
    await index.write([{ events: [encoded], source }]);
    const t2 = performance.now();
    bytes += encoded.ndjson.byteLength;
    encoding += t1 - t0;
    writing += t2 - t1;
    longest = Math.max(longest, t2 - t1);
    if (k % 1_000_000 === 0) log(`${k} events, ${Math.round((k / writing) * 1000)} written a second`);
  }
  return {
    inputBytesPerEvent: bytes / events,
    encodePerSecond: (events / encoding) * 1000,
    writePerSecond: (events / writing) * 1000,
    overallPerSecond: (events / (encoding + writing)) * 1000,
    longestWriteMs: longest,
    preparing,
  };
}

async function measureSearches(
  index: EventIndex,
  events: number,
  times: number,
  log: (line: string) => void,
) {
  const all: Query = { type: 'all' };
  const page = { from: 0, size: 25 };
  const end = START + events * 2 + 2000;
  const kinds: Record<string, (i: number) => Promise<unknown>> = {
    'newest events': () => index.search({ query: all, ...page }),
    'point search': (i) =>
      index.search({
        query: { type: 'term', field: 'ip_dst_addr', value: outer(i * 997), quoted: false },
        ...page,
      }),
    'point search of a host name': (i) =>
      index.search({ query: { type: 'term', field: 'host', value: host(i * 37), quoted: false }, ...page }),
    'find by guid': (i) =>
      index.find(
        `00000001-0000-8000-0000-${Math.floor((i * events) / times)
          .toString(16)
          .padStart(12, '0')}`,
      ),
    'top ten': (i) =>
      index.search({
        query: all,
        from: 0,
        size: 0,
        facetFields: [['ip_src_addr', 'service', 'ip_dst_addr'][i % 3]!],
      }),
    histogram: () =>
      index.histogram({
        query: all,
        timeRange: { from: START, to: end },
        interval: Math.ceil((end - START) / 100),
      }),
    'substring of a host name': (i) =>
      index.search({
        query: { type: 'wildcard', field: 'host', pattern: `*${host(i * 11).slice(4, 8)}*` },
        ...page,
      }),
    'substring of the raw line': (i) =>
      index.search({
        query: { type: 'wildcard', field: 'original_string', pattern: `*${host(i * 13).slice(4, 9)}*` },
        ...page,
      }),
    network: (i) =>
      index.search({
        query: { type: 'cidr', field: 'ip_src_addr', network: `10.${i % 20}.0.0`, prefix: 20 },
        ...page,
      }),
    'alerts by score': () =>
      index.search({
        query: all,
        ...page,
        alertsOnly: true,
        sort: [{ field: 'threat.triage.score', order: 'desc' }],
      }),
  };
  const results: Record<string, { first: number; median: number; p95: number; cpu: number }> = {};
  for (const [name, search] of Object.entries(kinds)) {
    const taken: number[] = [];
    const cpu: number[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      const before = process.cpuUsage();
      await search(i);
      taken.push(performance.now() - start);
      const used = process.cpuUsage(before);
      cpu.push((used.user + used.system) / 1000);
    }
    const sorted = taken.toSorted((a, b) => a - b);
    results[name] = {
      first: taken[0]!,
      median: sorted[times >> 1]!,
      p95: sorted[Math.ceil(times * 0.95) - 1]!,
      cpu: cpu.toSorted((a, b) => a - b)[times >> 1]!,
    };
    log(
      `${name}: ${JSON.stringify(results[name], (_, v) => (typeof v === 'number' ? Math.round(v * 10) / 10 : v))}`,
    );
  }
  return results;
}

function sizeOf(folder: string): number {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) total += statSync(join(entry.parentPath, entry.name)).size;
  }
  return total;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      events: { type: 'string' },
      batch: { type: 'string' },
      searches: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  const { folder, ...texts } = values;
  const numbers = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
  const result = await run({
    ...numbers,
    ...(folder === undefined ? {} : { folder }),
    log: (line) => console.log(line),
  });
  console.log(JSON.stringify(result, (_, v) => (typeof v === 'number' ? Math.round(v * 10) / 10 : v), 2));
}
