import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { intendedDifferences, runStellarVectors } from './vectors.ts';

const file = join(process.env['SKOPOS_VECTORS'] ?? '../shared/vectors', 'stellar.jsonl');

it.skipIf(!existsSync(file))(
  'agrees with every observed case of the reference but the intended differences',
  async () => {
    const report = await runStellarVectors(readFileSync(file, 'utf8').split('\n'));
    const unexpected = report.failures.filter(({ id }) => !intendedDifferences.has(id));
    expect(unexpected).toEqual([]);
    expect(report.passed).toBeGreaterThan(3000);
  },
);

it.skipIf(!existsSync(file))('lists no difference that is none', async () => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const failed = new Set((await runStellarVectors(lines)).failures.map(({ id }) => id));
  expect([...intendedDifferences.keys()].filter((id) => !failed.has(id))).toEqual([]);
});

it('tells a wrong result from a right one', async () => {
  const report = await runStellarVectors([
    JSON.stringify({ id: 'a', expr: '1 + 1', vars: {}, expect: 2, numType: 'int' }),
    JSON.stringify({
      id: 'b',
      expr: '1 + 1',
      vars: {},
      expect: { $number: '2', type: 'long' },
      numType: 'long',
    }),
    JSON.stringify({ id: 'c', expr: '1 + 1', vars: {}, error: true }),
    JSON.stringify({ id: 'd', expr: '1', vars: {}, expect: 1, requires: 'what is not here' }),
  ]);
  expect(report.passed).toBe(1);
  expect(report.skipped).toBe(1);
  expect(report.failures.map(({ id }) => id)).toEqual(['b', 'c']);
});
