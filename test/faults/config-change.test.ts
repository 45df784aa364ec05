import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type RunningSkopos, startSkopos } from '../support/running-skopos.ts';

describe('a configuration that changes while the program runs', () => {
  let folder: string;
  let skopos: RunningSkopos;
  const file = (name: string): string => path.join(folder, 'config', name);
  let number = 0;

  /** Sends one event and gives it as it is found. */
  async function event(): Promise<Record<string, unknown>> {
    const id = `e${number++}`;
    const answer = await fetch(new URL('/api/v1/ingest/changing', skopos.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: JSON.stringify({ id, ip: '192.0.2.1', is_alert: 'true' }),
    });
    expect(answer.status).toBe(202);
    return eventually(
      async () => (await skopos.search(`id:${id}`, { indices: ['changing'] })).results[0]?.source,
    );
  }

  const rules = (score: number, name = 'Any'): string =>
    JSON.stringify({
      threatIntel: { triageConfig: { riskLevelRules: [{ name, rule: 'true', score }], aggregator: 'MAX' } },
    });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'skopos-change-'));
    for (const name of ['parsers', 'enrichments']) await mkdir(file(name), { recursive: true });
    await writeFile(file('listeners.json'), JSON.stringify([{ name: 'http', type: 'http' }]));
    await writeFile(file('parsers/changing.json'), JSON.stringify({ parserClassName: 'json' }));
    await writeFile(file('enrichments/changing.json'), rules(10));
    skopos = await startSkopos({ data: path.join(folder, 'data'), config: path.join(folder, 'config') });
  });
  afterAll(async () => {
    expect(await skopos.stop()).toBe(0);
    await rm(folder, { recursive: true, force: true });
  });

  it('takes effect without a restart', async () => {
    expect((await event())['threat.triage.score']).toBe(10);
    await writeFile(file('enrichments/changing.json'), rules(20));
    await eventually(async () => (await event())['threat.triage.score'] === 20);
  });

  it('is refused when it is broken, said so, and what held before still holds', async () => {
    await writeFile(file('enrichments/changing.json'), rules(30).replace('"rule"', '"rul"'));
    const problems = await eventually(async () => {
      const found = await skopos.request<{ file: string; message: string; hint?: string }[]>(
        'GET',
        '/api/v1/config/problems',
      );
      return found.some((one) => one.file === 'enrichments/changing.json') && found;
    });
    expect(JSON.stringify(problems)).toContain('rule');
    expect((await event())['threat.triage.score']).toBe(20);
    await writeFile(file('enrichments/changing.json'), rules(40, 'Mended'));
    await eventually(async () => (await event())['threat.triage.score'] === 40);
    expect((await event())['threat.triage.rules.0.name']).toBe('Mended');
  });

  it('adds a sensor, with its topic and its parser', async () => {
    await writeFile(
      file('parsers/added.json'),
      JSON.stringify({ parserClassName: 'csv', parserConfig: { columns: { a: 0, b: 1 } } }),
    );
    await eventually(async () => {
      const answer = await fetch(new URL('/api/v1/ingest/added', skopos.url), {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: 'x,y',
      });
      return answer.status === 202;
    });
    const found = await eventually(
      async () => (await skopos.search('a:x', { indices: ['added'] })).results[0],
    );
    expect(found.source).toMatchObject({ a: 'x', b: 'y', 'source.type': 'added' });
  });
});
