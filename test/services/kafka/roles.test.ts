/** Processes of different roles on one Kafka, the index being DuckDB in the data folder of one of them. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { indexingTopic, replayErrors } from '../../../src/pipeline/index.ts';
import { eventually, type RunningSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import { eventOf, type Installation, installation, type Load, sendEvents } from './installation.ts';
import { failuresOf } from './tally.ts';

let cluster: KafkaCluster;
let skopos: Installation | null = null;
let load: Load | null = null;
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

/** How long it takes is the machine's affair. */
const patience = { deadlineMs: 120_000, everyMs: 500 };
const parser = (topic: string): object => ({ parserClassName: 'json', sensorTopic: topic, parserConfig: {} });
const total = async (api: RunningSkopos, query: string): Promise<number> => (await api.search(query)).total;

it('take in, work and search in processes of their own, and replay what failed', async () => {
  skopos = await installation(cluster.brokers, { parsers: { apart: parser('apart') }, group: 'apart' });
  const { log, start } = skopos;
  const [api, , ingest] = await Promise.all([
    start('index', 'index,api'),
    start('work', 'work'),
    start('ingest', 'ingest'),
  ]);
  const body = Array.from({ length: 500 }, (_, n) => `${eventOf(n).value}\n`).join('');
  await ingest!.request('POST', '/api/v1/ingest/apart', JSON.parse(`[${body.trim().split('\n').join(',')}]`));
  await eventually(async () => (await total(api!, 'source.type:apart')) === 500, patience);

  // A record that is no JSON fails in the worker; one that names no sensor fails on its way into the index.
  await log.append('apart', 0, [{ value: Buffer.from('no json') }]);
  await log.append(indexingTopic, 0, [{ value: Buffer.from('{"n":1}') }]);
  const errors = (): Promise<{ total: number }> => api!.search('*:*', { indices: ['error'] });
  await eventually(async () => (await errors()).total === 2, patience);
  const failures = async (): Promise<number> =>
    (await failuresOf(log, 'apart')).length + (await failuresOf(log, indexingTopic)).length;
  expect(await failures()).toBe(2);
  // Nothing was mended, so each fails once more, where it failed before.
  expect(await replayErrors(log, {})).toMatchObject({ replayed: 2, before: 0 });
  await eventually(async () => (await failures()) === 4, patience);
  expect(await replayErrors(log, { dryRun: true })).toMatchObject({ before: 2 });

  // What another program enriched in Metron's form.
  await log.append(indexingTopic, 1, [
    { value: Buffer.from('{"source.type":"other","n":7,"timestamp":1700000000000}') },
  ]);
  await eventually(async () => (await total(api!, 'source.type:other')) === 1, patience);

  const metrics = await (await fetch(new URL('/metrics', api!.url))).text();
  expect(metrics).toMatch(/skopos_lag_records\{group="index",topic="indexing",partition="0"\} 0/);
  const refused = await fetch(new URL('/api/v1/search/search', ingest!.url), { method: 'POST' });
  expect(refused.status).toBeGreaterThanOrEqual(400);
});

it('index each event once while the process that has the index and a worker beside it are killed', async () => {
  skopos = await installation(cluster.brokers, { parsers: { both: parser('both') }, group: 'both' });
  const { log, start } = skopos;
  await log.ensureTopic('both', { partitions: 4 });
  let whole = await start('whole', 'work,index,api');
  let beside = await start('beside', 'work');
  load = sendEvents(log, 'both', { partitions: 4, group: 'both' });
  await load.more(5_000);
  await whole.kill();
  // Its partitions go to the other one, which works again what was not committed.
  await expect.poll(() => cluster.membersOf('both')).toBe(1);
  await load.more(5_000);
  whole = await start('whole', 'work,index,api');
  await beside.kill();
  beside = await start('beside', 'work');
  const sent = await load.stop();
  await eventually(async () => (await total(whole, 'source.type:both')) >= sent, patience);
  // Nothing of it is worked once more.
  await expect.poll(async () => (await log.lag('both')).every(({ lag }) => lag === 0)).toBe(true);
  expect(await total(whole, 'source.type:both')).toBe(sent);
  console.log(`${sent} sent, ${sent} found`);
});
