/**
 * Workers of one group on a real Kafka, each a process of its own, while things go wrong. Every event is counted by its number and guid,
 * from the sensor's topic to the topic `indexing`.
 *
 * SKOPOS_FAULT_ROUNDS: how often a worker is killed (2; twenty for a long run).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { errorTopic } from '../../../src/pipeline/index.ts';
import type { RunningSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import {
  compare,
  countEvents,
  eventOf,
  type Installation,
  installation,
  sendEvents,
  sessionTimeoutMs,
} from './installation.ts';

const rounds = Number(process.env['SKOPOS_FAULT_ROUNDS'] ?? 2);
const parser = (topic: string): object => ({ parserClassName: 'json', sensorTopic: topic, parserConfig: {} });
const partitions = 4;

let cluster: KafkaCluster;
let skopos: Installation | null = null;
let sending: ReturnType<typeof sendEvents> | null = null;
let made = 0;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await sending?.stop();
  sending = null;
  await skopos?.stop();
  skopos = null;
});

/** Each test has topics and a group of its own; `indexing` is theirs together, so it is made anew. */
async function open(): Promise<Installation & { readonly topic: string }> {
  const topic = `events${++made}`;
  const opened = await installation(cluster.brokers, {
    parsers: { [topic]: parser(topic) },
    group: `group${made}`,
  });
  skopos = opened;
  await cluster.deleteTopics(['indexing', errorTopic]);
  await opened.log.ensureTopic(topic, { partitions });
  return { ...opened, topic };
}

/** When everything that was sent has come out, or nothing more comes. */
async function settled(log: Installation['log'], sent: number, timeout: number): Promise<void> {
  await expect
    .poll(async () => (await countEvents(log, 'indexing')).numbers.size, { timeout, interval: 1_000 })
    .toBe(sent);
}

it('lose and double nothing while one of three is killed again and again', {
  timeout: 300_000 + rounds * 30_000,
}, async () => {
  const { log, topic, start } = await open();
  const names = ['a', 'b', 'c'];
  const running = new Map<string, RunningSkopos>();
  for (const name of names) running.set(name, await start(name, 'work'));
  sending = sendEvents(log, topic, partitions);
  for (let round = 0; round < rounds; round++) {
    const name = names[round % names.length]!;
    const before = sending!.sent();
    await expect.poll(() => sending!.sent(), { timeout: 60_000 }).toBeGreaterThan(before + 5_000);
    await running.get(name)!.kill();
    // Half of the time it stays away until its session is over, and the others have its partitions.
    if (round % 2 === 1) await pause(sessionTimeoutMs + 1_000);
    running.set(name, await start(name, 'work'));
  }
  const sent = await sending.stop();
  await settled(log, sent, 60_000);
  const counted = compare(await countEvents(log, 'indexing'), sent);
  console.log(`${rounds} kills, ${sent} sent: ${JSON.stringify(counted)}`);
  expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
});

it('lose and double nothing when each is started anew in turn', { timeout: 300_000 }, async () => {
  const { log, topic, start } = await open();
  const running = [await start('a', 'work'), await start('b', 'work')];
  sending = sendEvents(log, topic, partitions);
  for (const [at, name] of ['a', 'b'].entries()) {
    const before = sending!.sent();
    await expect.poll(() => sending!.sent(), { timeout: 60_000 }).toBeGreaterThan(before + 3_000);
    expect(await running[at]!.stop()).toBe(0);
    running[at] = await start(name, 'work');
  }
  const sent = await sending.stop();
  await settled(log, sent, 60_000);
  const counted = compare(await countEvents(log, 'indexing'), sent);
  console.log(`rolling restart, ${sent} sent: ${JSON.stringify(counted)}`);
  expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
});

it('lose and double nothing when one stands still for longer than its session, and goes on', {
  timeout: 300_000,
}, async () => {
  const { log, topic, start } = await open();
  const [a] = [await start('a', 'work'), await start('b', 'work')];
  sending = sendEvents(log, topic, partitions);
  await expect.poll(() => sending!.sent(), { timeout: 60_000 }).toBeGreaterThan(5_000);
  a!.child.kill('SIGSTOP');
  await pause(sessionTimeoutMs + 4_000);
  const before = sending!.sent();
  a!.child.kill('SIGCONT');
  await expect.poll(() => sending!.sent(), { timeout: 60_000 }).toBeGreaterThan(before + 5_000);
  const sent = await sending.stop();
  await settled(log, sent, 60_000);
  const counted = compare(await countEvents(log, 'indexing'), sent);
  console.log(`stalled for ${sessionTimeoutMs + 4_000} ms, ${sent} sent: ${JSON.stringify(counted)}`);
  expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
});

it('read partitions that are added, a record of 20 MiB, and a topic that was deleted and made anew', {
  timeout: 300_000,
}, async () => {
  const { log, topic, start } = await open();
  const worker = await start('a', 'work');
  await log.append(topic, 0, [{ value: eventOf(0) }]);
  await settled(log, 1, 30_000);

  await cluster.addPartitions(topic, partitions + 2);
  await log.append(topic, partitions + 1, [{ value: eventOf(1) }]);
  await settled(log, 2, 30_000);

  const large = Buffer.from(JSON.stringify({ n: 2, text: 'x'.repeat(20 << 20) }));
  await log.append(topic, 1, [{ value: large }, { value: eventOf(3) }]);
  // With its original text beside its fields the event is larger than the bus takes: an error, with all of its bytes.
  await settled(log, 4, 30_000);
  const failure = await log.read(errorTopic, 0, 0, { maxRecords: 1, maxBytes: 1 });
  expect(failure?.value(0).equals(large)).toBe(true);
  expect(failure?.headers(0)['reason']).toContain('larger than the bus takes');

  await cluster.deleteTopics([topic]);
  // The program makes it anew, with the partitions that it makes topics with.
  await expect.poll(() => cluster.partitionsOf(topic), { timeout: 60_000 }).toBe(partitions);
  await expect
    .poll(
      () =>
        log.append(topic, 0, [{ value: eventOf(4) }]).then(
          () => true,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  await settled(log, 5, 30_000);
  const { guids, numbers } = await countEvents(log, 'indexing');
  expect(guids.size).toBe(5);
  expect(numbers).toEqual(
    new Map([
      [0, 1],
      [1, 1],
      [3, 1],
      [4, 1],
      [Number.NaN, 1],
    ]),
  );
  expect(await worker.stop()).toBe(0);
});
