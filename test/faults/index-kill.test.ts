import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDuckdbIndex } from '../../src/index/index.ts';

const ROUNDS = 8;

it(`has every stored event once after each of ${ROUNDS} kills while writing, sealing and patching`, {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skopos-kill-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const reported = await writeUntilKilled(folder, 3 + Math.floor(Math.random() * 25));
      const index = await openDuckdbIndex(folder, { maintainEveryMs: 0 });
      const position = (await index.positions())[0]!.nextOffset;
      expect(position).toBeGreaterThanOrEqual(reported);
      const { total } = await index.search({ query: { type: 'all' }, from: 0, size: 0 });
      expect(total).toBe(position);
      const groups = await index.histogram({
        query: { type: 'all' },
        timeRange: { from: 0, to: position },
        interval: Math.ceil(position / 100),
      });
      expect(groups.reduce((sum, bucket) => sum + bucket.none, 0)).toBe(position);
      const alerts = await index.search({ query: { type: 'all' }, from: 0, size: 0, alertsOnly: true });
      expect(alerts.total).toBe(Math.ceil(position / 50));
      // What the kill left half done is finished or removed.
      await index.maintain(Date.now());
      expect(
        readdirSync(join(folder, 'segments')).filter((name) => !/^\d+[.](parquet|ngrams)$/.test(name)),
      ).toEqual([]);
      await index.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Kills the writer after so many writes, and a moment of any length; returns the last position that it reported. */
async function writeUntilKilled(folder: string, writes: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'index-writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  let seen = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    for (const line of text.split('\n').filter((l) => l !== '')) {
      last = Number(line);
      if (++seen === writes) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
    }
  });
  await new Promise((resolve) => child.on('close', resolve));
  return last;
}
