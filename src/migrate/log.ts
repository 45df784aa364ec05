/** Carries over what the log still holds: records that are not in the index yet, and failures, which may be replayed. */
import type { EventLog, GroupPosition, LogRecord, RecordBatch } from '../bus/index.ts';
import { SkoposError } from '../errors.ts';
import { outboxGroup } from '../pipeline/index.ts';
import type { Progress } from './progress.ts';

/** Positions that this group has in the target say how many records of each partition are there. */
export const migrationGroup = 'skopos-migrate';

const limit = { maxRecords: 5_000, maxBytes: 8 * 1024 * 1024 };

export interface PartitionToCarry {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly end: number;
}

/**
 * What is to be carried over. `indexed`: where readers stand after what the index has.
 *
 * Throws `SKP_MIGRATE_UNFINISHED` when a stop came between what the pipeline writes to the log and to the index.
 */
export async function partitionsToCarry(
  log: EventLog,
  indexed: readonly GroupPosition[],
): Promise<PartitionToCarry[]> {
  const next = new Map(indexed.map((one) => [`${one.partition}/${one.topic}`, one.nextOffset]));
  for (const { topic, partition, nextOffset } of await log.committed(outboxGroup)) {
    if (nextOffset <= (next.get(`${partition}/${topic}`) ?? 0)) continue;
    throw new SkoposError(
      'SKP_MIGRATE_UNFINISHED',
      `Skopos was stopped in the middle of a batch of ${topic} (partition ${partition})`,
      { hint: 'Start it once more, let it come to rest, and stop it with Ctrl-C; then run this again.' },
    );
  }
  const found: PartitionToCarry[] = [];
  for (const topic of await log.topics()) {
    for (const { partition, startOffset, endOffset } of (await log.describe(topic)).partitions) {
      const from = Math.max(startOffset, next.get(`${partition}/${topic}`) ?? startOffset);
      found.push({ topic, partition, from: Math.min(from, endOffset), end: endOffset });
    }
  }
  return found;
}

/** Each record once, however often it is stopped in between: a batch and the position after it are one transaction. */
export async function carryLog(
  from: EventLog,
  to: EventLog,
  partitions: readonly PartitionToCarry[],
  progress: Progress,
  save: () => Promise<void>,
  onProgress: (records: number) => void,
): Promise<void> {
  const present = new Set(await to.topics());
  for (const [topic, all] of Map.groupBy(partitions, (one) => one.topic)) {
    if (!present.has(topic)) await to.ensureTopic(topic, { partitions: all.length });
    const { partitions: there } = await to.describe(topic);
    if (there.length < all.length) {
      throw new SkoposError(
        'SKP_MIGRATE_PARTITIONS',
        `The topic ${topic} has ${all.length} partitions here and ${there.length} there`,
        { hint: `Give it ${all.length} or more partitions there, or delete it when it is empty.` },
      );
    }
    for (const { partition, from: begin } of all) {
      const end = there.find((one) => one.partition === partition)?.endOffset ?? 0;
      progress.partitions[`${partition}/${topic}`] ??= { from: begin, base: end };
    }
  }
  // Before anything is appended: the bases decide what a later run takes for carried.
  await save();
  const committed = new Map(
    (await to.committed(migrationGroup)).map((one) => [`${one.partition}/${one.topic}`, one.nextOffset]),
  );
  let carried = 0;
  for (const { topic, partition, end } of partitions) {
    const key = `${partition}/${topic}`;
    const { from: begin, base } = progress.partitions[key]!;
    let position = Math.max(base, committed.get(key) ?? base);
    let next = begin;
    let skip = position - base;
    while (next < end) {
      const batch = await from.read(topic, partition, next, limit);
      if (batch === null || batch.count === 0) break;
      next = batch.nextOffset;
      const records = recordsOf(batch, end).slice(skip);
      skip -= Math.min(skip, batch.count);
      if (records.length === 0) continue;
      position += records.length;
      await to.appendTogether([{ topic, partition, records }], {
        group: migrationGroup,
        positions: [{ topic, partition, nextOffset: position }],
      });
      carried += records.length;
      onProgress(carried);
    }
  }
}

function recordsOf(batch: RecordBatch, end: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (let index = 0; index < batch.count && batch.offset(index) < end; index++) {
    records.push({
      key: batch.key(index),
      value: batch.value(index),
      headers: batch.headers(index),
      timestamp: batch.timestamp(index),
    });
  }
  return records;
}
