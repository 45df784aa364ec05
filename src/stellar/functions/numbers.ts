import { toDouble, toInteger, toLong } from '../convert.ts';
import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, double, float, isNumber, long, numberOf } from '../values.ts';
import { missing } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Conversions to numbers, and mathematics, which gives doubles always. */

const many = Number.POSITIVE_INFINITY;

function conversion(
  name: string,
  type: string,
  what: string,
  convert: (value: unknown) => unknown,
  examples: StellarFunction['examples'],
): StellarFunction {
  return {
    name,
    category: 'conversion',
    description: `Converts a value to ${what}. Collections convert by their first element.`,
    parameters: [parameter('value', 'any', 'What to convert')],
    returns: { type, description: 'The number, null when the value cannot be converted' },
    examples,
    pure: true,
    arity: [1, many],
    call: (_, value) => convert(value),
  };
}

const largestFloat = 3.4028234663852886e38;

const conversions: readonly StellarFunction[] = [
  conversion('TO_INTEGER', 'integer', 'an int of 32 bits; fractions are cut off', toInteger, [
    { expression: "TO_INTEGER(' 42 ')", result: 42 },
    { expression: 'TO_INTEGER(5.9)', result: 5 },
    { expression: "TO_INTEGER('5.9')", result: null },
  ]),
  conversion(
    'TO_LONG',
    'long',
    'a long of 64 bits; fractions are cut off',
    (value) => {
      const whole = toLong(value);
      return whole === null ? null : long(whole);
    },
    [{ expression: "TO_LONG('1452013350000')", result: 1452013350000 }],
  ),
  conversion(
    'TO_DOUBLE',
    'double',
    'a double',
    (value) => {
      const number = toDouble(value);
      return number === null ? null : double(number);
    },
    [
      { expression: "TO_DOUBLE('2.5')", result: 2.5 },
      { expression: "TO_DOUBLE('2,5')", result: null },
    ],
  ),
  conversion(
    'TO_FLOAT',
    'float',
    'a float of 32 bits',
    (value) => {
      const number = toDouble(value);
      if (number === null || (Number.isFinite(number) && Math.abs(number) > largestFloat)) return null;
      return float(number);
    },
    [{ expression: "TO_FLOAT('0.5')", result: 0.5 }],
  ),
];

/** Metron's ROUND: halves go up, towards plus infinity, by way of a 64-bit integer. */
function round(value: number): number {
  return Math.min(2 ** 63, Math.max(-(2 ** 63), Math.round(value))) + 0;
}

function mathematics(
  name: string,
  description: string,
  example: StellarFunction['examples'][number],
  compute: (value: number) => number,
): StellarFunction {
  return {
    name,
    category: 'mathematics',
    description,
    parameters: [optional('number', 'number', 'The argument, taken as a double')],
    returns: { type: 'double', description: 'The result, NaN for null' },
    examples: [example],
    pure: true,
    call: (_, value) => {
      if (value === null || value === undefined) return Number.NaN;
      const number = numberOf(value);
      if (number === undefined)
        throw typeError(`${name} needs a number, not ${describe(value)}`, 'TO_DOUBLE converts text');
      return double(compute(number));
    },
  };
}

const functions: readonly StellarFunction[] = [
  mathematics('ABS', 'The number without its sign.', { expression: 'ABS(-2.5)', result: 2.5 }, Math.abs),
  mathematics('SQRT', 'The square root.', { expression: 'SQRT(6.25)', result: 2.5 }, Math.sqrt),
  mathematics('LN', 'The natural logarithm.', { expression: 'LN(1)', result: 0 }, Math.log),
  mathematics(
    'LOG2',
    'The logarithm to base 2.',
    { expression: 'LOG2(1)', result: 0 },
    (x) => Math.log(x) / Math.LN2,
  ),
  mathematics('LOG10', 'The logarithm to base 10.', { expression: 'LOG10(1000)', result: 3 }, Math.log10),
  mathematics('EXP', 'e to the power of the number.', { expression: 'EXP(0)', result: 1 }, Math.exp),
  mathematics('SIN', 'The sine of an angle in radians.', { expression: 'SIN(0)', result: 0 }, Math.sin),
  mathematics('COS', 'The cosine of an angle in radians.', { expression: 'COS(0)', result: 1 }, Math.cos),
  mathematics('TAN', 'The tangent of an angle in radians.', { expression: 'TAN(0)', result: 0 }, Math.tan),
  mathematics(
    'CEILING',
    'The next whole number that is not less.',
    { expression: 'CEILING(1.2)', result: 2 },
    Math.ceil,
  ),
  mathematics(
    'FLOOR',
    'The next whole number that is not greater.',
    { expression: 'FLOOR(1.8)', result: 1 },
    Math.floor,
  ),
  mathematics(
    'ROUND',
    'The nearest whole number; halves go up.',
    { expression: 'ROUND(-1.5)', result: -1 },
    round,
  ),
];

const isNan: StellarFunction = {
  name: 'IS_NAN',
  category: 'mathematics',
  description: 'Whether a number is NaN.',
  parameters: [parameter('number', 'number', 'The number')],
  returns: { type: 'boolean', description: 'True for NaN' },
  examples: [{ expression: 'IS_NAN(0.0 / 0.0)', result: true }],
  pure: true,
  arity: [1, 1],
  call: (_, value) => {
    if (value === undefined) throw missing('IS_NAN', 'number');
    if (!isNumber(value)) throw typeError(`IS_NAN needs a number, not ${describe(value)}`);
    return Number.isNaN(numberOf(value));
  },
};

export const numberFunctions: readonly StellarFunction[] = [...conversions, ...functions, isNan];
