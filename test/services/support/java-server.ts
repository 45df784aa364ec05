/** A Java program that serves: started, waited for, and ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

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
  /** On loopback, for a server that says so before it listens there. */
  readonly port?: number;
  readonly logFile: string;
}

export interface JavaServer {
  /** Asks it to end; after a grace period it is made to. */
  stop(graceMs?: number): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 300_000;
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
  // Its last lines may come after it has ended.
  const ended = once(child, 'close').then(() => {
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
  if (options.port !== undefined) await listening(options.port, Date.now() + READY_WITHIN_MS);
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

async function listening(port: number, deadline: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
    await pause(50);
  }
}

/**
 * Ports that nobody listens at now, on loopback. None of those that systems give to connections: until its server has them, and while
 * that is killed, somebody's connection would take one.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

export function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
