/** Starts the program as a user does, in a process of its own, and talks to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');

export interface StartOptions {
  readonly data: string;
  readonly config?: string;
  /** Roles of the process; all when absent. */
  readonly role?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningSkopos {
  readonly url: string;
  readonly child: ChildProcess;
  readonly password: string;
  readonly listeners: readonly { readonly kind: string; readonly sensor: string; readonly address: string }[];
  /** As the owner of the data folder. */
  request<T>(method: string, route: string, body?: unknown): Promise<T>;
  search(
    query: string,
    options?: Record<string, unknown>,
  ): Promise<{ total: number; results: { id: string; source: Record<string, unknown> }[] }>;
  /** The end of its log, as far as it was heard. */
  said(): string;
  /** Ends it at once, as kill -9 does. */
  kill(): Promise<void>;
  /** Ends it orderly; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export const password = 'correct horse battery';

const running = new Set<ChildProcess>();
// What a test run leaves behind when it is cut off would go on working.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Rejects with what the process said when it ends before it is ready. */
export async function startSkopos(options: StartOptions): Promise<RunningSkopos> {
  const args = [
    path.join(root, 'bin/skopos.js'),
    'up',
    '--json',
    '--data',
    options.data,
    '--port',
    String(options.port ?? 0),
  ];
  if (options.role !== undefined) args.push('--role', options.role);
  if (options.config !== undefined) args.push('--config', options.config);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, SKOPOS_PASSWORD: password, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  running.add(child);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  void exited.then(() => running.delete(child));
  const started = await Promise.race([
    (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith('{'))
          return JSON.parse(line) as { url: string; listeners: RunningSkopos['listeners'] };
      }
      return null;
    })(),
    exited.then(() => null),
  ]);
  if (started === null) {
    await exited;
    throw new Error(`skopos up ended before it was ready: ${said}`);
  }
  const { token } = JSON.parse(readFileSync(path.join(options.data, 'server.json'), 'utf8')) as {
    token: string;
  };
  const request = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(route, started.url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    ...started,
    child,
    password,
    request,
    search: (query, more = {}) => request('POST', '/api/v1/search/search', { query, size: 10, ...more }),
    said: () => said,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Waits until the condition gives something other than null, undefined or false; rejects after the deadline with what it gave last. */
export async function eventually<T>(
  condition: () => Promise<T | null | undefined | false>,
  { deadlineMs = 30_000, everyMs = 50 } = {},
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await condition();
      if (found !== null && found !== undefined && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end)
      throw new Error(`not within ${deadlineMs} ms; the last answer was ${String(last)}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export function dataFolder(name: string, environment = process.env): string | null {
  const folder = path.join(
    environment[name] ?? path.join(root, '..', 'shared', name === 'SKOPOS_DATA' ? 'data' : 'vectors'),
  );
  return existsSync(folder) ? folder : null;
}
