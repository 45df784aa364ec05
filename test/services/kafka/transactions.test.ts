import { Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EventLog, openKafkaEventLog, type RecordBatch } from '../../../src/bus/index.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

let cluster: KafkaCluster;
let log: EventLog;
let topic: string;
let names = 0;
const producers: Producer[] = [];

beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  log = await openKafkaEventLog({
    brokers: cluster.brokers,
    heartbeatIntervalMs: 100,
    sessionTimeoutMs: 10_000,
  });
  topic = `transactions-${names++}`;
  await log.ensureTopic(topic, { partitions: 1 });
});
afterEach(async () => {
  for (const producer of producers.splice(0)) await producer.close(true);
  await log.close();
});

function producerOf(id: string): Producer {
  const producer = new Producer({
    clientId: id,
    bootstrapBrokers: [...cluster.brokers],
    transactionalId: id,
    idempotent: true,
    // Else the client begins with another producer's id, and is fenced off after a restart.
    producerId: -1n,
    producerEpoch: -1,
    timeout: 60_000,
    retries: 100,
    retryDelay: 100,
  });
  producers.push(producer);
  return producer;
}

async function transaction(
  producer: Producer,
  end: 'commit' | 'abort',
  ...values: readonly string[]
): Promise<void> {
  const begun = await producer.beginTransaction();
  for (const value of values) {
    await begun.send({ messages: [{ topic, partition: 0, value: Buffer.from(value) }] });
  }
  await begun[end]();
}

async function readAll(maxBytes: number): Promise<string[]> {
  const texts: string[] = [];
  for (let offset = 0; ; ) {
    const batch = await log.read(topic, 0, offset, { maxRecords: 1_000, maxBytes });
    if (batch === null) return texts;
    texts.push(...textsOf(batch));
    offset = batch.nextOffset;
  }
}

function textsOf(batch: RecordBatch): string[] {
  return Array.from({ length: batch.count }, (_, i) => batch.value(i).toString());
}

describe('records of transactions', () => {
  it('that one producer aborted several times within a fetch are never read', async () => {
    const producer = producerOf('several');
    await transaction(producer, 'abort', 'A1');
    await transaction(producer, 'commit', 'c1');
    await transaction(producer, 'abort', 'A2');
    await transaction(producer, 'abort', 'A3');
    await transaction(producer, 'commit', 'c2');
    expect(await readAll(1 << 20)).toEqual(['c1', 'c2']);
  });

  it('are not read when the marker of the abort lies outside of the fetch', async () => {
    const producer = producerOf('outside');
    await log.append(topic, 0, [{ value: Buffer.from('before') }]);
    const begun = await producer.beginTransaction();
    for (let i = 0; i < 20; i++) {
      await begun.send({ messages: [{ topic, partition: 0, value: Buffer.alloc(1_000, 97 + i) }] });
    }
    await begun.abort();
    await log.append(topic, 0, [{ value: Buffer.from('after') }]);
    expect(await readAll(1_500)).toEqual(['before', 'after']);
  });

  it('are read by a group in the order of the log, aborted ones left out', async () => {
    const producer = producerOf('group');
    await transaction(producer, 'abort', 'A1', 'A2');
    await transaction(producer, 'commit', 'c1', 'c2');
    const member = await log.subscribe(`group-${topic}`, [topic]);
    const texts: string[] = [];
    while (texts.length < 2) {
      const batch = await member.next({ maxRecords: 100, maxBytes: 1 << 20 });
      if (batch === null) break;
      texts.push(...textsOf(batch));
    }
    expect(texts).toEqual(['c1', 'c2']);
    await member.close();
  });

  it('are not read before they are committed, nor is what lies behind them', async () => {
    const producer = producerOf('open');
    const begun = await producer.beginTransaction();
    await begun.send({ messages: [{ topic, partition: 0, value: Buffer.from('open') }] });
    await log.append(topic, 0, [{ value: Buffer.from('behind') }]);
    expect(await readAll(1 << 20)).toEqual([]);
    await begun.commit();
    await expect.poll(() => readAll(1 << 20)).toEqual(['open', 'behind']);
  });

  it('of a producer that was restarted go on, and those of the one before are fenced off', async () => {
    const before = producerOf('restart');
    const open = await before.beginTransaction();
    await open.send({ messages: [{ topic, partition: 0, value: Buffer.from('lost') }] });
    const after = producerOf('restart');
    await transaction(after, 'commit', 'kept');
    await expect(open.commit()).rejects.toThrow();
    expect(await readAll(1 << 20)).toEqual(['kept']);
  });
});

describe('times of records', () => {
  it('that lie far apart in one batch are kept', async () => {
    const times = [Date.now(), 1, 253_402_300_799_000, Date.now() - 2 ** 31, Date.now() + 2 ** 31 + 5];
    await log.append(
      topic,
      0,
      times.map((timestamp) => ({ value: Buffer.from(String(timestamp)), timestamp, headers: { a: 'b' } })),
    );
    const batch = await log.read(topic, 0, 0, { maxRecords: 10, maxBytes: 1 << 20 });
    expect(times.map((_, i) => batch?.timestamp(i))).toEqual(times);
    expect(times.map((_, i) => ({ ...batch?.headers(i) }))).toEqual(times.map(() => ({ a: 'b' })));
  });
});
