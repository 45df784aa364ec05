import type { WriteQueue } from '../../lmdb/index.ts';
import { runSummary } from './run.ts';
import { getPartition, putPartition, runKey, runKeyOffset, type StoredTopic, type Tables } from './tables.ts';

/** Runs deleted in one transaction: small, so that appends in between wait little. */
const RUNS_AT_ONCE = 64;

export interface RetentionTask {
  readonly topic: StoredTopic;
  readonly partition: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the log was closed meanwhile: nothing of it may be touched then. */
  readonly ended: () => boolean;
}

/** Deletes whole runs from the start of a partition while they are too old, or the partition too large. */
export async function applyRetention(tables: Tables, queue: WriteQueue, task: RetentionTask): Promise<void> {
  const { topic, partition, now, ended } = task;
  const { retentionMs, retentionBytes } = topic;
  if (retentionMs === undefined && retentionBytes === undefined) return;
  const oldest = retentionMs === undefined ? Number.NEGATIVE_INFINITY : now - retentionMs;
  const most = retentionBytes ?? Number.POSITIVE_INFINITY;
  while (!ended() && hasExpired(tables, topic.id, partition, oldest, most)) {
    await queue.run(64 * 1024, () => deleteExpired(tables, topic.id, partition, oldest, most));
  }
}

function hasExpired(
  tables: Tables,
  topicId: number,
  partition: number,
  oldest: number,
  most: number,
): boolean {
  tables.environment.resetReadTxn();
  const { startOffset, endOffset, bytes } = getPartition(tables, topicId, partition);
  if (startOffset === endOffset) return false;
  if (bytes > most) return true;
  for (const { value } of tables.runs.getRange(firstRuns(topicId, partition, startOffset, 1))) {
    return runSummary(value).newest < oldest;
  }
  return false;
}

/** Inside a write transaction. */
function deleteExpired(
  tables: Tables,
  topicId: number,
  partition: number,
  oldest: number,
  most: number,
): void {
  let { startOffset, endOffset, bytes } = getPartition(tables, topicId, partition);
  const expired: Buffer[] = [];
  for (const { key, value } of tables.runs.getRange(
    firstRuns(topicId, partition, startOffset, RUNS_AT_ONCE),
  )) {
    const { count, newest } = runSummary(value);
    if (newest >= oldest && bytes <= most) break;
    expired.push(Buffer.from(key));
    startOffset = runKeyOffset(key) + count;
    bytes -= value.length;
  }
  for (const key of expired) tables.runs.removeSync(key);
  putPartition(tables, topicId, partition, { startOffset, endOffset, bytes });
}

function firstRuns(topicId: number, partition: number, startOffset: number, limit: number) {
  return { start: runKey(topicId, partition, startOffset), end: runKey(topicId, partition + 1, 0), limit };
}
