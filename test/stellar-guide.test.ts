import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, lint, StellarError, standardRegistry, toPlain } from '../src/stellar/index.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../docs/stellar.md'), 'utf8');
const lines = [...guide.matchAll(/```stellar\n(.*?)```/gs)].flatMap((block) => block[1]!.trim().split('\n'));
const event = { user: 'alice', domain: 'example.com', bytes: 2000, 'odd name': 'odd value' };

function outcome(source: string): unknown {
  try {
    return toPlain(compile(source, standardRegistry).evaluate([event], { timeZone: 'UTC' }));
  } catch (error) {
    if (error instanceof StellarError) return `error: ${error.code}`;
    throw error;
  }
}

describe('docs/stellar.md', () => {
  it('has examples', () => expect(lines.length).toBeGreaterThan(40));

  it.each(lines)('%s', (line) => {
    const [, source = '', told = ''] = /^(.*?)\s*\/\/ ((?:=>|error:).*)$/.exec(line) ?? [];
    const [what = '', warnings = ''] = told.split(/,? ?lint: /);
    const result = outcome(source);
    if (what.startsWith('error: ')) expect(result).toBe(what);
    else
      expect(result).toEqual(what === '=> Infinity' ? Number.POSITIVE_INFINITY : JSON.parse(what.slice(3)));
    const codes = lint(source, standardRegistry)
      .map(({ code }) => code)
      // A constant is divided here to show what dividing gives.
      .filter((code) => code !== 'SKP_LINT_WHOLE_DIVISION');
    expect([...new Set(codes)].join(' ')).toBe(warnings);
  });
});
