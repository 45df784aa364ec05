import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createNotifier, type EventLog, openLmdbEventLog } from '../../src/bus/index.ts';
import { embedded } from '../../src/engines/index.ts';
import type { EventIndex, IndexBatch } from '../../src/index/index.ts';
import { createMetrics, type Metrics } from '../../src/metrics/index.ts';
import { IndexSink, type PoisonedRecord, Topology } from '../../src/pipeline/index.ts';
import { snapshotOf } from '../../src/pipeline/testing.ts';
import { openLmdbKeyValueStore } from '../../src/store/index.ts';

/** Real workers, each with a parser that kills it over certain lines. */
vi.mock('node:worker_threads', async (original) => {
  const actual = await original<typeof import('node:worker_threads')>();
  const preload = new URL('./poisonous-parser.ts', import.meta.url).href;
  class Poisonous extends actual.Worker {
    constructor(file: string | URL, options?: import('node:worker_threads').WorkerOptions) {
      super(file, {
        ...options,
        resourceLimits: { ...options?.resourceLimits, maxOldGenerationSizeMb: 64 },
        execArgv: ['--import', preload],
      });
    }
  }
  return { ...actual, Worker: Poisonous };
});

const json = { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} };
let folder: string;
let log: EventLog;
let topology: Topology;
let sink: IndexSink;
let metrics: Metrics;
let written: { sensor: string; event: Record<string, unknown> }[];
let aside: PoisonedRecord[];
let died: Error[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-quarantine-'));
  const notifier = createNotifier();
  log = openLmdbEventLog(path.join(folder, 'log'), { notifier });
  await openLmdbKeyValueStore(path.join(folder, 'store')).close();
  [written, aside, died] = [[], [], []];
  const index = {
    write: async (batches: readonly IndexBatch[]) => {
      for (const { events } of batches) {
        for (const { sensor, ndjson } of events) {
          for (const line of Buffer.from(ndjson).toString().split('\n'))
            if (line !== '') written.push({ sensor, event: JSON.parse(line) as Record<string, unknown> });
        }
      }
      return { written: 0, duplicates: 0, refused: [] };
    },
  } as unknown as EventIndex;
  const clock = { now: () => 0 };
  metrics = createMetrics({ process: false });
  sink = new IndexSink({ index, log, clock });
  topology = await Topology.start(
    {
      log,
      cluster: embedded,
      dataFolder: folder,
      notifier,
      logId: 'test',
      sink,
      metrics,
      clock,
      workers: 1,
      hungSeconds: 3,
      positions: [],
      partitions: 1,
      retention: {},
      onRefused: (sensor, message) => died.push(new Error(`${sensor} ${message}`)),
      onDatabasesWanted: () => undefined,
      onGeoV6Wanted: () => undefined,
      onWorkerDied: (error) => died.push(error),
      onUnreadable: () => undefined,
      onSetAside: (record) => aside.push(record),
    },
    await snapshotOf({ 'parsers/a.json': json, 'parsers/b.json': json }),
  );
  topology.setDatabases({});
});

afterEach(async () => {
  await topology.stop();
  await sink.stop();
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (topic: string, events: readonly Record<string, unknown>[]) =>
  log.append(
    topic,
    0,
    events.map((event) => ({ value: Buffer.from(JSON.stringify(event)) })),
  );
const numbered = (count: number, from = 0): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, at) => ({ n: from + at }));
const of = (sensor: string): unknown[] =>
  written.filter((one) => one.sensor === sensor).map(({ event }) => event['n']);
const settled = (assertion: () => void): Promise<void> =>
  vi.waitFor(assertion, { timeout: 50_000, interval: 50 });

const deaths: Record<string, RegExp> = {
  exit: /exit code 3/,
  memory: /memory/i,
  loop: /at one batch for/,
};

for (const [poison, reason] of Object.entries(deaths)) {
  it(`a record that ends its worker (${poison}) is found and set aside; all others go through, in order`, {
    timeout: 60_000,
  }, async () => {
    const before = numbered(137);
    const after = numbered(200, 137);
    await send('a', [...before, { poison }, ...after]);
    await settled(() => expect(of('a')).toHaveLength(337));
    expect(of('a')).toEqual([...before, ...after].map(({ n }) => n));
    expect(aside).toMatchObject([{ sensor: 'a', topic: 'a', partition: 0, offset: 137 }]);
    expect(aside[0]!.reason.message).toMatch(reason);
    expect(died.length).toBeLessThanOrEqual(8);

    const errors = written.filter(({ sensor }) => sensor === 'error').map(({ event }) => event);
    expect(errors).toMatchObject([
      {
        error_type: 'error',
        failed_sensor_type: 'a',
        raw_message: JSON.stringify({ poison }),
        origin_offset: 137,
        message: expect.stringMatching(reason),
      },
    ]);
    const kept = (await log.read('errors', 0, 0, { maxRecords: 10, maxBytes: 1e6 }))!;
    expect(kept.count).toBe(1);
    expect(kept.value(0).toString()).toBe(JSON.stringify({ poison }));
    expect(await metrics.registry.metrics()).toMatch(
      /skopos_errors_total\{component="stage",name="quarantine",sensor="a"\} 1/,
    );
    // The partition goes back to the worker that it came from.
    await settled(() => expect(topology.suspected).toEqual([]));
    await send('a', [{ n: 'later' }]);
    await settled(() => expect(of('a').at(-1)).toBe('later'));
  });
}

it('meanwhile other sensors are worked, and it is told where the record is looked for', {
  timeout: 60_000,
}, async () => {
  await send('a', [...numbered(50), { poison: 'loop' }]);
  await settled(() => expect(topology.suspected).toEqual([{ sensor: 'a', topic: 'a', partition: 0 }]));
  await send('b', numbered(10));
  await settled(() => expect(of('b')).toHaveLength(10));
  expect(aside).toEqual([]);
  await settled(() => expect(aside).toHaveLength(1));
  await settled(() => expect(of('a')).toHaveLength(50));
});

it('several such records are all found', { timeout: 60_000 }, async () => {
  const exit = { poison: 'exit' };
  await send('a', [exit, ...numbered(20), exit, exit, ...numbered(20, 20), exit]);
  await settled(() => expect(of('a')).toHaveLength(40));
  await settled(() => expect(aside.map(({ offset }) => offset)).toEqual([0, 21, 22, 43]));
});
