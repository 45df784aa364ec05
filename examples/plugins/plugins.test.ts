import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, type RunningSkopos, startSkopos } from '../../test/support/running-skopos.ts';

let folder: string;
let running: RunningSkopos | null;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-plugin-example-'));
  // Anywhere on the disk, with no package of ours around it.
  await cp(path.join(import.meta.dirname, 'config'), path.join(folder, 'config'), { recursive: true });
  running = null;
});
afterEach(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a parser and a function of the configuration folder work on the stream, and a broken one is told', async () => {
  await writeFile(path.join(folder, 'config/functions/broken.ts'), "throw new Error('no luck');\n");
  const { request, search, url } = (running = await startSkopos({
    data: path.join(folder, 'data'),
    config: path.join(folder, 'config'),
  }));
  const { token } = JSON.parse(await readFile(path.join(folder, 'data/server.json'), 'utf8')) as {
    token: string;
  };
  await fetch(new URL('/api/v1/ingest/doors', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: '2025-11-25T10:00:00Z door=3 badge=4711 granted\n2025-11-25T23:30:00Z door=3 badge=4711 denied\n',
  });
  await eventually(async () => (await search('source.type:doors')).total === 2);
  const { results } = await search('source.type:doors', {
    sort: [{ field: 'timestamp', sortOrder: 'desc' }],
  });
  expect(
    results.map(({ source }) => [source['door'], source['user'], source['outcome'], source['after_hours']]),
  ).toEqual([
    [3, '4711', 'denied', true],
    [3, '4711', 'granted', false],
  ]);
  const health = await fetch(new URL('/health/ready', url));
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    status: 'ready',
    warnings: ['functions/broken.ts was left out: Error: no luck'],
  });
  const problems = await request<{ file: string }[]>('GET', '/api/v1/config/problems');
  expect(problems.map(({ file }) => file)).toContain('functions/broken.ts');
}, 60_000);
