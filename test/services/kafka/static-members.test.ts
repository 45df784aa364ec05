/** Static members that are killed, and back before their session is over: the group notices nothing, and has to read on. */
import { Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type EventLog, openKafkaEventLog, type Subscription } from '../../../src/bus/index.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

let cluster: KafkaCluster;
const logs: EventLog[] = [];
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
});

async function open(member: string): Promise<EventLog> {
  const log = await openKafkaEventLog({
    brokers: cluster.brokers,
    groupInstanceId: member,
    heartbeatIntervalMs: 100,
    sessionTimeoutMs: 60_000,
  });
  logs.push(log);
  return log;
}

it('are given what nobody has when one was killed between the round that took it and the one that gives it', async () => {
  const group = 'rounds';
  const log = await open('killed');
  await log.ensureTopic(group, { partitions: 4 });
  const before = await log.subscribe(group, [group]);
  await expect.poll(() => before.assigned().length).toBe(4);
  // It hears that partitions go, and never says that they are free: as one that was killed at that point.
  const hears = Promise.withResolvers<void>();
  const dies = Promise.withResolvers<void>();
  before.onRevoked(() => {
    hears.resolve();
    return dies.promise;
  });
  const beside = await (await open('beside')).subscribe(group, [group]);
  await hears.promise;
  const after = await (await open('killed')).subscribe(group, [group]);
  try {
    const all = (): number => new Set([...namesOf(beside), ...namesOf(after)]).size;
    await expect.poll(all).toBe(4);
  } finally {
    dies.resolve();
  }
});

function namesOf(subscription: Subscription): string[] {
  return subscription.assigned().map(({ topic, partition }) => `${topic}/${partition}`);
}

/** A transaction that stays open, with the position behind the first of two records. */
async function leaveOpen(group: string, transactionalId: string): Promise<Producer> {
  const producer = new Producer({
    clientId: 'killed',
    bootstrapBrokers: [...cluster.brokers],
    transactionalId,
    idempotent: true,
    producerId: -1n,
    producerEpoch: -1,
    timeout: 120_000,
  });
  const begun = await producer.beginTransaction();
  await begun.addConsumer({ groupId: group } as never);
  const consumer = { groupId: group, memberId: '', generationId: -1, coordinatorId: 1 };
  const position = { topic: group, partition: 0, offset: 0n, metadata: { consumer } };
  await begun.addOffset(position as never);
  return producer;
}

async function twoRecords(log: EventLog, topic: string): Promise<void> {
  await log.ensureTopic(topic, { partitions: 1 });
  await log.append(topic, 0, [{ value: Buffer.from('one') }, { value: Buffer.from('two') }]);
  await log.commit(topic, [{ topic, partition: 0, nextOffset: 1 }]);
}

it('begin at once where a transaction was left open when they were killed', async () => {
  const log = await open('left');
  await twoRecords(log, 'left-open');
  const killed = await leaveOpen('left-open', 'skopos-left');
  const member = await log.subscribe('left-open', ['left-open']);
  const batch = await member.next({ maxRecords: 10, maxBytes: 1024 }, AbortSignal.timeout(120_000));
  expect(batch?.value(0).toString()).toBe('two');
  await killed.close(true).catch(() => undefined);
});

it('say which partitions wait for the end of a transaction that somebody else left open', async () => {
  const log = await open('waits');
  await twoRecords(log, 'waits');
  const killed = await leaveOpen('waits', 'skopos-elsewhere');
  const member = await log.subscribe('waits', ['waits']);
  await expect.poll(() => member.notBegun?.(500)).toEqual([{ topic: 'waits', partition: 0 }]);
  await killed.close(true).catch(() => undefined);
  // Who comes under its name ends it.
  const back = await openKafkaEventLog({ brokers: cluster.brokers, groupInstanceId: 'elsewhere' });
  logs.push(back);
  await back.appendTogether([{ topic: 'waits', partition: 0, records: [{ value: Buffer.from('three') }] }]);
  const batch = await member.next({ maxRecords: 10, maxBytes: 1024 }, AbortSignal.timeout(120_000));
  expect(batch?.value(0).toString()).toBe('two');
  expect(member.notBegun?.(0)).toEqual([]);
});
