import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProfilerVectors } from '../scripts/profiler-vectors.ts';

const folder = process.env['SKOPOS_VECTORS'] ?? path.resolve(import.meta.dirname, '../../shared/vectors');
const file = path.join(folder, 'profiler.jsonl');

describe.skipIf(existsSync(file))('cases of statistics and windows', () => {
  it.skip(`are not at ${file}`, () => undefined);
});

describe.runIf(existsSync(file))('cases of statistics and windows', () => {
  it('all pass, but for those that are different on purpose', async () => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const { passed, failures } = await runProfilerVectors(lines);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });
});
