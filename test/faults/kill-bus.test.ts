import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../src/bus/index.ts';

const ROUNDS = Number(process.env.SKOPOS_FAULT_ROUNDS ?? 5);
const BATCH = 20;
const appender = fileURLToPath(new URL('./bus-appender.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-kill-'));
  const log = openLmdbEventLog(folder);
  await log.ensureTopic('events', { partitions: 2 });
  await log.close();
});

afterAll(() => rm(folder, { recursive: true }));

/** Batches acknowledged before the kill, with their offsets. */
async function appendUntilKilled(round: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [appender, folder, `r${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  await pass(Math.random() * 400);
  child.kill('SIGKILL');
  await closed;
  const lines = output.split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => line.split(' ') as [string, string]).map(([batch, at]) => [batch, Number(at)]),
  );
}

async function readAll(): Promise<{ text: string; partition: number; offset: number }[]> {
  const log = openLmdbEventLog(folder);
  const records: { text: string; partition: number; offset: number }[] = [];
  for (const partition of [0, 1]) {
    for (let offset = 0; ; ) {
      const batch = log.read('events', partition, offset, { maxRecords: 10_000, maxBytes: 1 << 24 });
      if (!batch) break;
      for (let i = 0; i < batch.count; i++) {
        const text = batch.value(i).toString().split(' ')[0] ?? '';
        records.push({ text, partition, offset: batch.offset(i) });
      }
      offset = batch.nextOffset;
    }
  }
  await log.close();
  return records;
}

it(`keeps every acknowledged batch, once and whole, over ${ROUNDS} rounds of kill -9`, async () => {
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [batch, offset] of await appendUntilKilled(round)) acknowledged.set(batch, offset);

    const records = await readAll();
    const found = new Map(records.map((record) => [record.text, record]));
    expect(found.size, 'no record is there twice').toBe(records.length);
    const batches = new Map<string, number>();
    for (const { text } of records) {
      const batch = text.slice(0, text.indexOf('.'));
      batches.set(batch, (batches.get(batch) ?? 0) + 1);
    }
    expect([...batches].filter(([, count]) => count !== BATCH)).toEqual([]);
    const lost = [...acknowledged].filter(([batch, at]) => {
      for (let i = 0; i < BATCH; i++) if (found.get(`${batch}.${i}`)?.offset !== at + i) return true;
      return false;
    });
    expect(lost).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(round);
  }
  console.log(`${acknowledged.size} batches acknowledged before ${ROUNDS} kills`);
});
