import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventIndex, encodeEvents, openDuckdbIndex } from '../../src/index/index.ts';

/** Needs a file system that can be filled: a mount, so root on Linux. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'skopos-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(mayMount)('a full disk under the event index', () => {
  it.skip('needs the right to mount a file system', () => undefined);
});

describe.runIf(mayMount)('a full disk under the event index', () => {
  let folder: string;
  let index: EventIndex;
  let next = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skopos-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'none', folder]);
    index = await openDuckdbIndex(join(folder, 'data'), { maintainEveryMs: 0, sealRows: 5000 });
  });
  afterAll(async () => {
    await index.close();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(): Promise<void> {
    const size = 1000;
    const events = Array.from({ length: size }, (_, i) => ({
      guid: `g${next + i}`,
      timestamp: next + i,
      text: Math.random().toString(36).repeat(10),
    }));
    const source = { topic: 't', partition: 0, fromOffset: next, nextOffset: next + size };
    await index.write([{ events: [encodeEvents('conn', events)], source }]);
    next += size;
  }
  async function total(): Promise<number> {
    return (await index.search({ query: { type: 'all' }, from: 0, size: 1 })).total;
  }

  it('refuses writes with a clear error, goes on searching, and recovers without loss or doubles', async () => {
    await write();
    const filler = join(folder, 'filler');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 128 * 1024)));
    await expect(write()).rejects.toMatchObject({ code: 'SKP_INDEX_FULL' });
    expect(await total()).toBe(next);
    await expect(write()).rejects.toMatchObject({ code: 'SKP_INDEX_FULL' });
    await index.maintain(Date.now()).catch(() => undefined);
    expect(await total()).toBe(next);
    rmSync(filler);
    for (let i = 0; i < 12; i++) await write();
    await index.maintain(Date.now());
    expect(await total()).toBe(next);
    expect(await index.positions()).toEqual([{ topic: 't', partition: 0, nextOffset: next }]);
    await index.close();
    index = await openDuckdbIndex(join(folder, 'data'), { maintainEveryMs: 0 });
    expect(await total()).toBe(next);
  });
});
