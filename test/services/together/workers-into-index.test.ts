/**
 * Workers on Kafka that write into an index on a server themselves, while they are killed, stand still and are started anew: every event
 * is counted where it is searched.
 *
 * SKOPOS_FAULT_ROUNDS: how often one is killed (2; twenty for a long run).
 */
import { afterEach, expect, it } from 'vitest';
import { eventually, type RunningSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from '../kafka/brokers.ts';
import { type Installation, installation, type Load, sendEvents } from '../kafka/installation.ts';
import { compare } from '../kafka/tally.ts';
import { startNode } from '../opensearch/nodes.ts';
import { startSolr } from '../solr/nodes.ts';

const rounds = Number(process.env['SKOPOS_FAULT_ROUNDS'] ?? 2);
const partitions = 4;
const group = 'flows';

let cluster: KafkaCluster | null = null;
let server: { readonly url: string; stop(): Promise<void> } | null = null;
let skopos: Installation | null = null;
let load: Load | null = null;
afterEach(async () => {
  await load?.stop();
  await skopos?.stop();
  await Promise.all([cluster?.stop(), server?.stop()]);
  [load, skopos, cluster, server] = [null, null, null, null];
});

it.each([
  ['opensearch', startNode],
  ['solr', startSolr],
] as const)(
  'lose and double nothing in %s',
  { timeout: 600_000 + rounds * 90_000 },
  async (type, startServer) => {
    [cluster, server] = await Promise.all([startKafka(), startServer()]);
    skopos = await installation(cluster.brokers, {
      parsers: { [group]: { parserClassName: 'json', sensorTopic: group, parserConfig: {} } },
      group,
      cluster: { index: { type, nodes: [server.url] } },
    });
    const { log, start } = skopos;
    const members = (count: number): Promise<void> =>
      expect.poll(() => cluster!.membersOf(group)).toBe(count);
    await log.ensureTopic(group, { partitions });
    const names = ['a', 'b', 'c'];
    const running = new Map<string, RunningSkopos>();
    for (const name of names) running.set(name, await start(name, 'work,index'));
    load = sendEvents(log, group, { partitions, group, everyMs: 200 });

    for (let round = 0; round < rounds; round++) {
      const name = names[round % names.length]!;
      await load.more(5_000);
      await running.get(name)!.kill();
      if (round % 2 === 1) await members(names.length - 1);
      running.set(name, await start(name, 'work,index'));
    }
    await load.more(5_000);
    running.get('a')!.child.kill('SIGSTOP');
    await members(names.length - 1);
    await load.more(5_000);
    running.get('a')!.child.kill('SIGCONT');
    await members(names.length);
    for (const name of names) {
      await load.more(2_000);
      expect(await running.get(name)!.stop()).toBe(0);
      running.set(name, await start(name, 'work,index'));
    }

    const sent = await load.stop();
    await eventually(async () => (await log.lag(group)).every(({ lag }) => lag === 0), {
      deadlineMs: 240_000,
      everyMs: 500,
    });
    const api = await start('api', 'api');
    await expect.poll(async () => (await api.search(`source.type:${group}`)).total).toBe(sent);
    const counted = compare(await found(api, sent), sent);
    console.log(
      `${type}: ${rounds} kills, one stalled, all started anew, ${sent} sent: ${JSON.stringify(counted)}`,
    );
    expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
  },
);

/** All events of the index, by ranges of their numbers. */
async function found(
  api: RunningSkopos,
  sent: number,
): Promise<{ readonly guids: Map<string, number>; readonly numbers: Map<number, number> }> {
  const guids = new Map<string, number>();
  const numbers = new Map<number, number>();
  const count = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);
  const size = 1_000;
  for (let from = 0; from < sent; from += size / 2) {
    // Room for each to be there twice.
    const { results } = await api.search(`n:[${from} TO ${from + size / 2 - 1}]`, { size, indices: [group] });
    for (const { id, source } of results) {
      count(guids, id);
      count(numbers, source['n'] as number);
    }
  }
  return { guids, numbers };
}
