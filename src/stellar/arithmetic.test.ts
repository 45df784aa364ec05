import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, divide, multiply, negate, remainder, subtract } from './arithmetic.ts';
import { StellarError } from './errors.ts';
import { double, float, kindOf, long, numberOf, StellarLong, textOf, whole } from './values.ts';

const operations = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': remainder } as const;
type Operator = keyof typeof operations;

/** What a whole-number operation gives, by way of big integers. */
function exact(operator: Operator, a: bigint, b: bigint): bigint {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}

const operator = fc.constantFrom<Operator>('+', '-', '*', '/', '%');
const edges = fc.constantFrom(
  0n,
  1n,
  -1n,
  2n ** 31n - 1n,
  -(2n ** 31n),
  2n ** 31n,
  2n ** 53n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
);
const wholeNumber = fc.oneof(
  edges,
  fc.bigInt({ min: -100n, max: 100n }),
  fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

describe('whole numbers', () => {
  it('are exact, an int while they fit one and no long takes part', () => {
    fc.assert(
      fc.property(operator, wholeNumber, wholeNumber, fc.boolean(), (sign, a, b, asLong) => {
        const left = asLong ? long(a) : whole(a);
        const right = whole(b);
        const run = () => operations[sign](left, right);
        if (b === 0n && (sign === '/' || sign === '%')) {
          expect(run).toThrow(StellarError);
          return;
        }
        const wanted = exact(sign, a, b);
        const result = run();
        expect(textOf(result)).toBe(String(wanted));
        const isLong = kindOf(left) === 'long' || kindOf(right) === 'long';
        const fits = wanted >= -(2n ** 31n) && wanted < 2n ** 31n;
        expect(kindOf(result)).toBe(isLong || !fits ? 'long' : 'int');
      }),
      { numRuns: 5000 },
    );
  });

  it('have no negative zero', () => {
    for (const result of [multiply(0, -5), divide(0, -5), remainder(-4, 2), subtract(0, 0), negate(0)])
      expect(Object.is(result, 0)).toBe(true);
  });
});

describe('doubles', () => {
  it('win over whole numbers, and stay doubles when they are whole', () => {
    fc.assert(
      fc.property(operator, fc.double(), fc.oneof(fc.double(), fc.integer()), (sign, a, b) => {
        const result = operations[sign](double(a), Number.isInteger(b) && (b | 0) === b ? b : double(b));
        const wanted = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[sign];
        expect(kindOf(result)).toBe('double');
        expect(Object.is(numberOf(result), wanted)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('keep the sign of zero under a minus, and floats stay floats', () => {
    expect(Object.is(numberOf(negate(double(0))), -0)).toBe(true);
    expect(kindOf(negate(float(1.5)))).toBe('float');
    expect(textOf(negate(new StellarLong(-(2n ** 63n))))).toBe('9223372036854775808');
    expect(negate(null)).toBe(0);
  });
});

describe('texts', () => {
  it('are joined by +, null counting as none', () => {
    expect(add('a', 'b')).toBe('ab');
    expect(add('a', null)).toBe('a');
    expect(add(null, null)).toBe(0);
    for (const other of [1, true, [], double(1)]) expect(() => add('a', other)).toThrow(/joins texts/);
  });
});
