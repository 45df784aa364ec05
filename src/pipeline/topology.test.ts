import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotifier, type EventLog, type Notifier, openLmdbEventLog } from '../bus/index.ts';
import { embedded } from '../engines/index.ts';
import type { EventIndex, IndexBatch } from '../index/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { openLmdbKeyValueStore } from '../store/index.ts';
import { IndexSink } from './index-sink.ts';
import type { PoisonedRecord } from './set-aside.ts';
import { snapshotOf } from './testing.ts';
import { Topology, type TopologyOptions } from './topology.ts';

/** The real workers, in the order of their start: a test may end one. */
const workers = vi.hoisted(() => [] as unknown[]) as Worker[];
vi.mock('node:worker_threads', async (original) => {
  const actual = await original<typeof import('node:worker_threads')>();
  class Remembered extends actual.Worker {
    constructor(...parameters: ConstructorParameters<typeof actual.Worker>) {
      super(...parameters);
      if (String(parameters[0]).endsWith('worker.ts')) workers.push(this);
    }
  }
  return { ...actual, Worker: Remembered };
});

const json = { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} };

let folder: string;
let notifier: Notifier;
let log: EventLog;
let topology: Topology | null;
let sink: IndexSink;
let fails: Error | null;
let written: { sensor: string; event: Record<string, unknown>; offset: number }[];
let refused: { sensor: string; message: string }[];
let died: Error[];
let aside: PoisonedRecord[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-topology-'));
  notifier = createNotifier();
  log = openLmdbEventLog(path.join(folder, 'log'), { notifier });
  await openLmdbKeyValueStore(path.join(folder, 'store')).close();
  workers.length = 0;
  topology = null;
  fails = null;
  [written, refused, died, aside] = [[], [], [], []];
});

