import { expect, it } from 'vitest';
import { fuzz } from './testing/fuzz-run.ts';

/** `SKOPOS_FUZZ_EXPRESSIONS=1000000` runs the whole of it, with another seed each time (`SKOPOS_FUZZ_SEED`). */
const count = Number(process.env['SKOPOS_FUZZ_EXPRESSIONS'] ?? 20_000);
const seed = Number(process.env['SKOPOS_FUZZ_SEED'] ?? 1);

it('generated code agrees with a walk over the tree, prints to the same tree and never crashes or hangs', () => {
  const report = fuzz(count, seed);
  expect(report.failures).toEqual([]);
  expect(report.compared).toBeGreaterThan(count * 0.45);
  expect(report.valued).toBeGreaterThan(count * 0.2);
  expect(report.slowest.milliseconds, report.slowest.source).toBeLessThan(5000);
}, 900_000);
