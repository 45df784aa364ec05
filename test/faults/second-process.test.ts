import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSkopos } from '../support/running-skopos.ts';

describe('two processes on one data folder', () => {
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'skopos-second-'));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  it('the second refuses to start and names the first', async () => {
    const first = await startSkopos({ data });
    try {
      await expect(startSkopos({ data })).rejects.toThrow(
        new RegExp(`process ${first.child.pid}|pid ${first.child.pid}`, 'i'),
      );
    } finally {
      expect(await first.stop()).toBe(0);
    }
  });

  it('after an orderly stop, and after kill -9, the folder opens again at once', async () => {
    const killed = await startSkopos({ data });
    await killed.kill();
    const again = await startSkopos({ data });
    expect(await again.stop()).toBe(0);
  });
});
