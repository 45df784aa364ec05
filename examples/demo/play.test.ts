/** The demo as a user has it: the program with its listeners, the lists, the player; and the queries of docs/demo.md. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  createSender,
  createSimulation,
  loadLists,
  Player,
  sensors,
  storyNames,
} from '../../src/demo/index.ts';
import { localAccessFile, type Program, startProgram } from '../../src/program/index.ts';
import { openLmdbKeyValueStore } from '../../src/store/index.ts';

const speed = 60;
let folder: string;
let program: Program;
let access: { url: string; token: string };
let sent: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-demo-'));
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  await loadLists(path.join(import.meta.dirname, 'lists'), store);
  await store.close();
  program = await startProgram({
    dataFolder: folder,
    configFolder: path.join(import.meta.dirname, 'config'),
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
  });
  access = JSON.parse(readFileSync(path.join(folder, localAccessFile), 'utf8'));
  const stopping = new AbortController();
  const sender = createSender({ ...access, listeners: program.listeners(), signal: stopping.signal });
  const clock = { now: () => Date.now() };
  const simulation = createSimulation({ seed: 'skopos', start: clock.now(), rate: 250, speed });
  const player = new Player({ simulation, sender, clock, signal: stopping.signal, limit: 1_500 });
  await player.play();
  sent = player.sent;
  await sender.close();
}, 60_000);

afterAll(async () => {
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function count(query: string, indices?: readonly string[]): Promise<number> {
  const response = await fetch(new URL('/api/v1/search/search', access.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, size: 1, ...(indices === undefined ? {} : { indices }) }),
  });
  const answer = (await response.json()) as { total: number };
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer.total;
}

it('finds every event that was sent, of every sensor, and no error', async () => {
  await vi.waitFor(async () => expect(await count('*')).toBe(sent), { timeout: 15_000, interval: 200 });
  for (const sensor of sensors) expect(await count('*', [sensor]), sensor).toBeGreaterThan(0);
  expect(await count('*', ['error'])).toBe(0);
});

const guide = readFileSync(path.join(import.meta.dirname, '../../docs/demo.md'), 'utf8');
const queries = [...guide.matchAll(/```lucene\n(.+)\n```/g)].map((match) => match[1]!);

it('has queries in its guide', () => expect(queries.length).toBeGreaterThan(5));

it.each(queries)('finds something by the query of the guide: %s', async (query) => {
  await vi.waitFor(async () => expect(await count(query)).toBeGreaterThan(0), {
    timeout: 15_000,
    interval: 200,
  });
  expect(await count(query)).toBeLessThan(sent / 2);
});

it('tells of each story in its guide', () => {
  for (const story of storyNames) expect(guide.toLowerCase()).toContain(`**${story}.**`);
});
