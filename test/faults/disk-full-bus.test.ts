import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../src/bus/index.ts';
import { openLmdbKeyValueStore } from '../../src/store/index.ts';

const SIZE = 8 * 1024 * 1024;
const ALL = { maxRecords: 1_000_000, maxBytes: 1 << 30 };

function mountSmall(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'skopos-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}

const probe = process.platform === 'linux' ? mountSmall() : undefined;
if (probe) unmount(probe);
else console.warn('Skipped: tests of a full disk need the right to mount a small tmpfs');

describe.skipIf(!probe)('a full disk', () => {
  let folder: string | undefined;
  const mounted = () => {
    folder = mountSmall();
    if (!folder) throw new Error('mount failed');
    return folder;
  };

  afterEach(() => {
    if (folder) unmount(folder);
    folder = undefined;
  });

  it('refuses appends with SKP_BUS_FULL, goes on reading, and takes appends again when there is room', async () => {
    const at = mounted();
    const ballast = join(at, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024, 1));
    const log = openLmdbEventLog(join(at, 'bus'), { retentionIntervalMs: 0 });
    await log.ensureTopic('events', { partitions: 1 });
    const accepted: string[] = [];
    const refused: unknown[] = [];
    let sent = 0;
    const batch = () => {
      const names = Array.from({ length: 100 }, () => `${sent++} `);
      return { names, records: names.map((name) => ({ value: Buffer.from(name.padEnd(1_000, 'x')) })) };
    };
    const append = async () => {
      const { names, records } = batch();
      try {
        await log.append('events', 0, records);
        accepted.push(...names);
      } catch (error) {
        refused.push(error);
      }
    };
    const readNames = () => {
      const records = log.read('events', 0, 0, ALL);
      return Array.from(
        { length: records?.count ?? 0 },
        (_, i) => `${records?.value(i).toString().split(' ')[0]} `,
      );
    };

    while (refused.length === 0) await append();
    expect(refused[0]).toMatchObject({ code: 'SKP_BUS_FULL' });
    expect(accepted.length).toBeGreaterThan(1_000);
    expect(readNames()).toEqual(accepted);

    // Again and again, several at once, and the readers still read.
    for (let i = 0; i < 5; i++) await Promise.all([append(), append(), append()]);
    for (const error of refused) expect(error).toMatchObject({ code: 'SKP_BUS_FULL' });
    expect(readNames().sort()).toEqual([...accepted].sort());

    unlinkSync(ballast);
    const before = accepted.length;
    await append();
    await append();
    expect(accepted.length).toBe(before + 200);
    expect(readNames().sort()).toEqual([...accepted].sort());
    await log.close();

    const reopened = openLmdbEventLog(join(at, 'bus'), { retentionIntervalMs: 0 });
    expect(reopened.read('events', 0, 0, ALL)?.count).toBe(accepted.length);
    await reopened.close();
  });

  it('lets retention make room in the log itself', async () => {
    const log = openLmdbEventLog(join(mounted(), 'bus'), { retentionIntervalMs: 0 });
    await log.ensureTopic('events', { partitions: 1, retentionBytes: 1_000_000 });
    const records = Array.from({ length: 100 }, () => ({ value: Buffer.alloc(1_000, 1) }));
    const fill = async () => {
      for (;;) await log.append('events', 0, records);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'SKP_BUS_FULL' });
    await log.enforceRetention(Date.now());
    for (let i = 0; i < 20; i++) await log.append('events', 0, records);
    await log.close();
  });

  it('refuses writes to the key-value store with SKP_STORE_FULL and goes on answering', async () => {
    const at = mounted();
    const ballast = join(at, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024, 1));
    const store = openLmdbKeyValueStore(join(at, 'store'));
    let written = 0;
    const put = async () => {
      const value = 'v'.repeat(50_000);
      await store.putMany('table', [{ key: `${written}`, value }]);
      written++;
    };
    const fill = async () => {
      for (;;) await put();
    };
    await expect(fill()).rejects.toMatchObject({ code: 'SKP_STORE_FULL' });
    expect(store.getMany('table', [`${written - 1}`, `${written}`])[1]).toBeUndefined();
    expect(store.getMany('table', ['0'])[0]).toHaveLength(50_000);
    expect(store.version('table')).toBe(written);
    unlinkSync(ballast);
    await put();
    await store.close();
  });
});
