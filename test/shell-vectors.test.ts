import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isShellVector, runShellVector, type ShellVector } from '../scripts/shell-vectors.ts';

const folder = process.env['SKOPOS_VECTORS'] ?? path.resolve(import.meta.dirname, '../../shared/vectors');
const file = path.join(folder, 'stellar.jsonl');

describe.skipIf(existsSync(file))('cases of the shell', () => {
  it.skip(`are not at ${file}`, () => undefined);
});

describe.runIf(existsSync(file))('cases of the shell', () => {
  it('all pass', async () => {
    const vectors = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): ShellVector => JSON.parse(line))
      .filter(isShellVector);
    const failures: string[] = [];
    for (const vector of vectors) {
      const detail = await runShellVector(vector);
      if (detail !== null) failures.push(`${vector.id}: ${detail}`);
    }
    expect(failures).toEqual([]);
    expect(vectors.length).toBeGreaterThan(0);
  });
});
