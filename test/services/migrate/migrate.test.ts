import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningSkopos, startSkopos } from '../../support/running-skopos.ts';
import { type HBaseServer, startHBase } from '../hbase/server.ts';
import { type KafkaCluster, startKafka } from '../kafka/brokers.ts';
import { type SearchNode, startNode } from '../opensearch/nodes.ts';

const root = path.resolve(import.meta.dirname, '../../..');
let folder: string;
let kafka: KafkaCluster;
let search: SearchNode;
let hbase: HBaseServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-moving-'));
  [kafka, search, hbase] = await Promise.all([startKafka(), startNode(), startHBase({ thrift: true })]);
});
afterAll(async () => {
  await Promise.all([kafka?.stop(), search?.stop(), hbase?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      n: from + at,
      ip_dst_addr: (from + at) % 10 === 0 ? '192.0.2.66' : '192.0.2.1',
      timestamp: Date.now(),
    }),
  ).join('\n');

async function send(running: RunningSkopos, from: number, count: number): Promise<void> {
  const response = await fetch(`${running.url}/api/v1/ingest/json`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines(from, count),
  });
  expect(response.status).toBeLessThan(300);
}

/** The numbers of all events that are found, each as often as it is. */
async function found(running: RunningSkopos): Promise<number[]> {
  const numbers: number[] = [];
  for (let from = 0; ; from += 1000) {
    const { results } = await running.search('*', { from, size: 1000, indices: ['json'] });
    numbers.push(...results.map(({ source }) => source['n'] as number));
    if (results.length < 1000) return numbers.sort((a, b) => a - b);
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const eventually = (assertion: () => Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 240_000, interval: 250 });

it('an installation moves from one machine to Kafka, OpenSearch and HBase with all that it has', {
  timeout: 1_200_000,
}, async () => {
  const config = path.join(folder, 'config');
  const data = path.join(folder, 'data');
  await mkdir(path.join(config, 'enrichments'), { recursive: true });
  await writeFile(path.join(config, 'listeners.json'), '[{ "name": "http", "type": "http" }]');
  await writeFile(
    path.join(config, 'enrichments/json.json'),
    JSON.stringify({
      threatIntel: {
        fieldMap: { hbaseThreatIntel: ['ip_dst_addr'] },
        fieldToTypeMap: { ip_dst_addr: ['malicious_ip'] },
        triageConfig: {
          riskLevelRules: [{ name: 'listed', rule: 'exists(is_alert)', score: 10 }],
          aggregator: 'MAX',
        },
      },
    }),
  );
  const list = path.join(folder, 'list.csv');
  await writeFile(list, 'ip,source\n192.0.2.66,a list\n');
  const skopos = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'bin/skopos.js'), ...args, '--data', data, '--config', config],
      { cwd: folder, maxBuffer: 1e7 },
    );
    return stdout;
  };
  await skopos('load', list, '--type', 'malicious_ip', '--header');

  let running = await startSkopos({ data, config });
  await send(running, 0, 3000);
  await eventually(async () => expect(await found(running)).toEqual(upTo(3000)));
  const { results } = await running.search('n:20', { size: 1 });
  expect(results[0]!.source).toMatchObject({ is_alert: 'true', 'threat.triage.score': 10 });
  await running.request('PATCH', '/api/v1/update/patch', {
    guid: results[0]!.id,
    sensorType: 'json',
    patch: [{ op: 'add', path: '/alert_status', value: 'ESCALATE' }],
  });
  expect(await running.stop()).toBe(0);

  await mkdir(path.join(folder, 'new'));
  const to = path.join(folder, 'new/cluster.json');
  await writeFile(
    to,
    JSON.stringify({
      bus: { type: 'kafka', brokers: kafka.brokers },
      index: { type: 'opensearch', nodes: [search.url] },
      store: { type: 'hbase', servers: [`127.0.0.1:${hbase.thriftPort}`] },
      config: { type: 'kafka' },
    }),
  );
  const report = JSON.parse(await skopos('migrate', '--to', to, '--json')) as {
    same: boolean;
    pushed: number | null;
    compared: { kind: string; name: string; here: number; same: boolean }[];
  };
  expect(report.compared.filter(({ same }) => !same)).toEqual([]);
  expect(report.same).toBe(true);
  // The folder is the first version that all processes run from now on.
  expect(report.pushed).toBe(1);
  expect(report.compared).toContainEqual({
    kind: 'sensor',
    name: 'json',
    here: 3000,
    there: 3000,
    same: true,
  });

  running = await startSkopos({ data: path.join(folder, 'data-2'), config });
  expect(await (await fetch(new URL('/health/ready', running.url))).json()).toMatchObject({
    configuration: { version: 1, newest: 1, refused: null },
  });
  await eventually(async () => expect(await found(running)).toEqual(upTo(3000)));
  await eventually(async () =>
    expect((await running.search('alert_status:ESCALATE')).results[0]?.source).toMatchObject({ n: 20 }),
  );
  // New events go through Kafka, are looked up in HBase, and stand beside the old ones.
  await send(running, 3000, 500);
  await eventually(async () => expect(await found(running)).toEqual(upTo(3500)));
  expect((await running.search('n:3010')).results[0]!.source).toMatchObject({
    is_alert: 'true',
    'threat.triage.score': 10,
  });
  expect(await running.stop()).toBe(0);
  // Without a server too the events are those of the engine that is named now, not of the one that they came from.
  expect(JSON.parse(await skopos('search', 'n:3010', '--json'))).toMatchObject({ n: 3010 });
});
