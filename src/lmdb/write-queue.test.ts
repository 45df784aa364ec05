import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SkoposError } from '../errors.ts';
import { type BytesTable, type Environment, openEnvironment, openTable } from './environment.ts';
import { WriteQueue } from './write-queue.ts';

let folder: string;
let environment: Environment;
let table: BytesTable;
let queue: WriteQueue;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-queue-'));
  environment = openEnvironment(folder, { maxTables: 2 });
  table = openTable(environment, 'table');
  queue = new WriteQueue(environment, async (cause) => new SkoposError('SKP_TEST', String(cause), { cause }));
});

afterEach(async () => {
  await queue.idle();
  await environment.close();
  await rm(folder, { recursive: true });
});

const put = (key: string) => () => table.putSync(Buffer.from(key), Buffer.from(key));
const has = (key: string) => {
  environment.resetReadTxn();
  return table.doesExist(Buffer.from(key));
};

it('gives each job its result', async () => {
  expect(await Promise.all([1, 2, 3].map((i) => queue.run(1, () => i)))).toEqual([1, 2, 3]);
});

it('rejects only the job that refuses', async () => {
  const refuse = () => {
    throw new SkoposError('SKP_REFUSED', 'no');
  };
  const jobs = await Promise.allSettled([
    queue.run(1, put('a')),
    queue.run(1, refuse),
    queue.run(1, put('b')),
  ]);
  expect(jobs.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([has('a'), has('b')]).toEqual([true, true]);
});

it('writes nothing of a group in which a job fails half way, and goes on with the next', async () => {
  const fail = () => {
    put('half')();
    throw new Error('broken');
  };
  const jobs = await Promise.allSettled([queue.run(1, put('a')), queue.run(1, fail)]);
  expect(jobs.map((job) => job.status === 'rejected' && job.reason.code)).toEqual(['SKP_TEST', 'SKP_TEST']);
  expect([has('a'), has('half')]).toEqual([false, false]);
  await queue.run(1, put('later'));
  expect(has('later')).toBe(true);
});

it('lets a job see what the jobs before it wrote', async () => {
  const first = queue.run(1, put('a'));
  const second = queue.run(1, () => table.doesExist(Buffer.from('a')));
  await first;
  expect(await second).toBe(true);
});
