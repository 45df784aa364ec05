/** The server over a real index and real accounts, for tests: asked by `inject` or over a socket. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { type EventIndex, encodeEvents, openDuckdbIndex } from '../../index/index.ts';
import { createMetrics } from '../../metrics/index.ts';
import { Accounts, type TokenRole } from '../../security/index.ts';
import { openLmdbKeyValueStore } from '../../store/index.ts';
import { createGrokWorkbench, createStellarWorkbench } from '../../workbench/index.ts';
import type { WireLiveCommit } from '../contract.ts';
import { createServer, type ServerParts } from '../server.ts';

export const base = 1_700_000_000_000;
export const password = 'correct horse battery';

export interface TestServer {
  readonly app: FastifyInstance;
  readonly index: EventIndex;
  readonly accounts: Accounts;
  readonly pageFolder: string;
  /** Epoch ms, as the server and the accounts see it. */
  now: number;
  problems: string[];
  building: string | null;
  commit(commit: WireLiveCommit): void;
  readonly listeners: number;
  write(sensor: string, events: readonly Record<string, unknown>[]): Promise<void>;
  /** Headers that authenticate a program with these roles. */
  bearer(...roles: TokenRole[]): Promise<Record<string, string>>;
  /** Headers of a browser in which this user signed in. */
  session(username: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Users `ann` (analyst), `vic` (viewer), `admin` (administrator), all with the same password. */
export async function testServer(more: Partial<ServerParts> = {}): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-api-'));
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  const index = await openDuckdbIndex(path.join(folder, 'index'), { maintainEveryMs: 0 });
  const listeners = new Set<(commit: WireLiveCommit) => void>();
  const pageFolder = path.join(folder, 'page');
  const clock = { now: () => server.now };
  const accounts = new Accounts(store, clock);
  const server: { -readonly [K in keyof TestServer]: TestServer[K] } = {
    now: base,
    problems: [],
    building: null,
    index,
    accounts,
    pageFolder,
    get listeners() {
      return listeners.size;
    },
    commit: (commit) => {
      for (const listener of listeners) listener(commit);
    },
    async write(sensor, events) {
      await index.write([{ events: [encodeEvents(sensor, events)], source: null }]);
    },
    async bearer(...roles) {
      return { authorization: `Bearer ${await accounts.createToken('test', roles)}` };
    },
    async session(username) {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { username, password },
      });
      return { cookie: String(answer.headers['set-cookie']).split(';')[0]! };
    },
    async close() {
      await server.app.close();
      await index.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  } as Omit<TestServer, 'app'> as TestServer;
  await accounts.setUser('ann', password, ['analyst']);
  await accounts.setUser('vic', password, ['viewer']);
  await accounts.setUser('admin', password, ['administrator']);
  const metrics = createMetrics({ process: false });
  server.app = await createServer({
    index,
    accounts,
    metrics,
    live: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    health: { problems: () => server.problems },
    config: {
      sensors: () => ['squid', 'zeek'],
      read: (area, sensor) => (sensor === 'squid' ? { area } : undefined),
      global: () => ({ 'es.date.format': 'yyyy' }),
      problems: () => [],
    },
    grok: createGrokWorkbench(() => null),
    stellar: createStellarWorkbench(),
    page: { folder: pageFolder, building: () => server.building },
    clock,
    logger: pino({ level: 'silent' }),
    version: '1.2.3',
    refreshMetrics: async () => undefined,
    ingestHelp: () => [{ kind: 'http', sensor: 'zeek', address: 'here', example: 'curl' }],
    ...more,
  });
  await server.app.ready();
  return server;
}

/** A built page, as small as one can be. */
export async function writePage(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Skopos</title>');
  await writeFile(path.join(folder, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(path.join(folder, '.source'), 'stamp');
}
