import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotifier, type Notifier } from './notifier.ts';
import { type LmdbEventLog, openLmdbEventLog } from './open.ts';

let folder: string;
let notifier: Notifier;
let log: LmdbEventLog;
const workers: Worker[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-threads-'));
  notifier = createNotifier();
  log = openLmdbEventLog(folder, { notifier, pollMs: 3_600_000 });
  await log.ensureTopic('events', { partitions: 2 });
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
  await log.close();
  await rm(folder, { recursive: true });
});

async function startMember() {
  const worker = new Worker(new URL('./member.worker.ts', import.meta.url), {
    workerData: { folder, notifier },
  });
  workers.push(worker);
  const read: string[] = [];
  const joined = Promise.withResolvers<void>();
  worker.on('message', (message: { joined?: true; texts?: string[] }) => {
    if (message.joined) joined.resolve();
    read.push(...(message.texts ?? []));
  });
  worker.on('error', joined.reject);
  await joined.promise;
  return { worker, read };
}

const append = (partition: number, ...texts: string[]) =>
  log.append(
    'events',
    partition,
    texts.map((text) => ({ value: Buffer.from(text) })),
  );

const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 10_000, interval: 5 });

describe('an event log opened by several threads', () => {
  it('wakes a reader in another thread, which commits while this one appends', async () => {
    const { read } = await startMember();
    const sent: string[] = [];
    for (let i = 0; i < 200; i++) {
      sent.push(`${i}`);
      await append(i % 2, `${i}`);
    }
    await until(() => read.length === 200);
    expect([...read].sort()).toEqual(sent.sort());
    await until(async () => (await log.lag('group')).every(({ lag }) => lag === 0));
  });

  it('wakes a listener here after an append in another instance with the notifier', async () => {
    const other = openLmdbEventLog(folder, { notifier });
    const heard = new Promise<void>((resolve) => log.onAppend('events', resolve));
    await other.append('events', 0, [{ value: Buffer.from('a') }]);
    await heard;
    await other.close();
    await append(0, 'the log goes on when another instance closes');
    expect(log.read('events', 0, 0, { maxRecords: 10, maxBytes: 1_000 })?.count).toBe(2);
  });

  it('goes on appending after a thread was terminated in the middle of its appends', async () => {
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(new URL('./appender.worker.ts', import.meta.url), {
        workerData: { folder, notifier },
      });
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
      await append(0, 'after');
    }
    const batch = log.read('events', 0, 0, { maxRecords: 1e6, maxBytes: 1e9 });
    const texts = Array.from({ length: batch?.count ?? 0 }, (_, i) => batch?.value(i).toString());
    expect(texts.filter((text) => text === 'after')).toHaveLength(5);
    expect(texts.length).toBeGreaterThan(5);
  });

  it('shares a group among threads, and takes back what a terminated thread held', async () => {
    const one = await startMember();
    const here = await log.subscribe('group', ['events']);
    await until(() => here.assigned().length === 1);
    await one.worker.terminate();
    await until(() => here.assigned().length === 2);
    await append(0, 'a');
    await append(1, 'b');
    const texts: string[] = [];
    while (texts.length < 2) {
      const batch = await here.next({ maxRecords: 10, maxBytes: 1_000 });
      for (let i = 0; i < (batch?.count ?? 0); i++) texts.push(batch?.value(i).toString() ?? '');
    }
    expect(texts.sort()).toEqual(['a', 'b']);
  });
});
