import type { GroupPosition } from '../event-log.ts';
import type { Tables } from './tables.ts';

const EVERY_PARTITION = '*';

/** Inside a write transaction: remembers that the group reads these topics, so that its lag covers what it never committed. */
export function joinTopics(tables: Tables, group: string, topics: readonly string[]): void {
  for (const topic of topics) {
    const key = groupKey(group, topic, EVERY_PARTITION);
    if (!tables.groups.doesExist(key)) tables.groups.putSync(key, offsetBytes(0));
  }
}

/** Inside a write transaction. */
export function commitPositions(tables: Tables, group: string, positions: readonly GroupPosition[]): void {
  joinTopics(tables, group, [...new Set(positions.map(({ topic }) => topic))]);
  for (const { topic, partition, nextOffset } of positions) {
    tables.groups.putSync(groupKey(group, topic, String(partition)), offsetBytes(nextOffset));
  }
}

export function committedPositions(tables: Tables, group: string): GroupPosition[] {
  return entries(tables, group)
    .filter(({ partition }) => partition !== EVERY_PARTITION)
    .map(({ topic, partition, offset }) => ({ topic, partition: Number(partition), nextOffset: offset }))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

export function groupTopics(tables: Tables, group: string): string[] {
  return entries(tables, group)
    .filter(({ partition }) => partition === EVERY_PARTITION)
    .map(({ topic }) => topic);
}

function entries(tables: Tables, group: string): { topic: string; partition: string; offset: number }[] {
  const found: { topic: string; partition: string; offset: number }[] = [];
  // NUL ends the group's name, and no name holds NUL or SOH.
  const range = { start: Buffer.from(`${group}\0`), end: Buffer.from(`${group}\x01`) };
  for (const { key, value } of tables.groups.getRange(range)) {
    const [, topic = '', partition = ''] = key.toString().split('\0');
    found.push({ topic, partition, offset: new DataView(value.buffer, value.byteOffset, 8).getFloat64(0) });
  }
  return found;
}

function groupKey(group: string, topic: string, partition: string): Buffer {
  return Buffer.from(`${group}\0${topic}\0${partition}`);
}

function offsetBytes(offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(offset, 0);
  return bytes;
}
