/**
 * A worker thread that is a member of a consumer group: it reads the partitions that the group gives it, runs the stages, and hands the
 * events to the main thread or appends them to the topic `indexing`. Positions are committed after the events are where they go.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadLimit, RecordBatch, Subscription } from '../../bus/index.ts';
import type { Snapshot } from '../../config/index.ts';
import { type ClusterSettings, openBus, openStore } from '../../engines/index.ts';
import { SkoposError } from '../../errors.ts';
import { AtWork } from '../at-work.ts';
import type { BatchOutcome } from '../batch-work.ts';
import { installPlugins } from '../install-plugins.ts';
import type { OutboxRecord } from '../outbox.ts';
import { countsOf, type Packed, pack } from '../pack.ts';
import type { SensorPipeline } from '../sensor-pipeline.ts';
import { createSensorPipelines, type SensorPipelines } from '../sensor-pipelines.ts';
import { setAside } from '../set-aside.ts';
import { SharedMemory } from '../shared-memory.ts';
import { watchStore } from '../store-watch.ts';
import { cutBatch } from './cut-batch.ts';
import { type Entry, Ledger } from './ledger.ts';
import { notBegun } from './not-begun.ts';
import { eventRecords } from './output.ts';
import type { FromGroupWorker, GroupWorkerStart, Suspect, ToGroupWorker } from './protocol.ts';
import { readersOf } from './readers.ts';

const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread by the topology of a group.');
const start = workerData as GroupWorkerStart;

const readLimit: ReadLimit = { maxRecords: 1_000, maxBytes: 4 * 1024 * 1024 };
/** What a record may have, of the largest batch that the bus takes. */
const mostRecordBytes = largestBatch(start.cluster) - 64 * 1024;
/** Batches read and not yet committed. */
const mostOpen = 64;
const afterErrorMs = 500;
/** Part of every id. The identity of the topic tells it from those of other clusters. */
const logId = 'cluster';
const clock = { now: () => Date.now() };
const atWork = new AtWork(start.atWork);
const shared = new SharedMemory();
const memory = (bytes: number): SharedArrayBuffer => shared.take(bytes);

function largestBatch({ bus }: ClusterSettings): number {
  const { maxBatchBytes } = bus.options;
  return typeof maxBatchBytes === 'number' ? maxBatchBytes : 32 * 1024 * 1024;
}

function post(message: FromGroupWorker): void {
  port!.postMessage(message);
}

await installPlugins(start.snapshot.home);
const { cluster, dataFolder, member } = start;
const log = await openBus(cluster, { dataFolder, member });
const store = await openStore(cluster, { dataFolder, member });
const storeWatch = watchStore(store, atWork, (status) => post({ type: 'store', status }));
const pipelines: SensorPipelines = createSensorPipelines({
  store,
  clock,
  logId,
  asides: true,
  onGeoV6Wanted: () => post({ type: 'geo-v6-wanted' }),
});
let trouble: string | null = null;
const ledger = new Ledger({
  log,
  onTrouble: (error) => {
    trouble = error.message;
  },
  onCommit: () => signal(),
});
const suspects = new Map<string, Suspect>(
  start.suspects.map((one) => [`${one.topic}/${one.partition}`, one]),
);
const ids = new Map<string, number>();
/** Posted and not yet written, oldest first. */
const posted: Entry[] = [];
let snapshot = start.snapshot;
let next: Snapshot | null = null;
let readers = readersOf(snapshot);
let subscription: Subscription | null = null;
let databases = false;
let asked = false;
let stopping = false;
/** Ends the wait for a batch. */
let interrupt = new AbortController();
let wake: () => void = () => undefined;

function signal(): void {
  wake();
}

port.on('message', (message: ToGroupWorker) => {
  if (message.type === 'config') next = message.snapshot;
  else if (message.type === 'written') {
    shared.written(message.batches);
    for (const entry of posted.splice(0, message.batches)) ledger.written(entry);
    return;
  } else if (message.type === 'databases') {
    try {
      pipelines.setDatabases(message);
    } catch (error) {
      post({
        type: 'refused',
        sensor: 'geo and ASN databases',
        message: (error as Error).message,
        hint: null,
      });
    }
    databases = true;
  } else {
    stopping = true;
    storeWatch.stop();
  }
  interrupt.abort();
  signal();
});

/** Until something happened that may let the loop go on. */
async function idle(): Promise<void> {
  await new Promise<void>((resolve) => {
    wake = resolve;
  });
}

function configure(): void {
  for (const problem of pipelines.configure(snapshot)) post({ type: 'refused', ...problem });
  readers = readersOf(snapshot);
}

