/**
 * A worker thread: reads its partitions of the log, runs the stages, encodes what came out and posts it to the main thread,
 * which writes. So parsing and indexing go on at the same time. A few batches may be under way unwritten, no more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type LogRecord, openLmdbEventLog } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { type EncodedEvents, encodeEvents } from '../index/index.ts';
import { openLmdbKeyValueStore } from '../store/index.ts';
import { errorEvent, errorRecord, errorSensor } from './error-event.ts';
import { installPlugins } from './install-plugins.ts';
import type { BatchOutcome } from './sensor-pipeline.ts';
import { createSensorPipelines, type SensorPipelines } from './sensor-pipelines.ts';
import type { Assignment, FromWorker, ToWorker, WorkedBatch, WorkerStart } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread by the topology.');
const start = workerData as WorkerStart;

/** Few enough that a batch's objects are young when they die: with 4,000 records most of them were copied by the collector twice. */
const readLimit = { maxRecords: 1_000, maxBytes: 4 * 1024 * 1024 };
/** Batches posted and not yet written. */
const mostUnderWay = 24;
const clock = { now: () => Date.now() };

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer);
}

// What cannot be used was said by the main thread.
await installPlugins(start.snapshot.folder);
const log = await openLmdbEventLog(start.logFolder, { notifier: start.notifier });
const store = await openLmdbKeyValueStore(start.storeFolder);

interface Reading extends Assignment {
  next: number;
}

const readings: Reading[] = [];
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

function assign(added: readonly Assignment[]): void {
  for (const one of added) {
    readings.push({ ...one, next: one.offset });
    if (!listening.has(one.topic)) listening.set(one.topic, log.onAppend(one.topic, signal));
  }
}

function configure(snapshot: Snapshot): void {
  for (const problem of pipelines.configure(snapshot)) post({ type: 'refused', ...problem });
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'config') {
    configure(message.snapshot);
    assign(message.added);
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
  } else if (message.type === 'written') underWay -= message.batches;
  else stopping = true;
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
    if (!read) await idle();
    // Messages from the main thread get their turn even when there is always something to read.
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Reads and works one run of records. False when there was none. */
async function step(reading: Reading): Promise<boolean> {
  const pipeline = pipelines.get(reading.sensor);
  if (pipeline === undefined) return false;
  const batch = await log.read(reading.topic, reading.partition, reading.next, readLimit);
  if (batch === null || batch.count === 0) return false;
  if (!databases) {
    // Worth their memory from the first event on, which waits for them.
    if (!asked) post({ type: 'databases-wanted' });
    asked = true;
    return false;
  }
  const started = performance.now();
  const outcome = await pipeline.process(batch);
  const from = reading.next;
  reading.next = batch.nextOffset;
  underWay++;
  const worked = pack(reading, from, outcome, started);
  post(
    worked,
    worked.events.flatMap(({ ndjson, lineEnds, alerts }) =>
      [ndjson.buffer, lineEnds.buffer, alerts.buffer].filter((one) => one instanceof ArrayBuffer),
    ),
  );
  return true;
}

function pack(reading: Reading, fromOffset: number, outcome: BatchOutcome, started: number): WorkedBatch {
  const events: EncodedEvents[] = [];
  if (outcome.messages.length > 0)
    events.push(encodeEvents(reading.sensor, outcome.messages, outcome.asides ?? undefined));
  const errors: LogRecord[] = [];
  if (outcome.failed.length > 0) {
    const now = clock.now();
    events.push(
      encodeEvents(
        errorSensor,
        outcome.failed.map((failed) => errorEvent(failed, now)),
      ),
    );
    for (const failed of outcome.failed) errors.push(errorRecord(failed, now));
  }
  return {
    type: 'batch',
    sensor: reading.sensor,
    source: { topic: reading.topic, partition: reading.partition, fromOffset, nextOffset: reading.next },
    events,
    errors,
    received: outcome.received,
    bytes: outcome.bytes,
    filtered: outcome.filtered,
    empty: outcome.empty,
    ruleErrors: outcome.ruleErrors,
    seconds: (performance.now() - started) / 1000,
  };
}

await run();
for (const stop of listening.values()) stop();
await log.close();
await store.close();
post({ type: 'stopped' });
port.close();
