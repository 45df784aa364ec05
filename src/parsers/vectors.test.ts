import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runStageVectors } from '../transforms/vectors.ts';
import { intendedDifferences } from './intended-differences.ts';
import { builtInPatterns } from './patterns/index.ts';
import { runParserVectors } from './vectors.ts';

const folder = join(
  process.env['SKOPOS_VECTORS'] ?? resolve(import.meta.dirname, '../../../shared/vectors'),
  'parsers',
);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];

/** Pattern files of the program itself are used for the cases, not those that the reference used. */
const readFile = (path: string): string => {
  if (builtInPatterns.has(path)) throw new Error(`Built in: ${path}`);
  return readFileSync(join(folder, path), 'utf8');
};

describe.skipIf(files.length === 0)(
  `cases observed on the reference system${files.length === 0 ? ' (skipped: not here)' : ''}`,
  () => {
    test.each(files)('%s', async (file) => {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      const alone = await runParserVectors(lines, { readFile });
      const stage = runStageVectors(lines, { readFile });
      expect([...alone.failures, ...stage.failures]).toEqual([]);
      expect(alone.skipped + stage.skipped).toBe(alone.passed + stage.passed);
    });

    test('differ from what is here in those of the table of intended differences alone, and in all of them', async () => {
      const differing: string[] = [];
      for (const file of files) {
        const lines = readFileSync(join(folder, file), 'utf8').split('\n');
        const options = { readFile, differences: new Map() };
        const alone = await runParserVectors(lines, options);
        const stage = runStageVectors(lines, options);
        differing.push(...[...alone.failures, ...stage.failures].map(({ id }) => id));
      }
      // Integers beyond 2^53 are text in cases as this reader reads them, too.
      const told = [...intendedDifferences.keys()].filter((id) => id !== 'jsonmap-0036');
      expect(differing.sort()).toEqual(told.sort());
    });
  },
);

describe('the runner of cases', () => {
  const run = (...vectors: object[]) => runParserVectors(vectors.map((vector) => JSON.stringify(vector)));
  const base = { id: 'x-1', parser: 'jsonmap', config: {}, outcome: 'ok', exact: true };

  test('passes a case whose message is as told', async () => {
    const report = await run({ ...base, raw: '{"a":1,"timestamp":2}', expect: { a: 1, timestamp: 2 } });
    expect(report).toEqual({ passed: 1, failures: [], skipped: 0 });
  });

  test('tells apart a field too many, one too few and one that differs', async () => {
    const report = await run({
      ...base,
      raw: '{"a":1,"b":2,"timestamp":2}',
      expect: { a: 3, c: 1, timestamp: 2 },
    });
    expect(report.failures[0]?.detail).toBe('a: expected 3, got 1; c is missing; b is not expected: 2');
  });

  test('fails a case that expects an error where none comes, and the reverse', async () => {
    const report = await run(
      { ...base, raw: '{"timestamp":1}', outcome: 'error' },
      { ...base, raw: '{', expect: {} },
    );
    expect(report.failures.map((failure) => failure.id)).toEqual(['x-1', 'x-1']);
  });

  test('skips other kinds and unknown parsers', async () => {
    const report = await run(
      { id: 'a', kind: 'transform' },
      { ...base, parser: 'nothing', parserClassName: 'x.Nothing' },
    );
    expect(report.skipped).toBe(2);
  });

  test('holds an intended difference to what the table says', async () => {
    const differences = new Map([['x-1', { reason: 'test', instead: { expect: { a: 2, timestamp: 2 } } }]]);
    const lines = [JSON.stringify({ ...base, raw: '{"a":1,"timestamp":2}', expect: { a: 1, timestamp: 2 } })];
    expect((await runParserVectors(lines, { differences })).failures).toHaveLength(1);
  });
});
