import { type BytesTable, type Environment, openEnvironment, openTable } from '../../lmdb/index.ts';
import type { TopicOptions } from '../event-log.ts';

/*
 * The log's tables:
 *   topics      name                                     → JSON of StoredTopic
 *   partitions  u32 topic, u32 partition                 → f64 first offset, f64 next offset, f64 bytes held (big-endian)
 *   runs        u32 topic, u32 partition, u64 offset     → run (big-endian, so that byte order is offset order)
 *   groups      group NUL topic NUL partition (decimal)  → f64 next offset; partition `*`: the group reads this topic
 *   members     group NUL member                         → topics, NUL between them
 */
export interface Tables {
  readonly environment: Environment;
  readonly topics: BytesTable;
  readonly partitions: BytesTable;
  readonly runs: BytesTable;
  readonly groups: BytesTable;
  readonly members: BytesTable;
}

export interface StoredTopic extends TopicOptions {
  readonly id: number;
}

export interface PartitionState {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly bytes: number;
}

export function openTables(folder: string): Tables {
  const environment = openEnvironment(folder, { maxTables: 8 });
  return {
    environment,
    topics: openTable(environment, 'topics'),
    partitions: openTable(environment, 'partitions'),
    runs: openTable(environment, 'runs'),
    groups: openTable(environment, 'groups'),
    members: openTable(environment, 'members'),
  };
}

export function partitionKey(topicId: number, partition: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, 4);
  return key;
}

export function runKey(topicId: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(16);
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, 4);
  key.writeUInt32BE(Math.floor(offset / 0x1_0000_0000), 8);
  key.writeUInt32BE(offset % 0x1_0000_0000, 12);
  return key;
}

export function runKeyOffset(key: Buffer): number {
  return key.readUInt32BE(8) * 0x1_0000_0000 + key.readUInt32BE(12);
}

export function getPartition(tables: Tables, topicId: number, partition: number): PartitionState {
  const bytes = tables.partitions.getBinary(partitionKey(topicId, partition));
  if (!bytes) return { startOffset: 0, endOffset: 0, bytes: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
  return { startOffset: view.getFloat64(0), endOffset: view.getFloat64(8), bytes: view.getFloat64(16) };
}

/** Inside a write transaction. */
export function putPartition(
  tables: Tables,
  topicId: number,
  partition: number,
  state: PartitionState,
): void {
  const bytes = Buffer.allocUnsafe(24);
  bytes.writeDoubleBE(state.startOffset, 0);
  bytes.writeDoubleBE(state.endOffset, 8);
  bytes.writeDoubleBE(state.bytes, 16);
  tables.partitions.putSync(partitionKey(topicId, partition), bytes);
}

export function getTopic(tables: Tables, topic: string): StoredTopic | undefined {
  const bytes = tables.topics.getBinary(Buffer.from(topic));
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as StoredTopic);
}

export function listTopics(tables: Tables): { name: string; stored: StoredTopic }[] {
  const topics: { name: string; stored: StoredTopic }[] = [];
  for (const { key, value } of tables.topics.getRange({})) {
    topics.push({ name: key.toString(), stored: JSON.parse(Buffer.from(value).toString()) as StoredTopic });
  }
  return topics;
}
