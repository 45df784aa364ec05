import { describe, expect, it } from 'vitest';
import { compile } from './compiler.ts';
import { errorData } from './error-data.ts';
import { StellarError } from './errors.ts';
import { explain } from './explain.ts';
import { standardRegistry } from './functions/index.ts';

function failure(run: () => unknown): StellarError {
  try {
    run();
  } catch (error) {
    if (error instanceof StellarError) return error;
    throw error;
  }
  throw new Error('did not raise');
}

describe('an explanation', () => {
  it('of an expression that nests deeper than the stack says so', () => {
    const deep = `a${' and a'.repeat(10_900)}`;
    expect(failure(() => explain(deep, standardRegistry)).code).toBe('SKP_STELLAR_TOO_DEEP');
  });

  it('shows the code that runs, and which part of the expression each place in it stands for', () => {
    const source = "a + 1 > LENGTH(b) and c in d or 'at = 7, ' == e";
    const { javascript, places, variables, functions } = explain(source, standardRegistry);
    expect(javascript).toBe(compile(source, standardRegistry).javascript);
    expect(places.map(({ text }) => text)).toEqual(['a + 1', 'LENGTH(b)', 'a + 1 > LENGTH(b)', 'c in d']);
    for (const { line, column } of places)
      expect(javascript.split('\n')[line - 1]!.slice(column - 1)).toMatch(/^at = \d+, /);
    expect(variables).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(functions).toEqual(['LENGTH']);
  });

  it('folds what is known: a constant has no place that could raise', () => {
    const { javascript, places } = explain("1 + 2 * 3 == 7 and TO_UPPER('a') == 'A'", standardRegistry);
    expect(javascript).toContain('return true;');
    expect(places).toEqual([]);
  });

  it('shows a long list of literals as a set', () => {
    const list = Array.from({ length: 20 }, (_, i) => `'v${i}'`).join(', ');
    expect(explain(`a in [${list}]`, standardRegistry).javascript).toMatch(/k0\.has\(/);
  });

  it('takes time in proportion to the places', () => {
    const arms = Array.from({ length: 5000 }, (_, i) => `a > ${i} => b + ${i}`).join(',\n ');
    const started = performance.now();
    const { places } = explain(`match{ ${arms}, default => 0 }`, standardRegistry);
    expect(performance.now() - started).toBeLessThan(1500);
    expect(places[9_999]?.position).toEqual({ offset: expect.any(Number), line: 5000, column: 16 });
  });
});

describe('an error', () => {
  it('of an evaluation points at the sub-expression and the operator', () => {
    const source = 'MAP(list,\n  x -> 10 / (x - x))';
    const error = failure(() => compile(source, standardRegistry).evaluate([{ list: [1] }], {}));
    expect(errorData(error)).toEqual({
      code: 'SKP_STELLAR_ARITHMETIC',
      message: 'a whole number is divided by zero',
      hint: 'test the divisor first, or divide by a double (TO_DOUBLE)',
      position: { offset: 20, line: 2, column: 11 },
      span: { offset: 17, end: 29 },
      caret: '  x -> 10 / (x - x))\n          ^',
    });
    expect(source.slice(17, 29)).toBe('10 / (x - x)');
  });

  it('of the syntax says what was expected', () => {
    expect(errorData(failure(() => compile('(a == 1 adn b', standardRegistry)))).toMatchObject({
      code: 'SKP_STELLAR_SYNTAX',
      expected: "')'",
      hint: "did you mean 'and'?",
      span: { offset: 8, end: 11 },
    });
  });

  it('of an index, a sum of a text and a number, and a minus says what is wrong', () => {
    const run = (source: string, scope: Record<string, unknown>) =>
      failure(() => compile(source, standardRegistry).evaluate([scope], {}));
    expect(run("a['k']", { a: [1] }).detail).toBe('a list is indexed by an int, not the string "k"');
    expect(run('1 + a[0]', { a: 5 })).toMatchObject({ position: { offset: 5 }, span: { offset: 4, end: 8 } });
    expect(run("'n: ' + a", { a: 5 }).hint).toContain('TO_STRING');
    expect(run('-a', { a: 'x' }).code).toBe('SKP_STELLAR_TYPE');
    expect(run('a % b', { a: 1, b: 0 }).code).toBe('SKP_STELLAR_ARITHMETIC');
  });
});
