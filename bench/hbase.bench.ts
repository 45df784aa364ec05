/**
 * The store in HBase: rows a second that one worker process looks up when nothing is kept, and a stage of the pipeline whose answers are
 * kept, against the same on LMDB. A real HBase on the same machine, with its Thrift2 and REST servers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createStage,
  KnownHostList,
  MmdbGeoDatabase,
  SwappableAsnDatabase,
} from '../src/enrichments/index.ts';
import { compileStellar } from '../src/pipeline/index.ts';
import {
  type HBaseSettings,
  type KeyValueStore,
  openHBaseKeyValueStore,
  openLmdbKeyValueStore,
  ReferenceData,
} from '../src/store/index.ts';
import { startHBase } from '../test/services/hbase/server.ts';

const addressOf = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
const type = 'malicious_ip';

export interface HBaseBenchOptions {
  readonly rows?: number;
  readonly batches?: number;
  readonly rounds?: number;
}

async function load(store: KeyValueStore, rows: number): Promise<number> {
  const started = performance.now();
  const entries = Array.from({ length: rows / 2 }, (_, i) => ({
    type,
    indicator: addressOf(2 * i),
    metadata: {
      source: `feed-${i % 17}`,
      confidence: i % 100,
      seen: '2026-01-01T00:00:00Z',
      text: 'x'.repeat(100),
    },
  }));
  await new ReferenceData(store).importMany('threatintel', entries);
  return Math.round((rows / 2 / (performance.now() - started)) * 1_000);
}

/** Random rows of a table that is far larger than the cache, half of them there; the best round counts, the first ones warm HBase up. */
async function uncached(store: KeyValueStore, { rows, batches, rounds }: Required<HBaseBenchOptions>) {
  const data = new ReferenceData(store);
  let best = 0;
  let cpu = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const started = performance.now();
    for (let batch = 0; batch < batches; batch++) {
      const references = Array.from({ length: 1_000 }, () => ({
        type,
        indicator: addressOf(Math.floor(Math.random() * rows)),
      }));
      await data.getMany('threatintel', references);
    }
    const rate = (batches * 1_000 * 1_000) / (performance.now() - started);
    if (rate <= best) continue;
    best = rate;
    const used = process.cpuUsage(before);
    cpu = (used.user + used.system) / (batches * 1_000);
  }
  return { rate: Math.round(best), cpu: Number(cpu.toFixed(1)) };
}

/** Events a second through a stage with threat intelligence on two fields, 10,000 addresses. */
async function cached(store: KeyValueStore): Promise<() => Promise<number>> {
  const data = new ReferenceData(store);
  const reference = {
    get: (table: string, of: string, indicator: string) => data.get(table, of, indicator),
    version(table: string) {
      const version = data.version(table);
      // Of both stores.
      if (typeof version !== 'number') throw new TypeError('the version of reference data is known at once');
      return version;
    },
  };
  const stage = createStage({
    stage: 'threatIntel',
    block: {
      fieldMap: { hbaseThreatIntel: ['ip_src_addr', 'ip_dst_addr'] },
      fieldToTypeMap: { ip_src_addr: [type], ip_dst_addr: [type] },
      config: {},
    },
    scopes: [{}, {}],
    compile: compileStellar,
    capabilities: {},
    services: {
      geo: new MmdbGeoDatabase(),
      asn: new SwappableAsnDatabase(),
      hosts: new KnownHostList(),
      reference,
    },
  });
  const report = ({ error }: { readonly error: Error }): never => {
    throw error;
  };
  const texts = Array.from({ length: 20_000 }, (_, i) =>
    JSON.stringify({
      ip_src_addr: addressOf((i * 7_919) % 10_000),
      ip_dst_addr: addressOf((i * 104_729) % 10_000),
    }),
  );
  return async () => {
    const started = performance.now();
    let events = 0;
    for (let turn = 0; turn < 10; turn++) {
      for (let from = 0; from < texts.length; from += 1_000) {
        const messages = texts
          .slice(from, from + 1_000)
          .map((text) => JSON.parse(text) as Record<string, unknown>);
        await stage.run(messages, report);
        events += messages.length;
      }
    }
    return (events / (performance.now() - started)) * 1_000;
  };
}

export async function run(options: HBaseBenchOptions = {}): Promise<Record<string, number>> {
  const wanted = {
    rows: options.rows ?? 200_000,
    batches: options.batches ?? 60,
    rounds: options.rounds ?? 8,
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-bench-'));
  const server = await startHBase({ thrift: true, rest: true, heapMb: 1_024 });
  const results: Record<string, number> = {};
  const common = { requestTimeoutMs: 60_000, cacheSize: 100 };
  const thrift: HBaseSettings = { ...common, servers: [`127.0.0.1:${server.thriftPort}`] };
  const rest: HBaseSettings = { ...common, gateway: 'rest', servers: [`127.0.0.1:${server.restPort}`] };
  try {
    for (const [name, settings] of Object.entries({ thrift, rest })) {
      const store = openHBaseKeyValueStore(settings);
      results[`HBase by ${name}, rows written/s`] = await load(store, wanted.rows);
      const { rate, cpu } = await uncached(store, wanted);
      results[`HBase by ${name}, rows looked up/s, nothing kept`] = rate;
      results[`HBase by ${name}, µs of the process a row`] = cpu;
      await store.close();
    }
    const lmdb = openLmdbKeyValueStore(path.join(folder, 'store'));
    await load(lmdb, wanted.rows);
    const hbase = openHBaseKeyValueStore({ ...thrift, cacheSize: 100_000 });
    const both = { LMDB: await cached(lmdb), HBase: await cached(hbase) };
    const best: Record<string, number> = { LMDB: 0, HBase: 0 };
    // In turn, so that both have the same machine.
    for (let round = 0; round < wanted.rounds; round++)
      for (const [name, measure] of Object.entries(both)) best[name] = Math.max(best[name]!, await measure());
    for (const [name, rate] of Object.entries(best))
      results[`cached stage on ${name}, events/s`] = Math.round(rate);
    await lmdb.close();
    await hbase.close();
    return results;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await run());
