import { describe, expect, it } from 'vitest';
import { SketchError } from '../sketches/index.ts';
import { compile } from './compiler.ts';
import { StellarError } from './errors.ts';
import { standardRegistry } from './functions/index.ts';
import { valueFromBytes, valueToBytes } from './stored-values.ts';
import { textOf, typeName } from './values.ts';

const evaluate = (expression: string): unknown =>
  compile(expression, standardRegistry).evaluate([{}], { timeZone: 'UTC' });

describe('values that are kept', () => {
  it.each([
    '1',
    '1L',
    '1.0',
    '0.5',
    '1.5f',
    '9007199254740993L',
    '1.0 / 0',
    '0.0 / 0',
    "'a\\n€'",
    'null',
    'true',
    "[1, 1L, 1.0, [null, 'x']]",
    "{'a' : {'__proto__' : 1L}, 2 : [3.0]}",
    'SET_INIT([1, 1L])',
    "MULTISET_INIT(['a', 'a'])",
    'GET_FIRST(SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(1), -0.0)))',
  ])('come back with their kinds: %s', (expression) => {
    const value = evaluate(expression);
    const back = valueFromBytes(valueToBytes(value));
    expect(back).toEqual(value);
    expect([typeName(back), textOf(back)]).toEqual([typeName(value), textOf(value)]);
  });

  it.each([
    'STATS_ADD(STATS_INIT(), 1, 2, 3)',
    'STATS_ADD(STATS_INIT(2), 1, 2, 3)',
    "HLLP_ADD(HLLP_INIT(), ['a', 'b'])",
    "BLOOM_ADD(BLOOM_INIT(10, 0.1), 'a')",
    "SAMPLE_ADD(SAMPLE_INIT(3), [1L, 1.0, {'a' : 1}, 'x'])",
    'OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE([], null), [1, 2, 3])',
  ])('come back as the sketches they were: %s', (expression) => {
    const bytes = valueToBytes({ of: [evaluate(expression)] });
    expect(valueToBytes(valueFromBytes(bytes))).toEqual(bytes);
  });

  it('keep the kinds of what is in a sample', () => {
    const sample = evaluate("SAMPLE_ADD(SAMPLE_INIT(9), [1L, 1.0, {'a' : 1}])");
    expect(valueFromBytes(valueToBytes(sample))).toMatchObject({
      items: (sample as { items: unknown[] }).items,
    });
  });

  it('never reach a prototype', () => {
    const record = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    const back = valueFromBytes(valueToBytes(record)) as Record<string, unknown>;
    expect(Object.keys(back)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('are not lambdas, nor without bottom', () => {
    expect(() => valueToBytes(evaluate('x -> x'))).toThrow(StellarError);
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => valueToBytes(endless)).toThrow('more than 100 deep');
    const sample = evaluate('SAMPLE_INIT(3)') as { add(item: unknown): void };
    sample.add([sample, sample]);
    expect(() => valueToBytes(sample)).toThrow('within a sample');
  });

  it('end when lists hold each other many times', () => {
    let list: unknown[] = [1];
    for (let i = 0; i < 90; i++) list = [list, list];
    expect(() => valueToBytes(list)).toThrow('parts');
  });

  it.each([
    '',
    '{',
    '{"$": "constructor", "v": 1}',
    '{"$": "long", "v": "x"}',
    '{"$": "long", "v": 5}',
    '{"$": "double", "v": ""}',
    '{"$": "map", "v": [1]}',
    '{"$": "record", "v": [[1, 2]]}',
    '{"$": "statistics", "v": "AAAA"}',
    '{"$": "sample", "v": "U2sGAQ=="}',
    '{"a": 1}',
    '['.repeat(5000) + ']'.repeat(5000),
  ])('that are damaged are refused: %s', (text) => {
    let error: unknown;
    try {
      valueFromBytes(Buffer.from(text));
    } catch (caught) {
      error = caught;
    }
    expect(error instanceof StellarError || error instanceof SketchError).toBe(true);
  });
});
