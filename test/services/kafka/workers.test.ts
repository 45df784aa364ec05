/**
 * Workers of one group on a real Kafka, each a process of its own, while things go wrong. Every event is counted by its number and guid,
 * from the sensor's topic to the topic `indexing`.
 *
 * SKOPOS_FAULT_ROUNDS: how often a worker is killed (3; twenty for a long run).
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunningSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import { eventOf, type Installation, installation, type Load, sendEvents } from './installation.ts';
import { compare, failuresOf, Tally } from './tally.ts';

const rounds = Number(process.env['SKOPOS_FAULT_ROUNDS'] ?? 3);
const partitions = 4;

let cluster: KafkaCluster;
let skopos: Installation | null = null;
let load: Load | null = null;
let made = 0;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await load?.stop();
  load = null;
  await skopos?.stop();
  skopos = null;
});

interface Opened extends Installation {
  /** Name of the sensor, of its topic, and of the group. */
  readonly name: string;
  readonly tally: Tally;
  send(): Load;
  /** Stops the load, and compares what was sent with what came out. */
  compared(what: string): Promise<void>;
}

/** Each test has a sensor, a topic and a group of its own. */
async function open(options: { readonly global?: object } = {}): Promise<Opened> {
  const name = `events${++made}`;
  const opened = await installation(cluster.brokers, {
    parsers: { [name]: { parserClassName: 'json', sensorTopic: name, parserConfig: {} } },
    group: name,
    ...options,
  });
  skopos = opened;
  const { log } = opened;
  await log.ensureTopic(name, { partitions });
  const tally = new Tally(log, name);
  return {
    ...opened,
    name,
    tally,
    send() {
      load = sendEvents(log, name, { partitions, group: name });
      return load;
    },
    async compared(what) {
      const sent = await load!.stop();
      const counted = compare(await tally.settled(sent), sent);
      console.log(`${what}, ${sent} sent: ${JSON.stringify(counted)}`);
      expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
    },
  };
}

const members = (group: string, count: number): Promise<void> =>
  expect.poll(() => cluster.membersOf(group)).toBe(count);

it('lose and double nothing while one of three is killed again and again', {
  timeout: 240_000 + rounds * 90_000,
}, async () => {
  const { name: group, start, send, compared } = await open();
  const names = ['a', 'b', 'c'];
  const running = new Map<string, RunningSkopos>();
  for (const name of names) running.set(name, await start(name, 'work'));
  const { more } = send();
  for (let round = 0; round < rounds; round++) {
    const name = names[round % names.length]!;
    await more(5_000);
    await running.get(name)!.kill();
    // Every other time it stays away until its session is over, and the others have its partitions.
    if (round % 2 === 1) await members(group, names.length - 1);
    running.set(name, await start(name, 'work'));
  }
  await compared(`${rounds} kills`);
});

it('lose and double nothing when each is started anew in turn', async () => {
  const { start, send, compared } = await open();
  const running = [await start('a', 'work'), await start('b', 'work')];
  const { more } = send();
  for (const [at, name] of ['a', 'b'].entries()) {
    await more(3_000);
    expect(await running[at]!.stop()).toBe(0);
    running[at] = await start(name, 'work');
  }
  await compared('rolling restart');
});

it('lose and double nothing when one stands still for longer than its session, and goes on', async () => {
  const { name, start, send, compared } = await open();
  const [a] = [await start('a', 'work'), await start('b', 'work')];
  const { more } = send();
  await more(5_000);
  a!.child.kill('SIGSTOP');
  await members(name, 1);
  // The other one has all of them by now, and works them.
  await more(5_000);
  a!.child.kill('SIGCONT');
  await members(name, 2);
  await more(5_000);
  await compared('stalled');
});

it('set a record aside that ends every worker that works it, and work all others once', async () => {
  const { name, log, tally, start } = await open({ global: { pipeline: { workers: 1, hungSeconds: 3 } } });
  const preload = new URL('../../faults/poisonous-parser.ts', import.meta.url).href;
  const poisonous = { NODE_OPTIONS: `--import=${preload}` };
  const running = [await start('a', 'work', poisonous), await start('b', 'work', poisonous)];
  const poison = ['exit', 'loop'].map((how) => Buffer.from(JSON.stringify({ poison: how })));
  const events = Array.from({ length: 400 }, (_, n) => eventOf(n));
  for (let partition = 0; partition < partitions; partition++) {
    const own = events.slice(partition * 100, (partition + 1) * 100);
    const bad = poison.slice(partition, partition + 1).map((value) => ({ value }));
    await log.append(name, partition, [...own.slice(0, 50), ...bad, ...own.slice(50)]);
  }
  // All of the events, and one error for each of the others, which have no number.
  const counted = await tally.settled(events.length + 1);
  await expect.poll(async () => (await tally.read()).numbers.get(Number.NaN)).toBe(2);
  expect(compare(counted, events.length)).toEqual({ lost: 0, doubled: 0, guids: events.length + 2 });
  const failures = await failuresOf(log, name);
  expect(failures.map(({ value }) => value.toString()).sort()).toEqual(poison.map(String).sort());
  expect(failures.map(({ headers }) => headers['reason']).sort()).toEqual([
    expect.stringContaining('at one batch for'),
    expect.stringContaining('exit code 3'),
  ]);
  const told = (): number =>
    running.flatMap((one) => one.said().match(/ended every worker that worked it/g) ?? []).length;
  await expect.poll(told).toBe(2);
  for (const one of running) expect(await one.stop()).toBe(0);
});

it('read partitions that are added, a record of 20 MiB, and a topic that was deleted and made anew', async () => {
  const { name, log, tally, start } = await open();
  const worker = await start('a', 'work');
  await log.append(name, 0, [eventOf(0)]);
  await tally.settled(1);

  await cluster.addPartitions(name, partitions + 2);
  await expect.poll(() => accepts(log.append(name, partitions + 1, [eventOf(1)]))).toBe(true);
  await tally.settled(2);

  const large = Buffer.from(JSON.stringify({ n: 2, text: 'x'.repeat(20 << 20) }));
  await log.append(name, 1, [{ value: large }, eventOf(3)]);
  // With its original text beside its fields the event is larger than the bus takes: an error, with all of its bytes.
  await tally.settled(4);
  const [failure] = await failuresOf(log, name);
  expect(failure?.value.equals(large)).toBe(true);
  expect(failure?.headers['reason']).toContain('larger than the bus takes');

  await cluster.deleteTopics([name]);
  // The program makes it anew, with the partitions that it makes topics with.
  await expect.poll(() => cluster.partitionsOf(name)).toBe(partitions);
  await expect.poll(() => worker.said()).toContain('topics were gone');
  await expect.poll(() => accepts(log.append(name, 0, [eventOf(4)]))).toBe(true);
  await tally.settled(5);
  const { guids, numbers } = await tally.read();
  expect(guids.size).toBe(5);
  expect(numbers).toEqual(new Map([0, 1, 3, 4, Number.NaN].map((n) => [n, 1])));
  expect(await worker.stop()).toBe(0);
});

/** Whether the brokers, and the client's idea of them, are that far. */
async function accepts(appended: Promise<unknown>): Promise<boolean> {
  return appended.then(
    () => true,
    () => false,
  );
}
