/**
 * A worker thread: reads its partitions of the log, runs the stages, encodes what came out and posts it to the main thread,
 * which writes. So parsing and indexing go on at the same time. A few batches may be under way unwritten, no more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { BusError, type ReadLimit, type RecordBatch } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { openBus, openStore } from '../engines/index.ts';
import { AtWork } from './at-work.ts';
import type { BatchOutcome } from './batch-work.ts';
import { installPlugins } from './install-plugins.ts';
import { countsOf, pack } from './pack.ts';
import { createSensorPipelines, type SensorPipelines } from './sensor-pipelines.ts';
import { SharedMemory } from './shared-memory.ts';
import { watchStore } from './store-watch.ts';
import type { Assignment, FromWorker, ToWorker, WorkedBatch, WorkerStart } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread by the topology.');
const start = workerData as WorkerStart;

/** Few enough that a batch's objects are young when they die: with 4,000 records most of them were copied by the collector twice. */
const readLimit: ReadLimit = { maxRecords: 1_000, maxBytes: 4 * 1024 * 1024, reuse: true };
/** Batches posted and not yet written. */
const mostUnderWay = 36;
const clock = { now: () => Date.now() };
const atWork = new AtWork(start.atWork);
const shared = new SharedMemory();
const memory = (bytes: number): SharedArrayBuffer => shared.take(bytes);

function post(message: FromWorker): void {
  port!.postMessage(message);
}

// What cannot be used was said by the main thread.
await installPlugins(start.snapshot.home);
const log = await openBus(start.cluster, { dataFolder: start.dataFolder, notifier: start.notifier });
const store = await openStore(start.cluster, { dataFolder: start.dataFolder });
const storeWatch = watchStore(store, atWork, (status) => post({ type: 'store', status }));

interface Reading extends Assignment {
  next: number;
  /** While it cannot be read: how often in turn that was tried, and when it is tried again. */
  tried: number;
  waitsUntil: number;
}

const retryMs = 1_000;
const longestRetryMs = 60_000;

let readings: Reading[] = [];
const listening = new Map<string, () => void>();
const pipelines: SensorPipelines = createSensorPipelines({
  store,
  clock,
  logId: start.logId,
  asides: true,
  onGeoV6Wanted: () => post({ type: 'geo-v6-wanted' }),
});
let databases = false;
let asked = false;
let underWay = 0;
let stopping = false;
/** Resolves when something happened that may let the loop go on. */
let wake: () => void = () => undefined;
let woken = false;

function signal(): void {
  woken = true;
  wake();
}

/** What is read already goes on where it is: the batch at hand may not have arrived at the main thread yet. */
function assign(assignments: readonly Assignment[]): void {
  const known = new Map(readings.map((one) => [one.id, one]));
  readings = assignments.map((one) => {
    const { next, tried, waitsUntil } = known.get(one.id) ?? { next: one.offset, tried: 0, waitsUntil: 0 };
    return { ...one, next, tried, waitsUntil };
  });
  const topics = new Set(readings.map(({ topic }) => topic));
  for (const [topic, stop] of listening) {
    if (topics.has(topic)) continue;
    stop();
    listening.delete(topic);
  }
  for (const topic of topics) if (!listening.has(topic)) listening.set(topic, log.onAppend(topic, signal));
}

function configure(snapshot: Snapshot): void {
  for (const problem of pipelines.configure(snapshot)) post({ type: 'refused', ...problem });
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'config') {
    configure(message.snapshot);
    assign(message.assignments);
  } else if (message.type === 'databases') {
    try {
      pipelines.setDatabases(message);
    } catch (error) {
      // The earlier ones stay in use.
      post({
        type: 'refused',
        sensor: 'geo and ASN databases',
        message: (error as Error).message,
        hint: null,
      });
    }
    databases = true;
  } else if (message.type === 'written') {
    underWay -= message.batches;
    shared.written(message.batches);
  } else {
    stopping = true;
    storeWatch.stop();
  }
  signal();
});

async function idle(): Promise<void> {
  if (woken) {
    woken = false;
    return;
  }
  await new Promise<void>((resolve) => {
    wake = resolve;
  });
  woken = false;
}

async function run(): Promise<void> {
  configure(start.snapshot);
  assign(start.assignments);
  post({ type: 'ready' });
  while (!stopping) {
    let read = false;
    for (const reading of readings) {
      while (underWay >= mostUnderWay && !stopping) await idle();
      if (stopping) break;
      read = (await step(reading)) || read;
    }
    if (!read) {
      if (underWay === 0) shared.clear();
      await idle();
    }
    // Messages from the main thread get their turn even when there is always something to read.
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Reads and works one run of records. False when there was none. */
async function step(reading: Reading): Promise<boolean> {
  const pipeline = pipelines.get(reading.sensor);
  if (pipeline === undefined) return false;
  const batch = await read(reading);
  if (batch === null || batch.count === 0) return false;
  if (!databases) {
    // Worth their memory from the first event on, which waits for them.
    if (!asked) post({ type: 'databases-wanted' });
    asked = true;
    return false;
  }
  const started = performance.now();
  const from = reading.next;
  atWork.begin(reading.id, from, batch.count);
  const outcome = await pipeline.process(batch);
  if (storeWatch.gaveUp) return false;
  underWay++;
  post(packed(batch, from, outcome, started));
  shared.handOn();
  atWork.end();
  // There may be another object for the partition by now.
  for (const one of readings) if (one.id === reading.id) one.next = batch.nextOffset;
  return true;
}

/** Damage in one partition keeps no other from being read, so it does not end the worker. */
async function read(reading: Reading): Promise<RecordBatch | null> {
  if (performance.now() < reading.waitsUntil) return null;
  try {
    const batch = await log.read(reading.topic, reading.partition, reading.next, limitOf(reading));
    reading.tried = 0;
    return batch;
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'SKP_BUS_CORRUPT') throw error;
    const wait = Math.min(retryMs * 2 ** reading.tried++, longestRetryMs);
    reading.waitsUntil = performance.now() + wait;
    setTimeout(signal, wait).unref();
    post({ type: 'unreadable', id: reading.id, message: error.message, hint: error.hint ?? null });
    return null;
  }
}

function limitOf({ careful, next }: Reading): ReadLimit {
  if (careful === undefined || next >= careful.until) return readLimit;
  return { ...readLimit, maxRecords: Math.min(careful.limit, careful.until - next) };
}

function packed(batch: RecordBatch, fromOffset: number, outcome: BatchOutcome, started: number): WorkedBatch {
  const { topic, partition, nextOffset } = batch;
  return {
    type: 'batch',
    source: { topic, partition, fromOffset, nextOffset },
    ...pack(outcome, { now: clock.now(), pipelines, memory }),
    ...countsOf(outcome),
    seconds: (performance.now() - started) / 1000,
  };
}

await run();
for (const stop of listening.values()) stop();
await log.close();
await store.close();
port.close();
