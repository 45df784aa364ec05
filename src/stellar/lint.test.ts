import { describe, expect, it } from 'vitest';
import type { StellarFunction } from './expression.ts';
import { standardRegistry } from './functions/index.ts';
import { type LintOptions, type LintWarning, lint } from './lint.ts';
import { FunctionRegistry } from './registry.ts';

const warnings = (source: string, options?: LintOptions): readonly LintWarning[] =>
  lint(source, standardRegistry, options);

/** The source with the first fix of its first warning. */
function fixed(source: string, options?: LintOptions, fix = 0): string {
  const [first] = warnings(source, options);
  const { span, fixes } = first!;
  return source.slice(0, span.offset) + fixes[fix]!.replacement + source.slice(span.end);
}

describe('the lint', () => {
  it.each([
    ['10/4*2', 'SKP_LINT_DIVISION', '(10 / 4) * 2'],
    ['a % b * 2', 'SKP_LINT_DIVISION', '(a % b) * 2'],
    ['a and b or c', 'SKP_LINT_AND_OR', '(a and b) or c'],
    ['a or b and c', 'SKP_LINT_AND_OR', 'a or (b and c)'],
    ["x in ['a'] == true", 'SKP_LINT_IN_COMPARISON', "(x in ['a']) == true"],
    ["x not in y == 'z'", 'SKP_LINT_IN_COMPARISON', "(x not in y) == 'z'"],
    ['1 < x < 3', 'SKP_LINT_CHAIN', '1 < x and x < 3'],
    ['if 1 == 1 then a else b', 'SKP_LINT_CONSTANT_CONDITION', 'if (true) then a else b'],
    ["a == 'x' or 'yes'", 'SKP_LINT_CONSTANT_CONDITION', "a == 'x' or (true)"],
    ['not(null)', 'SKP_LINT_CONSTANT_CONDITION', 'not((false))'],
    ["if LENGTH(a) then 'x' else 'y'", 'SKP_LINT_CONDITION_TYPE', "if LENGTH(a) != 0 then 'x' else 'y'"],
    ['a + 1 ? b : c', 'SKP_LINT_CONDITION_TYPE', 'a + 1 != 0 ? b : c'],
    ['match{ true => 1, default => 2 }', 'SKP_LINT_MATCH_TRUE', 'match{ (true) => 1, default => 2 }'],
    ['a > null', 'SKP_LINT_NULL_COMPARISON', 'a != null'],
    ['a in null', 'SKP_LINT_NULL_COMPARISON', 'a == null'],
    ["STARTSWITH(a, 'b')", 'SKP_LINT_UNKNOWN_FUNCTION', "STARTS_WITH(a, 'b')"],
    ['a == True', 'SKP_LINT_KEYWORD_CASE', 'a == true'],
    ['a in [1L]', 'SKP_LINT_NUMBER_KIND', 'a in [1]'],
    ['a in [2.0]', 'SKP_LINT_NUMBER_KIND', 'a in [2]'],
    ['1 / 2', 'SKP_LINT_WHOLE_DIVISION', '1 / 2.0'],
    [
      "IN_SUBNET(ip, '10.0.0.0/8', '10.1.1.0/31')",
      'SKP_LINT_SUBNET',
      "IN_SUBNET(ip, '10.0.0.0/8', '10.1.1.0/30')",
    ],
    ["REGEXP_MATCH(a, 'evil')", 'SKP_LINT_WHOLE_MATCH', "REGEXP_MATCH(a, '.*evil.*')"],
  ])('of %s warns %s and offers %s', (source, code, replaced) => {
    expect(warnings(source).map((warning) => warning.code)).toEqual([code]);
    expect(fixed(source)).toBe(replaced);
    // What is offered compiles to what it says, and is not warned of for the same again.
    expect(warnings(replaced).filter((warning) => warning.code === code)).toEqual([]);
  });

  it.each([
    ['if 5 then a else b', 'SKP_LINT_CONDITION_TYPE'],
    ['a == NaN', 'SKP_LINT_NULL_COMPARISON'],
    ["{'a' : 1, 'b' : 2, 'a' : 3}['a']", 'SKP_LINT_DUPLICATE_KEY'],
    ['(x, x) -> x', 'SKP_LINT_PARAMETER'],
    ['1 / 0', 'SKP_LINT_WHOLE_DIVISION'],
    ["REGEXP_MATCH(a, '[')", 'SKP_LINT_PATTERN'],
    ["REGEXP_MATCH(a, '(a+)+(?=b)')", 'SKP_LINT_PATTERN'],
  ])('of %s warns %s', (source, code) => {
    expect(warnings(source).map((warning) => warning.code)).toEqual([code]);
  });

  it.each([
    '10 / (4 * 2)',
    'a and (b or c)',
    'a and b and c',
    "x in ['a', 'b'] and y == 1",
    'a == null',
    'a != null and a > 3',
    'match{ a == 1 => 1, (true) => 2, default => 3 }',
    'if exists(a) then LENGTH(a) else 0',
    'MAP(list, x -> x + 1)',
    'a in [1, 2, 3000000000]',
    '6 / 3',
    "REGEXP_MATCH(a, 'ev.l')",
    "REGEXP_MATCH(a, '\\\\d{1,3}(?:\\\\.\\\\d{1,3}){3}')",
    'a == b == true',
    '',
  ])('has nothing to say of %s', (source) => {
    expect(warnings(source)).toEqual([]);
  });

  it('knows fields when they are handed in, and parameters of lambdas', () => {
    const fields = ['ip_src_addr', 'list'];
    expect(warnings('ip_src_adr == 1')).toEqual([]);
    expect(fixed('exists( ip_src_adr )', { fields })).toBe('exists( ip_src_addr )');
    expect(warnings("MAP(list, x -> x) and _['odd'] == 1", { fields })).toEqual([]);
    expect(warnings('MAP(list, x -> y)', { fields }).map(({ span }) => span)).toEqual([
      { offset: 15, end: 16 },
    ]);
  });

  it('judges a predicate as a whole', () => {
    expect(warnings('1 == 1')).toEqual([]);
    expect(warnings('1 == 1', { predicate: true }).map(({ code }) => code)).toEqual([
      'SKP_LINT_CONSTANT_CONDITION',
    ]);
  });

  it('gives places counted in lines, in the order of the source', () => {
    const found = warnings('a > null and\n  b in [1L]');
    expect(found.map(({ position }) => [position.line, position.column])).toEqual([
      [1, 1],
      [2, 9],
    ]);
  });

  it('says nothing of what does not parse: the check does', () => {
    expect(warnings('1 +')).toEqual([]);
  });

  it('runs nothing that reaches outside, and bears long rows', () => {
    expect(warnings("if SYSTEM_ENV_GET('HOME') == 'x' then 1 else 2")).toEqual([]);
    expect(warnings(Array.from({ length: 9000 }, (_, i) => `a == ${i}`).join(' or '))).toEqual([]);
  });

  it('takes time in proportion to the arms of a match', () => {
    const source = `match{ ${row((i) => `a == ${i} => true`, 7000, ', ')}, default => 0 }`;
    const started = performance.now();
    expect(warnings(source)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('quotes of a long row no more than helps', () => {
    const terms = Array.from({ length: 1000 }, (_, i) => `a == '${'x'.repeat(100)}${i}'`);
    const source = terms.reduce((left, right, i) => `${left} ${i % 4 < 2 ? 'and' : 'or'} ${right}`);
    const found = warnings(source);
    expect(found).toHaveLength(50);
    expect(JSON.stringify(found).length).toBeLessThan(2 * source.length);
  });

  it('asks once of each part whether it is constant', () => {
    let asked = 0;
    class Counting extends FunctionRegistry {
      override get(name: string): StellarFunction | undefined {
        asked += 1;
        return super.get(name);
      }
    }
    const registry = new Counting(standardRegistry.list());
    const asks = (terms: number): number => {
      asked = 0;
      lint(`${row((i) => `TO_UPPER('a') + 1 == ${i}`, terms, ' and ')} and a`, registry);
      return asked;
    };
    expect(asks(400)).toBeLessThan(5 * asks(100));
  });
});

function row(term: (i: number) => string, count: number, between: string): string {
  return Array.from({ length: count }, (_, i) => term(i)).join(between);
}
