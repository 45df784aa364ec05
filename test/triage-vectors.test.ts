import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTriageVectors } from '../scripts/triage-vectors.ts';

const folder = process.env['SKOPOS_VECTORS'] ?? path.resolve(import.meta.dirname, '../../shared/vectors');
const file = path.join(folder, 'triage.jsonl');

describe.skipIf(existsSync(file))('cases of enrichment and triage', () => {
  it.skip(`are not at ${file}`, () => undefined);
});

describe.runIf(existsSync(file))('cases of enrichment and triage', () => {
  it('all pass, but for those that are different on purpose', async () => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const { passed, failures } = await runTriageVectors(lines);
    expect(failures.map(({ id, detail }) => `${id}: ${detail.split('\n')[0]}`)).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });
});