async function join(): Promise<void> {
  for (;;) {
    try {
      subscription = await log.subscribe(start.group, [...readers.keys()].sort());
      break;
    } catch (error) {
      trouble = (error as Error).message;
      if (stopping) return;
      await new Promise((resolve) => setTimeout(resolve, afterErrorMs));
    }
  }
  trouble = null;
  subscription.onRevoked((partitions) => ledger.drain(partitions, start.drainMs));
  ledger.follow(subscription);
}

async function leave(): Promise<void> {
  const left = subscription;
  subscription = null;
  await left?.close();
}

async function run(): Promise<void> {
  configure();
  await join();
  post({ type: 'ready' });
  while (!stopping) {
    if (next !== null) await follow(next);
    if (ledger.open >= mostOpen) {
      await idle();
      continue;
    }
    const batch = await read();
    if (batch === null) continue;
    const suspect = suspects.get(`${batch.topic}/${batch.partition}`);
    const pieces = suspect === undefined ? [batch] : cutBatch(batch, suspect);
    // At once, before anything is awaited: partitions that are taken away wait for what was read of them.
    const entries = pieces.map(({ topic, partition, nextOffset }) =>
      ledger.begin({ topic, partition, nextOffset }),
    );
    if (!databases) await wantDatabases();
    if (!databases) {
      for (const entry of entries) ledger.abandon(entry);
      break;
    }
    for (const [at, piece] of pieces.entries()) await work(piece, entries[at]!, suspect);
    // Messages from the main thread and the broker get their turn even when there is always something to read.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function follow(changed: Snapshot): Promise<void> {
  next = null;
  snapshot = changed;
  const before = [...readers.keys()].sort().join();
  configure();
  if ([...readers.keys()].sort().join() === before) return;
  await leave();
  await join();
}

async function read(): Promise<RecordBatch | null> {
  if (interrupt.signal.aborted) interrupt = new AbortController();
  if (stopping || next !== null) return null;
  try {
    const batch = await (subscription?.next(readLimit, interrupt.signal) ?? null);
    if (batch !== null) trouble = null;
    return batch;
  } catch (error) {
    trouble = (error as Error).message;
    await new Promise((resolve) => setTimeout(resolve, afterErrorMs));
    return null;
  }
}

async function wantDatabases(): Promise<void> {
  if (!asked) post({ type: 'databases-wanted' });
  asked = true;
  while (!databases && !stopping) await idle();
}

async function work(batch: RecordBatch, entry: Entry, suspect: Suspect | undefined): Promise<void> {
  const started = performance.now();
  const poison = suspect?.poisoned.find(({ offset }) => offset === batch.baseOffset);
  if (poison !== undefined) {
    await setPoisonAside(batch, entry, poison.reason);
    return;
  }
  const sensor = readers.get(batch.topic);
  const pipeline = sensor === undefined ? undefined : pipelines.get(sensor);
  if (pipeline === undefined) {
    // Its parser was never good here: what it would have read waits in the log for a configuration that works.
    await waitForPipeline(batch.topic);
    if (stopping) ledger.abandon(entry);
    else await work(batch, entry, suspect);
    return;
  }
  atWork.begin(idOf(batch), batch.baseOffset, batch.count);
  const outcome = await pipeline.process(batch);
  // Its position is not committed: the group reads it again.
  if (storeWatch.gaveUp) return;
  const packed = pack(outcome, {
    now: clock.now(),
    pipelines,
    ...(start.destination === 'index' ? { memory } : {}),
  });
  if (start.destination === 'topic' && isTooLarge(packed)) await withoutTooLarge(batch, entry, pipeline);
  else handOn(batch, entry, packed, outcome, started);
  atWork.end();
}

function isTooLarge({ events, records }: Packed): boolean {
  return (
    records.some(({ record }) => record.value.length > mostRecordBytes) ||
    events.some(
      ({ ndjson, lineEnds }) =>
        ndjson.length > mostRecordBytes &&
        lineEnds.some((end, at) => end - (lineEnds[at - 1] ?? 0) > mostRecordBytes),
    )
  );
}

/** Of a batch that gave an event larger than the bus takes: its records one by one, those aside that do it. */
async function withoutTooLarge(batch: RecordBatch, entry: Entry, pipeline: SensorPipeline): Promise<void> {
  const singly = cutBatch(batch, {
    topic: batch.topic,
    partition: batch.partition,
    careful: { until: batch.nextOffset, limit: 1 },
    poisoned: [],
  });
  const records: OutboxRecord[] = [];
  for (const [at, one] of singly.entries()) {
    const started = performance.now();
    const outcome = await pipeline.process(one);
    if (storeWatch.gaveUp) return;
    let packed = pack(outcome, { now: clock.now(), pipelines });
    if (isTooLarge(packed)) packed = await asideForSize(one, pipeline.sensor);
    // The position is committed with the last of them, so all of their records go with that one.
    const last = at === singly.length - 1;
    const part = last ? entry : { ...entry };
    handOn(one, part, packed, outcome, started, false);
    records.push(...part.records);
    if (last) {
      entry.records = records;
      ledger.written(entry);
    }
  }
}

async function asideForSize(
  { topic, partition, baseOffset: offset }: RecordBatch,
  sensor: string,
): Promise<Packed> {
  const error = new SkoposError(
    'SKP_PIPELINE_SIZE',
    `An event of this record is larger than the bus takes (${mostRecordBytes} bytes)`,
    { hint: 'Raise maxBatchBytes of the bus in cluster.json, then skopos replay errors.' },
  );
  const { batch, records } = await setAside(
    { sensor, topic, partition, offset, reason: error, error },
    { log, logId, now: clock.now() },
  );
  return { events: batch.events, records };
}

async function waitForPipeline(topic: string): Promise<void> {
  trouble = `no working configuration for the topic ${topic}`;
  while (!stopping && next === null) await idle();
  if (next !== null) {
    // The topics stay as they are until the batch at hand is done.
    snapshot = next;
    for (const problem of pipelines.configure(snapshot)) post({ type: 'refused', ...problem });
    const sensor = readersOf(snapshot).get(topic);
    if (sensor !== undefined) readers.set(topic, sensor);
    else next = null;
  }
}

function handOn(
  batch: RecordBatch,
  entry: Entry,
  packed: Packed,
  outcome: BatchOutcome,
  started: number,
  isWhole = true,
): void {
  const { topic, partition, identity, nextOffset, baseOffset: fromOffset } = batch;
  const direct = start.destination === 'index';
  const sent = packed.events.map(({ sensor, count, alerts }) => ({ sensor, count, alerts: alerts.length }));
  entry.records = direct
    ? packed.records
    : [...packed.records, ...packed.events.flatMap((events) => eventRecords(events, fromOffset))];
  if (direct) posted.push(entry);
  post({
    type: 'batch',
    topic,
    source: { topic: identity ?? topic, partition, fromOffset, nextOffset },
    events: direct ? packed.events : [],
    sent,
    ...countsOf(outcome),
    seconds: (performance.now() - started) / 1000,
  });
  if (direct) shared.handOn();
  else if (isWhole) ledger.written(entry);
}

async function setPoisonAside(batch: RecordBatch, entry: Entry, reason: string): Promise<void> {
  const { topic, partition, baseOffset: offset } = batch;
  const sensor = readers.get(topic) ?? '';
  const poisoned = { sensor, topic, partition, offset, reason: new Error(reason) };
  const { batch: events, records } = await setAside(poisoned, { log, logId, now: clock.now() });
  const outcome: BatchOutcome = {
    sensor,
    messages: [],
    asides: null,
    chained: [],
    forwarded: [],
    failed: [],
    received: 1,
    bytes: batch.value(0).length,
    redirected: 0,
    filtered: 0,
    empty: 0,
    ruleErrors: 0,
    notEnriched: 0,
    mayRepeat: false,
  };
  // Not before: another record may end this worker first, and then this one is set aside again.
  entry.committed = () => post({ type: 'set-aside', topic, partition, offset });
  handOn(batch, entry, { events: events.events, records }, outcome, performance.now());
}

function idOf({ topic, partition }: RecordBatch): number {
  const name = `${topic}/${partition}`;
  let id = ids.get(name);
  if (id === undefined) {
    id = ids.size;
    ids.set(name, id);
    post({ type: 'partition', id, topic, partition });
  }
  return id;
}

let told = '';
const telling = setInterval(() => {
  const status = {
    type: 'status',
    version: snapshot.version,
    assigned: subscription?.assigned().length ?? 0,
    rebalances: subscription?.rebalances ?? 0,
    trouble: trouble ?? notBegun(subscription),
  } as const;
  const text = JSON.stringify(status);
  if (text === told) return;
  told = text;
  post(status);
}, 250);

await run();
clearInterval(telling);
await leave();
await log.close();
await store.close();
port.close();
// The client of the brokers may keep a socket or a timer, and so the thread.
process.exit(0);
