import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { threadMemory } from '../../src/pipeline/index.ts';

/** What a thread may fill its memory with: by one long call, by many short ones, by texts. */
const hoards: Record<string, string> = {
  parsed: `const text = '[' + '{"a":1,"b":"x"},'.repeat(20_000) + '1]'; for (;;) all.push(JSON.parse(text));`,
  arrays: `for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));`,
  objects: `for (let i = 0; ; i++) all.push({ i });`,
  texts: `for (let i = 0; ; i++) all.push('x'.repeat(1_000) + i, [i, i, i, i]);`,
};

/** In a process of its own: what is feared is its end. */
const hoarder = (code: string, limits: unknown) => `
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(${JSON.stringify(`const all = []; ${code}`)}, { eval: true, resourceLimits: ${JSON.stringify(limits)} });
  worker.on('error', ({ code }) => console.log(code));
`;

describe.each(Object.entries(hoards))('a thread that fills its memory with %s', (_, code) => {
  it.each([64, 256, 512])('ends at %d MiB, and the process lives on', { timeout: 60_000 }, async (oldMiB) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '-e',
      hoarder(code, threadMemory(oldMiB)),
    ]);
    expect(stdout.trim()).toBe('ERR_WORKER_OUT_OF_MEMORY');
  });
});
