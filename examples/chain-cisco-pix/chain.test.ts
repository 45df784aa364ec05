import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type RunningSkopos, startSkopos } from '../../test/support/running-skopos.ts';

const here = import.meta.dirname;
let data: string;
let skopos: RunningSkopos;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'skopos-chain-'));
  skopos = await startSkopos({ data, config: path.join(here, 'config') });
}, 60_000);
afterAll(async () => {
  await skopos?.stop();
  await rm(data, { recursive: true, force: true });
});

it('the sample goes through the router to the sensors of its kinds, or stays, or is an error', {
  timeout: 60_000,
}, async () => {
  const lines = readFileSync(path.join(here, 'sample.txt'), 'utf8').trimEnd().split('\n');
  const response = await fetch(new URL('/api/v1/ingest/pix_router', skopos.url), {
    method: 'POST',
    body: lines.join('\n'),
  });
  expect(response.status).toBe(202);
  const of = async (sensor: string): Promise<Record<string, unknown>[]> => {
    const found = await skopos.search('*', {
      size: 10,
      indices: [sensor],
      sort: [{ field: 'guid', sortOrder: 'asc' }],
    });
    return found.results.map(({ source }) => source);
  };
  await eventually(async () => (await of('error')).length === 1 && (await of('pix_router')).length === 1);

  const connections = await of('pix-6-302');
  expect(connections).toMatchObject([
    {
      action: 'Built',
      direction: 'outbound',
      protocol: 'TCP',
      ip_src_addr: '10.20.0.15',
      ip_src_port: 51544,
      ip_dst_addr: '203.0.113.80',
      ip_dst_port: 443,
      pix_type: '6-302013',
      logical_source_type: 'pix-6-302',
      'source.type': 'pix-6-302',
      // Inherited from the router: the time and the whole line.
      timestamp: Date.UTC(2026, 2, 3, 9, 14, 2),
      original_string: lines[0],
    },
    { action: 'Built', protocol: 'UDP', original_string: lines[3] },
    { action: 'Teardown', duration: '0:01:38', bytes: 48213, original_string: lines[4] },
  ]);
  expect(await of('pix-5-304')).toMatchObject([{ uri: '/reports/q1.html', original_string: lines[1] }]);
  expect(await of('pix_router')).toMatchObject([{ pix_type: '4-106023', original_string: lines[2] }]);
  expect(await of('error')).toMatchObject([
    { failed_sensor_type: 'pix-6-302', chain: 'pix_router > pix-6-302', origin_topic: 'pix_router' },
  ]);
});
