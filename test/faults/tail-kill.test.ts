import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../src/bus/index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-kill-'));
  mkdirSync(join(folder, 'logs'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 6);
const file = (name: string) => join(folder, 'logs', name);

function stored(): string[] {
  const log = openLmdbEventLog(join(folder, 'bus'), { retentionIntervalMs: 0 });
  const found: string[] = [];
  try {
    for (const partition of [0, 1]) {
      for (let offset = 0; ; ) {
        const batch = log.read('app', partition, offset, { maxRecords: 100_000, maxBytes: 64 * 1024 * 1024 });
        if (batch === null) break;
        for (let i = 0; i < batch.count; i++) found.push(batch.value(i).toString());
        offset = batch.nextOffset;
      }
    }
  } catch {
    // The topic is not there yet.
  } finally {
    void log.close();
  }
  return found;
}

describe('following files in a process that is killed', () => {
  it('finds every line once after kill -9 at random moments, through rotations', {
    timeout: 300_000,
  }, async () => {
    let next = 0;
    const write = (name: string, count: number) => {
      let text = '';
      for (let i = 0; i < count; i++)
        text += `line ${String(next++).padStart(9, '0')} of a log that is followed\n`;
      appendFileSync(file(name), text);
    };
    const rotate = [
      () => renameSync(file('a.log'), file(`a.log.${next}`)),
      () => {
        writeFileSync(file(`a.log.${next}`), readFileSync(file('a.log')));
        truncateSync(file('a.log'));
      },
      () => {
        writeFileSync(file(`a.log.${next}.gz`), gzipSync(readFileSync(file('a.log'))));
        rmSync(file('a.log'));
      },
    ];
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'tail-process.ts'), folder], {
        stdio: 'inherit',
      });
      const exit = once(child, 'exit');
      const until = performance.now() + 600 + Math.random() * 600;
      while (performance.now() < until) {
        write('a.log', 2000);
        if (Math.random() < 0.05) rotate[Math.floor(Math.random() * rotate.length)]!();
        await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
      child.kill('SIGKILL');
      await exit;
      write('a.log', 100);
      if (round % 2 === 1) rotate[round % 3]!();
    }
    const child = spawn(process.execPath, [join(import.meta.dirname, 'tail-process.ts'), folder], {
      stdio: 'inherit',
    });
    const exit = once(child, 'exit');
    try {
      const deadline = performance.now() + 60_000;
      while (new Set(stored()).size < next && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      child.kill('SIGKILL');
      await exit;
    }
    const found = stored();
    const missing = next - new Set(found).size;
    expect(missing).toBe(0);
    expect(found.length).toBe(next);
  });
});
