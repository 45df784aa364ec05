/** A Java program that serves: started, waited for, and ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface JavaServerOptions {
  readonly classPath: string;
  readonly mainClass: string;
  readonly args: readonly string[];
  readonly jvm?: readonly string[];
  /** Absent: the one on the path. */
  readonly java?: string;
  readonly heapMb?: number;
  /** The line of its log that says that it is ready. */
  readonly ready: RegExp;
  readonly logFile: string;
}

export interface JavaServer {
  /** Asks it to end; after a grace period it is made to. */
  stop(graceMs?: number): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const running = new Set<ChildProcess>();
// What a test run leaves behind when it is cut off would hold its ports.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startJava(options: JavaServerOptions): Promise<JavaServer> {
  const heap = options.heapMb ?? 1024;
  const child = spawn(
    options.java ?? 'java',
    [
      `-Xms${Math.min(256, heap)}m`,
      `-Xmx${heap}m`,
      ...(options.jvm ?? []),
      '-cp',
      options.classPath,
      options.mainClass,
      ...options.args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const ended = once(child, 'exit').then(() => {
    running.delete(child);
    log.end();
  });
  const tail: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`${options.mainClass} was not ready within ${READY_WITHIN_MS} ms:\n${tail.join('\n')}`),
      );
    }, READY_WITHIN_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${options.mainClass} ended with ${code} before it was ready:\n${tail.join('\n')}`));
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        tail.push(line);
        if (tail.length > 30) tail.shift();
        if (!options.ready.test(line)) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return {
    async stop(graceMs = 10_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Ports that nobody listens at now, on loopback. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
