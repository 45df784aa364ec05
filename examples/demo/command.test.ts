/** `skopos demo` as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-demo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Line {
  readonly url?: string;
  readonly signIn?: { readonly username: string; readonly password: string };
  readonly sent?: number;
  readonly alerts?: number;
}

/** Runs the command; `interruptAt` says at which line it is interrupted as by Ctrl-C. */
async function demo(args: readonly string[], interruptAt = (_: Line) => false) {
  const skopos = path.join(import.meta.dirname, '../../bin/skopos.js');
  const child = spawn(
    process.execPath,
    [skopos, 'demo', '--data', folder, '--port', '0', '--json', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } },
  );
  const exit = once(child, 'exit');
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (interruptAt(line)) child.kill('SIGINT');
  }
  const [code] = await exit;
  return { code, lines };
}

it('plays so many events, shows what became of them, ends by itself, and can be started again', {
  timeout: 180_000,
}, async () => {
  const first = await demo(['--events', '120', '--rate', '60']);
  expect(first.code).toBe(0);
  expect(first.lines[0]!.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(first.lines[0]!.signIn!.username).toBe('admin');
  expect(first.lines.at(-1)).toMatchObject({ sent: 120 });
  expect(first.lines.at(-1)!.alerts).toBeGreaterThan(0);

  const again = await demo([], (line) => (line.sent ?? 0) > 0);
  expect(again.code).toBe(0);
  expect(again.lines[0]!.signIn).toEqual(first.lines[0]!.signIn);
});
