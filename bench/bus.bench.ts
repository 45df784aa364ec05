import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbEventLog } from '../src/bus/index.ts';
import { openLmdbKeyValueStore } from '../src/store/index.ts';

export interface Measurement {
  readonly name: string;
  /** Per second. */
  readonly rate: number;
  readonly unit: string;
  readonly detail: string;
}

const EVENT_BYTES = 500;
const BATCH = 500;

/**
 * The event log and the key-value store on LMDB, in a temporary folder. Events are 500 bytes of JSON-like text, appended in batches of
 * 500. `seconds` is about how long each case runs.
 */
export async function run(seconds = 2): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'skopos-bench-bus-'));
  try {
    return [
      ...(await benchBus(join(folder, 'bus'), seconds)),
      ...(await benchStore(join(folder, 'store'), seconds)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchBus(folder: string, seconds: number): Promise<Measurement[]> {
  const log = openLmdbEventLog(folder);
  const measurements: Measurement[] = [];
  for (const topic of ['together', 'alone', 'single', 'through'])
    await log.ensureTopic(topic, { partitions: 4 });
  const batch = Array.from({ length: BATCH }, (_, i) => ({ value: event(i) }));

  for (const [topic, appenders] of [
    ['together', 32],
    ['alone', 1],
  ] as const) {
    const { count, elapsed } = await during(seconds, async (ended) => {
      let appended = 0;
      const appender = async (partition: number) => {
        while (!ended()) {
          const { count } = await log.append(topic, partition, batch);
          appended += count;
        }
      };
      await Promise.all(Array.from({ length: appenders }, (_, i) => appender(i % 4)));
      return appended;
    });
    const detail = `durable, batches of ${BATCH} × ${EVENT_BYTES} B, ${appenders} at a time`;
    measurements.push({ name: `append ${topic}`, rate: count / elapsed, unit: 'events/s', detail });
  }

  const single = [{ value: event(0) }];
  const one = await during(seconds, async (ended) => {
    let appended = 0;
    const appender = async () => {
      while (!ended()) {
        const { count } = await log.append('single', 0, single);
        appended += count;
      }
    };
    await Promise.all(Array.from({ length: 256 }, appender));
    return appended;
  });
  const detail = `durable, one ${EVENT_BYTES} B event each, 256 at a time`;
  measurements.push({ name: 'append single', rate: one.count / one.elapsed, unit: 'events/s', detail });

  let offset = 0;
  let bytes = 0;
  const read = await during(seconds, async (ended) => {
    let count = 0;
    while (!ended()) {
      const records = log.read('together', 0, offset, { maxRecords: 10_000, maxBytes: 1 << 20 });
      if (!records) {
        offset = 0;
        continue;
      }
      for (let i = 0; i < records.count; i++) bytes += records.value(i).length;
      count += records.count;
      offset = records.nextOffset;
    }
    return count;
  });
  measurements.push({
    name: 'read',
    rate: read.count / read.elapsed,
    unit: 'events/s',
    detail: `one view per event, ${(bytes / read.elapsed / 1e9).toFixed(2)} GB/s`,
  });

  const through = await during(seconds, async (ended) => {
    const member = await log.subscribe('bench', ['through']);
    const stop = new AbortController();
    let consumed = 0;
    const consumer = (async () => {
      for (;;) {
        const records = await member.next({ maxRecords: 5_000, maxBytes: 4 << 20 }, stop.signal);
        if (!records) return;
        for (let i = 0; i < records.count; i++) bytes += records.value(i).length;
        consumed += records.count;
        await member.commit([
          { topic: 'through', partition: records.partition, nextOffset: records.nextOffset },
        ]);
      }
    })();
    let appended = 0;
    const appender = async (partition: number) => {
      while (!ended()) {
        const { count } = await log.append('through', partition, batch);
        appended += count;
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, i) => appender(i % 4)));
    while (consumed < appended) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await consumer;
    await member.close();
    return consumed;
  });
  measurements.push({
    name: 'through',
    rate: through.count / through.elapsed,
    unit: 'events/s',
    detail: 'appended durably, read and committed durably in one thread',
  });
  await log.close();
  return measurements;
}

async function benchStore(folder: string, seconds: number): Promise<Measurement[]> {
  const store = openLmdbKeyValueStore(folder);
  const entries = Array.from({ length: 100_000 }, (_, i) => ({
    key: `malicious_ip\0${address(i)}`,
    value: { source: 'list', score: i % 100, first_seen: '2026-01-01T00:00:00Z' },
  }));
  const start = performance.now();
  for (let i = 0; i < entries.length; i += 5_000)
    await store.putMany('threatintel', entries.slice(i, i + 5_000));
  const loaded = (performance.now() - start) / 1000;
  const measurements: Measurement[] = [
    {
      name: 'store load',
      rate: entries.length / loaded,
      unit: 'entries/s',
      detail: 'durable, 5,000 a transaction',
    },
  ];
  for (const [name, share] of [
    ['store hits', 1],
    ['store misses', 0],
  ] as const) {
    const keys = Array.from(
      { length: 100_000 },
      (_, i) => `malicious_ip\0${address((i * 7919) % 100_000)}${share ? '' : 'x'}`,
    );
    let found = 0;
    const { count, elapsed } = await during(seconds / 2, async (ended) => {
      let looked = 0;
      for (let at = 0; !ended(); at = (at + 1_000) % 100_000) {
        for (const value of store.getMany('threatintel', keys.slice(at, at + 1_000)))
          if (value !== undefined) found++;
        looked += 1_000;
      }
      return looked;
    });
    const detail = `getMany of 1,000 among 100,000 entries, ${Math.round((100 * found) / count)} % found`;
    measurements.push({ name, rate: count / elapsed, unit: 'look-ups/s', detail });
  }
  await store.close();
  return measurements;
}

async function during(seconds: number, work: (ended: () => boolean) => Promise<number>) {
  const start = performance.now();
  const count = await work(() => performance.now() - start >= seconds * 1000);
  return { count, elapsed: (performance.now() - start) / 1000 };
}

function event(i: number): Buffer {
  const text = `{"ip_src_addr":"${address(i)}","ip_dst_addr":"10.0.0.1","timestamp":${1_700_000_000_000 + i},"original_string":"`;
  return Buffer.from(`${text}${'x'.repeat(EVENT_BYTES - text.length - 2)}"}`);
}

function address(i: number): string {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}

if (import.meta.main) {
  for (const { name, rate, unit, detail } of await run()) {
    console.log(
      `${name.padEnd(16)} ${Math.round(rate).toLocaleString('en').padStart(12)} ${unit.padEnd(10)} ${detail}`,
    );
  }
}
