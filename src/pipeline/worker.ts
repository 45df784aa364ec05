/**
 * A worker thread: reads its partitions of the log, runs the stages, encodes what came out and posts it to the main thread,
 * which writes. So parsing and indexing go on at the same time. A few batches may be under way unwritten, no more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { BusError, type ReadLimit, type RecordBatch } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { openBus, openStore } from '../engines/index.ts';
import { type EncodedEvents, encodeEvents } from '../index/index.ts';
import { AtWork } from './at-work.ts';
import type { BatchOutcome, SensorMessages } from './batch-work.ts';
import { errorCopy, errorEvent, errorRecord, errorSensor, errorTopic } from './error-event.ts';
import { installPlugins } from './install-plugins.ts';
import type { OutboxRecord } from './outbox.ts';
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
await installPlugins(start.snapshot.folder);
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
  post(pack(batch, from, outcome, started));
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

function pack(batch: RecordBatch, fromOffset: number, outcome: BatchOutcome, started: number): WorkedBatch {
  const { topic, partition, nextOffset } = batch;
  const events: EncodedEvents[] = [];
  const records: OutboxRecord[] = [...outcome.forwarded];
  const add = (group: SensorMessages): void => {
    for (const { sensor, messages, asides } of alertsApart(group))
      events.push(encodeEvents(sensor, messages, asides ?? undefined, memory));
  };
  add(outcome);
  for (const group of outcome.chained) add(group);
  if (outcome.failed.length > 0) {
    const now = clock.now();
    const told = outcome.failed.map((failed) => errorEvent(failed, now));
    events.push(encodeEvents(errorSensor, told));
    for (const [index, failed] of outcome.failed.entries()) {
      const { offset, letter } = failed;
      records.push({ topic: errorTopic, offset, record: errorRecord(failed, now) });
      const copyTo = pipelines.get(letter.sensor)?.errorCopyTopic ?? null;
      const copy = copyTo === null ? null : errorCopy(failed, told[index]!, now);
      if (copyTo !== null && copy !== null) records.push({ topic: copyTo, offset, record: copy });
    }
  }
  return {
    type: 'batch',
    sensor: outcome.sensor,
    source: { topic, partition, fromOffset, nextOffset },
    events,
    records,
    failed: outcome.failed.length,
    redirected: outcome.redirected,
    mayRepeat: outcome.mayRepeat,
    received: outcome.received,
    bytes: outcome.bytes,
    filtered: outcome.filtered,
    empty: outcome.empty,
    ruleErrors: outcome.ruleErrors,
    notEnriched: outcome.notEnriched,
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Alerts by themselves: they lie in tables of their own, and fields that are null (which triage writes) keep an index from taking
 * lines as they are.
 */
function alertsApart(group: SensorMessages): readonly SensorMessages[] {
  const { sensor, messages, asides } = group;
  if (messages.length === 0) return [];
  const kinds = [false, true].map((alerts) => ({
    sensor,
    messages: messages.filter((message) => isAlert(message) === alerts),
    asides: asides?.filter((_, at) => isAlert(messages[at]!) === alerts) ?? null,
  }));
  return kinds.filter((kind) => kind.messages.length > 0);
}

function isAlert({ is_alert: flag }: { readonly is_alert?: unknown }): boolean {
  return flag === true || flag === 'true';
}

await run();
for (const stop of listening.values()) stop();
await log.close();
await store.close();
post({ type: 'stopped' });
port.close();
