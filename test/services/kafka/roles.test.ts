/** Processes of different roles on one Kafka, the index being DuckDB in the data folder of one of them. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { errorTopic, indexingTopic } from '../../../src/pipeline/index.ts';
import { eventually, type RunningSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import { eventOf, type Installation, installation, sendEvents, sessionTimeoutMs } from './installation.ts';

let cluster: KafkaCluster;
let skopos: Installation | null = null;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await skopos?.stop();
  skopos = null;
});

const parser = (topic: string): object => ({ parserClassName: 'json', sensorTopic: topic, parserConfig: {} });
const total = async (api: RunningSkopos, query: string): Promise<number> => (await api.search(query)).total;

it('take in, work and search in processes of their own, and replay what failed', {
  timeout: 300_000,
}, async () => {
  skopos = await installation(cluster.brokers, { parsers: { apart: parser('apart') }, group: 'apart' });
  const { log, start } = skopos;
  const [api, , ingest] = await Promise.all([
    start('index', 'index,api'),
    start('work', 'work'),
    start('ingest', 'ingest'),
  ]);
  const body = Array.from({ length: 500 }, (_, n) => `${eventOf(n)}\n`).join('');
  await ingest!.request('POST', '/api/v1/ingest/apart', JSON.parse(`[${body.trim().split('\n').join(',')}]`));
  await eventually(async () => (await total(api!, 'source.type:apart')) === 500, { deadlineMs: 40_000 });

  // A record that is no JSON fails in the worker; one that names no sensor fails on its way into the index.
  await log.append('apart', 0, [{ value: Buffer.from('no json') }]);
  await log.append(indexingTopic, 0, [{ value: Buffer.from('{"n":1}') }]);
  const errors = (): Promise<{ total: number }> => api!.search('*:*', { indices: ['error'] });
  await eventually(async () => (await errors()).total === 2, { deadlineMs: 30_000 });
  const { partitions } = await log.describe(errorTopic);
  expect(partitions[0]?.endOffset).toBeGreaterThanOrEqual(2);

  // What another program enriched in Metron's form.
  await log.append(indexingTopic, 1, [
    { value: Buffer.from('{"source.type":"other","n":7,"timestamp":1700000000000}') },
  ]);
  await eventually(async () => (await total(api!, 'source.type:other')) === 1, { deadlineMs: 30_000 });

  const metrics = await (await fetch(new URL('/metrics', api!.url))).text();
  expect(metrics).toMatch(/skopos_lag_records\{group="index",topic="indexing",partition="0"\} 0/);
  const refused = await fetch(new URL('/api/v1/search/search', ingest!.url), { method: 'POST' });
  expect(refused.status).toBeGreaterThanOrEqual(400);
});

it('index each event once while the process that has the index and a worker beside it are killed', {
  timeout: 400_000,
}, async () => {
  skopos = await installation(cluster.brokers, { parsers: { both: parser('both') }, group: 'both' });
  const { log, start } = skopos;
  await log.ensureTopic('both', { partitions: 4 });
  let whole = await start('whole', 'work,index,api');
  let beside = await start('beside', 'work');
  const sending = sendEvents(log, 'both', 4);
  try {
    await expect.poll(() => sending.sent(), { timeout: 60_000 }).toBeGreaterThan(5_000);
    await whole.kill();
    // Its partitions go to the other one, which works again what was not committed.
    const before = sending.sent();
    await expect.poll(() => sending.sent(), { timeout: 60_000 }).toBeGreaterThan(before + sessionTimeoutMs);
    whole = await start('whole', 'work,index,api');
    await beside.kill();
    beside = await start('beside', 'work');
  } finally {
    await sending.stop();
  }
  const sent = await sending.stop();
  await eventually(async () => (await total(whole, 'source.type:both')) >= sent, {
    deadlineMs: 90_000,
    everyMs: 1_000,
  });
  expect(await total(whole, 'source.type:both')).toBe(sent);
  console.log(`${sent} sent, ${await total(whole, 'source.type:both')} found`);
});
