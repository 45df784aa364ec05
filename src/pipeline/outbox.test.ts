import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EventLog, openLmdbEventLog } from '../bus/index.ts';
import { Outbox, type OutboxBatch, outboxGroup } from './outbox.ts';

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-outbox-'));
  log = openLmdbEventLog(folder);
  await log.ensureTopic('from', { partitions: 4 });
  await log.ensureTopic('to', { partitions: 2 });
  await log.ensureTopic('errors', { partitions: 1 });
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

const batch = (
  partition: number,
  from: number,
  next: number,
  offsets: readonly number[],
  topic = 'to',
): OutboxBatch => ({
  source: { topic: 'from', partition, fromOffset: from, nextOffset: next },
  records: offsets.map((offset) => ({
    topic,
    offset,
    record: { value: Buffer.from(`${partition}:${offset}`) },
  })),
});

async function held(topic: string, partition = 0): Promise<string[]> {
  const found = await log.read(topic, partition, 0, { maxRecords: 1_000, maxBytes: 1e6 });
  return found === null ? [] : Array.from({ length: found.count }, (_, at) => found.value(at).toString());
}

it('what came from one partition goes to one partition, in its order', async () => {
  await new Outbox(log).append([batch(0, 0, 9, [1, 5]), batch(3, 0, 9, [2, 3]), batch(2, 0, 4, [0])]);
  expect(await held('to', 0)).toEqual(['0:1', '0:5', '2:0']);
  expect(await held('to', 1)).toEqual(['3:2', '3:3']);
});

it('after a crash nothing is appended a second time, however the batches are cut', async () => {
  await new Outbox(log).append([batch(0, 0, 10, [3, 7])]);
  const again = new Outbox(log);
  await again.append([batch(0, 0, 5, [3])]);
  await again.append([batch(0, 5, 20, [7, 12, 13])]);
  await again.append([batch(1, 0, 5, [3])]);
  expect(await held('to', 0)).toEqual(['0:3', '0:7', '0:12', '0:13']);
  expect(await held('to', 1)).toEqual(['1:3']);
});

it('records for several topics are there together with the position, or not at all', async () => {
  const outbox = new Outbox(log);
  const both = [batch(0, 0, 5, [1]), batch(1, 0, 5, [2], 'errors')];
  await expect(outbox.append([...both, batch(2, 0, 5, [1], 'no name')])).rejects.toThrow(/no name/);
  expect([await held('to'), await held('errors')]).toEqual([[], []]);
  expect(await log.committed(outboxGroup)).toEqual([]);
  await outbox.append(both);
  expect([await held('to'), await held('errors')]).toEqual([['0:1'], ['1:2']]);
  expect(await log.committed(outboxGroup)).toHaveLength(2);
});

it('batches without records cost the bus nothing', async () => {
  await new Outbox(log).append([batch(0, 0, 10, [])]);
  expect(await log.committed(outboxGroup)).toEqual([]);
});

it('a topic that could not be made before is made then', async () => {
  await new Outbox(log).append([batch(0, 0, 5, [1], 'late')]);
  expect(await held('late')).toEqual(['0:1']);
});
