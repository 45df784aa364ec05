/**
 * Failures worked again: their records are appended to their topic once more, and marked as replayed in the same transaction,
 * so that no second run and no crash replays one twice. A replayed record says where it first stood: what of it went well the
 * first time is not indexed a second time.
 */
import type { EventLog, LogRecord, RecordBatch } from '../bus/index.ts';
import { errorTopic, replayedTopic } from './error-event.ts';
import { lineageHeaders, lineageKey, readLineage } from './lineage.ts';

export interface ReplayChoice {
  /** Only failures of this sensor. */
  readonly sensor?: string;
  /** Only failures of this type, such as `parser_error`. */
  readonly errorType?: string;
  /** Also those that were replayed before. */
  readonly again?: boolean;
  /** Count, and change nothing. */
  readonly dryRun?: boolean;
}

export interface ReplayCounts {
  /** Records that were appended again. */
  replayed: number;
  /** Failures left alone because they were replayed before. */
  before: number;
  /** Failures left alone because their event went on without what failed. */
  wentOn: number;
  /** Failures that were not asked for, or whose origin is not known. */
  otherwise: number;
}

const limit = { maxRecords: 5_000, maxBytes: 16 * 1024 * 1024 };

interface Failure {
  readonly guid: string;
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly record: LogRecord;
}

export async function replayErrors(log: EventLog, choice: ReplayChoice): Promise<ReplayCounts> {
  const counts: ReplayCounts = { replayed: 0, before: 0, wentOn: 0, otherwise: 0 };
  const topics = await log.topics();
  if (!topics.includes(errorTopic)) return counts;
  const known = new Set(topics);
  const marked = new Set<string>();
  if (choice.again !== true && known.has(replayedTopic)) {
    for await (const batch of read(log, replayedTopic))
      for (let index = 0; index < batch.count; index++) marked.add(text(batch.key(index)));
  }
  // Where it exists, its retention stays as it is.
  if (choice.dryRun !== true && !known.has(replayedTopic))
    await log.ensureTopic(replayedTopic, { partitions: 1 });
  /** Records that this run appended: one may have failed in several of its lines. */
  const appended = new Set<string>();
  for await (const batch of read(log, errorTopic)) {
    const failures = select(batch, choice, known, marked, counts);
    if (failures.length === 0) continue;
    const fresh = failures.filter(({ place: { topic, partition, offset } }) => {
      const key = `${topic}/${partition}/${offset}`;
      return !appended.has(key) && appended.add(key);
    });
    counts.replayed += fresh.length;
    if (choice.dryRun !== true) await append(log, failures, fresh);
  }
  return counts;
}

async function append(log: EventLog, failures: readonly Failure[], fresh: readonly Failure[]): Promise<void> {
  const appends = Map.groupBy(fresh, ({ place: { topic, partition } }) => `${partition}/${topic}`);
  await log.appendTogether([
    ...[...appends.values()].map((some) => ({
      topic: some[0]!.place.topic,
      // The partition that it came from: whoever works it worked what came before.
      partition: some[0]!.place.partition,
      records: some.map(({ record }) => record),
    })),
    {
      topic: replayedTopic,
      partition: 0,
      records: failures.map(({ guid }) => ({ key: Buffer.from(guid), value: new Uint8Array(0) })),
    },
  ]);
}

function select(
  batch: RecordBatch,
  choice: ReplayChoice,
  topics: ReadonlySet<string>,
  marked: Set<string>,
  counts: ReplayCounts,
): Failure[] {
  const failures: Failure[] = [];
  for (let index = 0; index < batch.count; index++) {
    const headers = batch.headers(index);
    const place = readLineage({ identity: headers['origin'] ?? '' });
    const guid = headers['guid'] ?? `${batch.offset(index)}`;
    if (headers['wentOn'] === 'true') counts.wentOn++;
    else if (
      place === null ||
      !topics.has(place.topic) ||
      (choice.sensor !== undefined && headers['sensor'] !== choice.sensor) ||
      (choice.errorType !== undefined && headers['errorType'] !== choice.errorType)
    ) {
      counts.otherwise++;
    } else if (marked.has(guid)) counts.before++;
    else {
      marked.add(guid);
      const lineage = readLineage(headers) ?? place;
      const value = Buffer.from(batch.value(index));
      const origin = lineageHeaders({ ...lineage, mayRepeat: true });
      failures.push({
        guid,
        place,
        record: { key: lineageKey, value, headers: { ...origin, replayedFrom: guid } },
      });
    }
  }
  return failures;
}

async function* read(log: EventLog, topic: string): AsyncGenerator<RecordBatch> {
  for (let offset = 0; ; ) {
    const batch = await log.read(topic, 0, offset, limit);
    if (batch === null || batch.count === 0) return;
    yield batch;
    offset = batch.nextOffset;
  }
}

function text(key: Uint8Array | null): string {
  return key === null ? '' : Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8');
}
