import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../src/bus/index.ts';
import { Appender, appenderSink, ingestFiles } from '../src/ingest/index.ts';
import { type Program, startProgram } from '../src/program/index.ts';
import { dataFolder, eventually } from './support/running-skopos.ts';

const telemetry = dataFolder('SKOPOS_DATA');

describe.skipIf(telemetry === null)('real telemetry (skipped without its folder: SKOPOS_DATA)', () => {
  let folder: string;
  let program: Program;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'skopos-data-'));
    program = await startProgram({
      dataFolder: folder,
      // The configuration that ships, without listeners of its own: other tests may have the ports.
      configFolder: null,
      host: '127.0.0.1',
      port: 0,
      logger: pino({ level: 'silent' }),
    });
    token = (JSON.parse(await readFile(path.join(folder, 'server.json'), 'utf8')) as { token: string }).token;
  });
  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function total(indices: string[]): Promise<number> {
    const answer = await fetch(new URL('/api/v1/search/search', program.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '*', size: 0, indices }),
    });
    return ((await answer.json()) as { total: number }).total;
  }

  it('is taken in to the last record, searchable, with none in the error index', {
    timeout: 240_000,
  }, async () => {
    const files = globSync(['zeek-json/*.gz', 'zeek-tsv/*.gz'], { cwd: telemetry! }).map((file) =>
      path.join(telemetry!, file),
    );
    let expected = 0;
    for (const file of files) {
      const text = gunzipSync(await readFile(file)).toString('latin1');
      expected += text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    }
    expect(expected).toBeGreaterThan(100_000);
    const log = openLmdbEventLog(path.join(folder, 'log'));
    const appender = new Appender(log);
    await ingestFiles({ paths: files, sensor: 'zeek', sink: appenderSink(appender) });
    await appender.close();
    await log.close();
    await eventually(async () => program.progress().searchable >= expected, { deadlineMs: 200_000 });
    expect(await total(['zeek'])).toBe(expected);
    expect(await total(['error'])).toBe(0);
  });
});