afterEach(async () => {
  await topology?.stop();
  await sink.stop();
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

/** As the index does: a batch whose end is not past the stored position was written before. */
const positions = new Map<string, number>();
beforeEach(() => positions.clear());

function take(batches: readonly IndexBatch[]): number {
  let count = 0;
  for (const { events, source } of batches) {
    const place = `${source!.partition}/${source!.topic}`;
    if (source!.nextOffset <= (positions.get(place) ?? 0)) continue;
    positions.set(place, source!.nextOffset);
    for (const { sensor, ndjson } of events) {
      for (const line of Buffer.from(ndjson).toString('utf8').split('\n')) {
        if (line === '') continue;
        written.push({
          sensor,
          event: JSON.parse(line) as Record<string, unknown>,
          offset: source!.fromOffset,
        });
        count++;
      }
    }
  }
  return count;
}

async function start(files: Record<string, unknown>, more: Partial<TopologyOptions> = {}): Promise<Topology> {
  const index = {
    write: async (batches: readonly IndexBatch[]) => {
      if (fails !== null) throw fails;
      return { written: take(batches), duplicates: 0, refused: [] };
    },
  } as unknown as EventIndex;
  sink = new IndexSink({ index, log, clock: { now: () => 0 } });
  topology = await Topology.start(
    {
      log,
      cluster: embedded,
      dataFolder: folder,
      notifier,
      logId: 'test',
      sink,
      metrics: createMetrics({ process: false }),
      workers: 2,
      positions: [],
      onRefused: (sensor, message) => refused.push({ sensor, message }),
      onDatabasesWanted: () => undefined,
      onGeoV6Wanted: () => undefined,
      onWorkerDied: (error) => died.push(error),
      onUnreadable: () => undefined,
      onSetAside: (record) => aside.push(record),
      clock: { now: () => 1_700_000_000_000 },
      partitions: 2,
      retention: {},
      ...more,
    },
    await snapshotOf(files),
  );
  topology.setDatabases({});
  return topology;
}

let next = 0;
/** Appends `count` events with a running number; returns the numbers. */
async function send(topic: string, count: number, partition = 0): Promise<number[]> {
  const numbers = Array.from({ length: count }, () => next++);
  await log.append(
    topic,
    partition,
    numbers.map((n) => ({ value: Buffer.from(JSON.stringify({ n })) })),
  );
  return numbers;
}

const numbers = (): unknown[] => written.map(({ event }) => event['n']);
const settled = (assertion: () => void | Promise<void>, timeout = 15_000): Promise<void> =>
  vi.waitFor(assertion, { timeout, interval: 20 });

describe('the topology', () => {
  it('works every partition of every sensor, each in its order', async () => {
    await start({ 'parsers/a.json': json, 'parsers/b.json': json });
    const sent = [await send('a', 50, 0), await send('a', 50, 1), await send('b', 50, 0)];
    await settled(() => expect(written).toHaveLength(150));
    for (const list of sent) expect(numbers().filter((n) => list.includes(n as number))).toEqual(list);
    expect(new Set(written.map(({ event }) => event['guid'])).size).toBe(150);
  });

  it('sends what fails to the error topic, and as an event of the sensor error', async () => {
    await start({ 'parsers/a.json': json });
    await log.append('a', 0, [{ value: Buffer.from('{"n":1}') }, { value: Buffer.from([0xff, 0x00]) }]);
    await settled(() => expect(written).toHaveLength(2));
    expect(written.map(({ sensor }) => sensor).sort()).toEqual(['a', 'error']);
    const errors = (await log.read('errors', 0, 0, { maxRecords: 10, maxBytes: 1e6 }))!;
    expect(errors.count).toBe(1);
    expect(errors.value(0)).toEqual(Buffer.from([0xff, 0x00]));
  });

  it('begins where the index says that it ended', async () => {
    await log.ensureTopic('a', { partitions: 2 });
    const sent = await send('a', 10);
    await start({ 'parsers/a.json': json }, { positions: [{ topic: 'a', partition: 0, nextOffset: 7 }] });
    await settled(() => expect(numbers()).toEqual(sent.slice(7)));
  });

  it('gives the same ids when all is worked again', async () => {
    await log.ensureTopic('a', { partitions: 2 });
    await send('a', 20);
    await start({ 'parsers/a.json': json });
    await settled(() => expect(written).toHaveLength(20));
    const first = written.map(({ event }) => event['guid']);
    await topology!.stop();
    await sink.stop();
    positions.clear();
    written = [];
    await start({ 'parsers/a.json': json });
    await settled(() => expect(written).toHaveLength(20));
    expect(written.map(({ event }) => event['guid'])).toEqual(first);
  });
});

describe('a worker that dies', () => {
  it('is started again where its last batch ended: nothing is lost, nothing is twice', async () => {
    await start({ 'parsers/a.json': json }, { workers: 1 });
    const sent = await send('a', 100);
    await settled(() => expect(written).toHaveLength(100));
    await workers[0]!.terminate();
    sent.push(...(await send('a', 100)));
    await settled(() => expect(topology!.down).toBe(1));
    await settled(() => expect(written).toHaveLength(200));
    expect(numbers()).toEqual(sent);
    expect(topology!.down).toBe(0);
    expect(workers).toHaveLength(2);
  });

  it('in the middle of its work loses and doubles nothing either', async () => {
    await start({ 'parsers/a.json': json }, { workers: 1 });
    const sent: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = workers.length;
      sent.push(...(await send('a', 8_000)));
      await settled(() => expect(written.length).toBeGreaterThan(sent.length - 8_000));
      await workers.at(-1)!.terminate();
      await settled(() => expect(workers.length).toBeGreaterThan(before));
    }
    await settled(() => expect(written).toHaveLength(sent.length));
    expect(numbers()).toEqual(sent);
  });

  it('has what was configured while it was down', async () => {
    await start({ 'parsers/a.json': json }, { workers: 1 });
    await workers[0]!.terminate();
    await topology!.configure(await snapshotOf({ 'parsers/a.json': json, 'parsers/new.json': json }));
    const sent = await send('new', 5);
    await settled(() => expect(numbers()).toEqual(sent));
  });
});

describe('while the index takes nothing', () => {
  it('the workers stop reading, and go on when it does again', async () => {
    await start({ 'parsers/a.json': json }, { workers: 1, partitions: 1 });
    fails = new Error('away');
    const sent: number[] = [];
    for (let batch = 0; batch < 40; batch++) sent.push(...(await send('a', 1_000)));
    await settled(() => expect(sink.failing?.message).toBe('away'));
    await settled(() => expect(sink.pending).toBeGreaterThanOrEqual(20_000));
    expect(sink.pending).toBeLessThan(40_000);
    fails = null;
    await settled(() => expect(written).toHaveLength(sent.length));
    expect(numbers()).toEqual(sent);
  });
});

describe('a changed configuration', () => {
  const renamed = { ...json, fieldTransformations: [{ transformation: 'RENAME', config: { n: 'm' } }] };

  it('takes effect between batches', async () => {
    await start({ 'parsers/a.json': json });
    const before = await send('a', 10);
    await settled(() => expect(numbers()).toEqual(before));
    await topology!.configure(await snapshotOf({ 'parsers/a.json': renamed }));
    // The worker hears of it between two batches: those under way are worked as before.
    for (let sent = written.length; !written.some(({ event }) => 'm' in event); ) {
      sent += (await send('a', 1)).length;
      await settled(() => expect(written).toHaveLength(sent));
    }
    const known = written.length;
    const after = await send('a', 10);
    await settled(() => expect(written).toHaveLength(known + 10));
    expect(written.slice(known).map(({ event }) => event['m'])).toEqual(after);
  });

  it('of a new sensor makes its topic and reads it', async () => {
    await start({ 'parsers/a.json': json });
    await topology!.configure(await snapshotOf({ 'parsers/a.json': json, 'parsers/b.json': json }));
    const sent = await send('b', 10, 1);
    await settled(() => expect(numbers()).toEqual(sent));
    expect(written[0]!.sensor).toBe('b');
  });

  it('that does not work for a sensor is told, and the sensor goes on with the one before', async () => {
    await start({ 'parsers/a.json': json, 'parsers/b.json': json });
    const broken = {
      ...json,
      fieldTransformations: [{ transformation: 'STELLAR', output: ['x'], config: { x: 'n +' } }],
    };
    await topology!.configure(await snapshotOf({ 'parsers/a.json': broken, 'parsers/b.json': renamed }));
    await settled(() => expect(refused.map(({ sensor }) => sensor)).toContain('a'));
    const sent = [...(await send('a', 5)), ...(await send('b', 5))];
    await settled(() => expect(written).toHaveLength(10));
    expect(written.map(({ event }) => event['n'] ?? event['m']).sort()).toEqual(sent.sort());
    expect(written.filter(({ sensor }) => sensor === 'b').every(({ event }) => 'm' in event)).toBe(true);
  });

  it('that gives a topic to another sensor takes effect at once: nothing is lost, nothing is twice', async () => {
    const on = (topic: string) => ({ ...json, sensorTopic: topic });
    await start({ 'parsers/a.json': on('t'), 'parsers/b.json': on('u') });
    const before = [...(await send('t', 30)), ...(await send('t', 30, 1))];
    await settled(() => expect(written).toHaveLength(60));
    // While it is full of records, and back again.
    const during: number[] = [];
    for (const [a, b] of [
      ['u', 't'],
      ['t', 'u'],
      ['u', 't'],
    ] as const) {
      during.push(...(await send('t', 3_000)));
      await topology!.configure(await snapshotOf({ 'parsers/a.json': on(a), 'parsers/b.json': on(b) }));
    }
    const sensorOf = (n: number) => written.find(({ event }) => event['n'] === n)?.sensor;
    // A worker hears of it between two batches.
    await settled(async () => {
      const one = await send('t', 1);
      during.push(...one);
      await settled(() => expect(sensorOf(one[0]!)).toBeDefined());
      expect(sensorOf(one[0]!)).toBe('b');
    });
    const after = await send('t', 10);
    await settled(() => expect(numbers()).toHaveLength(60 + during.length + 10));
    const inT = new Set([...before, ...during, ...after]);
    expect(numbers().filter((n) => !inT.has(n as number))).toEqual([]);
    expect(new Set(numbers()).size).toBe(inT.size);
    expect(before.map(sensorOf)).toEqual(before.map(() => 'a'));
    expect(after.map(sensorOf)).toEqual(after.map(() => 'b'));
    expect(refused).toEqual([]);
  });

  it('without a sensor stops reading its topic, and goes on where it was when the sensor is there again', async () => {
    const both = { 'parsers/a.json': json, 'parsers/b.json': json };
    await start(both, { workers: 1 });
    const first = await send('a', 10);
    await settled(() => expect(numbers()).toEqual(first));
    await topology!.configure(await snapshotOf({ 'parsers/b.json': json, 'parsers/c.json': json }));
    // What the new configuration alone lets through: the worker has heard of it.
    first.push(...(await send('c', 1)));
    await settled(() => expect(numbers()).toEqual(first));
    const second = await send('a', 10);
    const other = await send('b', 10);
    await settled(() => expect(numbers()).toEqual([...first, ...other]));
    await topology!.configure(await snapshotOf(both));
    await settled(() => expect(numbers()).toEqual([...first, ...other, ...second]));
  });

  it('of the router and its targets leads on to them, in this process and through a topic', async () => {
    const router = (parserConfig: Record<string, unknown>) => ({ ...json, parserConfig });
    await start({
      'parsers/near.json': router({ 'kafka.topicField': 'to' }),
      'parsers/far.json': router({ 'kafka.topicField': 'to', 'redirect.through': 'topic' }),
      'parsers/b.json': json,
    });
    const send2 = async (topic: string, to: string, partition: number): Promise<void> => {
      const value = Buffer.from(JSON.stringify({ n: next++, to }));
      await log.append(topic, partition, [{ value }]);
    };
    await send2('near', 'b', 0);
    await send2('far', 'b', 1);
    await send2('far', 'nowhere', 0);
    await settled(() => expect(written).toHaveLength(3));
    expect(written.map(({ sensor }) => sensor).sort()).toEqual(['b', 'b', 'error']);
    const inTopic = (partition: number) => log.read('b', partition, 0, { maxRecords: 10, maxBytes: 1e6 });
    // The near one never stood in the topic; the far one does, in the partition that it came from.
    expect(await inTopic(0)).toBeNull();
    expect((await inTopic(1))?.count).toBe(1);
  });

  it('whose topic cannot be read keeps no other sensor from being read', async () => {
    await start({
      'parsers/bad.json': { ...json, sensorTopic: '/logs.*/' },
      'parsers/a.json': json,
      'parsers/second.json': { ...json, sensorTopic: 'a' },
    });
    expect(refused.map(({ sensor }) => sensor).sort()).toEqual(['bad', 'second']);
    const sent = await send('a', 5);
    await settled(() => expect(numbers()).toEqual(sent));
  });
});

it('damage in the log of one sensor keeps no other from being read, and is told once', {
  timeout: 90_000,
}, async () => {
  await log.ensureTopic('a', { partitions: 1 });
  const sent = await send('a', 5);
  const file = path.join(folder, 'log', 'data.mdb');
  // All of its places in the file: LMDB copies a page that it changes, and may do so meanwhile.
  const replace = async (from: string, to: string): Promise<void> => {
    const bytes = await readFile(file);
    const handle = await open(file, 'r+');
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) await handle.write(to, at);
    await handle.close();
  };
  const first = JSON.stringify({ n: sent[0] });
  const damaged = `X${first.slice(1)}`;
  await replace(first, damaged);
  const told: string[] = [];
  await start(
    { 'parsers/a.json': json, 'parsers/b.json': json },
    { workers: 1, partitions: 1, onUnreadable: ({ sensor }) => told.push(sensor) },
  );
  await settled(() => expect(topology!.unreadable).toHaveLength(1));
  const others = [...(await send('b', 5)), ...(await send('b', 5))];
  await settled(() => expect(numbers()).toEqual(others));
  await settled(async () => {
    await replace(damaged, first);
    expect(numbers()).toEqual([...others, ...sent]);
    // It is tried again after ever longer pauses.
  }, 70_000);
  expect(topology!.unreadable).toEqual([]);
  expect({ told, died, workers: workers.length }).toEqual({ told: ['a'], died: [], workers: 1 });
});

it('a database that is none does not end the workers', async () => {
  await start({ 'parsers/a.json': json });
  topology!.setDatabases({ geo: [Buffer.from('nothing of the kind')] });
  await settled(() => expect(refused.length).toBeGreaterThan(0));
  const sent = await send('a', 5);
  await settled(() => expect(numbers()).toEqual(sent));
  expect(died).toEqual([]);
});
