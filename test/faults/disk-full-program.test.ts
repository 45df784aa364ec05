import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type RunningSkopos, startSkopos } from '../support/running-skopos.ts';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!mayMount)('a full disk (skipped where no file system can be mounted)', () => {
  let mount: string;
  let skopos: RunningSkopos;

  beforeAll(async () => {
    mount = await mkdtemp(path.join(tmpdir(), 'skopos-full-'));
    // What is freed later has room for all that waits in the log: in the database, and in its write-ahead log.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=352m', 'tmpfs', mount]);
    await writeFile(path.join(mount, 'ballast'), Buffer.alloc(256 * 1024 * 1024));
    const config = path.join(mount, 'config');
    await mkdir(path.join(config, 'parsers'), { recursive: true });
    await writeFile(path.join(config, 'listeners.json'), '[{ "name": "http", "type": "http" }]');
    await writeFile(path.join(config, 'parsers', 'full.json'), '{ "parserClassName": "json" }');
    skopos = await startSkopos({ data: path.join(mount, 'data'), config });
  });
  afterAll(async () => {
    await skopos?.kill();
    execFileSync('umount', ['-l', mount]);
    await rm(mount, { recursive: true, force: true });
  });

  it('refuses events with a clear error, lets searches go on, and recovers when there is room again', {
    timeout: 240_000,
  }, async () => {
    const noise = 'x'.repeat(4_000);
    let accepted = 0;
    let refusal: { status: number; problem: { code?: string; message?: string } } | null = null;
    for (let batch = 0; refusal === null && batch < 400; batch++) {
      const body = Array.from({ length: 100 }, (_, at) =>
        JSON.stringify({ id: `b${batch}i${at}`, noise: `${batch} ${at} ${noise}` }),
      ).join('\n');
      const answer = await fetch(new URL('/api/v1/ingest/full', skopos.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
        signal: AbortSignal.timeout(60_000),
      });
      const said = (await answer.json()) as { accepted?: number; code?: string; message?: string };
      accepted += said.accepted ?? 0;
      if (batch === 0)
        await eventually(
          async () => (await skopos.search('*', { size: 0, indices: ['full'] })).total === accepted,
        );
      if (answer.status !== 202) refusal = { status: answer.status, problem: said };
    }
    expect(refusal).not.toBeNull();
    expect([429, 503, 507]).toContain(refusal?.status);
    expect(JSON.stringify(refusal?.problem)).toMatch(/space|full|room|log|behind/i);

    // Searching goes on.
    expect((await skopos.search('*', { size: 1, indices: ['full'] })).total).toBeGreaterThan(0);
    const ready = await fetch(new URL('/health/ready', skopos.url));
    expect(ready.status).toBe(503);

    await rm(path.join(mount, 'ballast'));
    await eventually(
      async () => (await skopos.search('*', { size: 0, indices: ['full'] })).total >= accepted,
      { deadlineMs: 120_000 },
    );
    expect((await skopos.search('*', { size: 0, indices: ['full'] })).total).toBe(accepted);
    const again = await fetch(new URL('/api/v1/ingest/full', skopos.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"id":"after"}',
    });
    expect(again.status).toBe(202);
    await eventually(async () => (await skopos.search('id:after', { indices: ['full'] })).total === 1);
  });
});
