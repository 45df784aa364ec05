import { toBoolean, toDouble, toInteger, toLong, toText } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, double, isMap, kindOf, mapEntries, numberOf } from '../values.ts';
import { absent, iterableArgument, mapArgument, missing } from './arguments.ts';
import { parameter } from './define.ts';
import { isStatistics } from './statistics.ts';

/** Greatest, least, bins and entropy. */

/**
 * The order of the best value so far and the next one. As in the reference the best is first converted to the type of the
 * next: 1.5 beside 1 counts as 1.
 */
function compareAsNext(name: string, best: unknown, next: unknown): number {
  if (typeof next === 'string') return orderOf(name, toText(best), next, best, next);
  if (typeof next === 'boolean') {
    const converted = toBoolean(best);
    return orderOf(name, converted === null ? null : Number(converted), Number(next), best, next);
  }
  switch (kindOf(next)) {
    case 'int':
      return orderOf(name, toInteger(best), numberOf(next)!, best, next);
    case 'long':
      return orderOf(name, toLong(best), toLong(next)!, best, next);
    case 'float':
    case 'double':
      return orderOf(name, toDouble(best), numberOf(next)!, best, next);
    default:
      throw typeError(`${name} cannot compare ${describe(best)} with ${describe(next)}`);
  }
}

function orderOf<T extends string | number | bigint>(
  name: string,
  a: T | null,
  b: T,
  best: unknown,
  next: unknown,
): number {
  if (a === null) throw typeError(`${name} cannot compare ${describe(best)} with ${describe(next)}`);
  if (a < b) return -1;
  if (a > b) return 1;
  // NaN is greater than all other doubles.
  return Number(typeof a === 'number' && Number.isNaN(a)) - Number(typeof b === 'number' && Number.isNaN(b));
}

function extreme(name: string, description: string, sign: number, result: unknown): StellarFunction {
  return {
    name,
    category: 'lists',
    description: `${description} The best so far is converted to the type of the next element before the two are compared.`,
    parameters: [
      parameter(
        'items',
        'list',
        'The elements: numbers, or strings; nulls are left out. Statistics (STATS_INIT) too',
      ),
    ],
    returns: { type: 'any', description: 'The element, null when there is none' },
    examples: [{ expression: `${name}([7, 3, 9])`, result }],
    pure: true,
    call: (_, items) => {
      if (isStatistics(items)) return double(sign < 0 ? items.max : items.min);
      let best: unknown = null;
      for (const item of iterableArgument(name, 'items', items)) {
        if (absent(item)) continue;
        if (typeof item !== 'string' && typeof item !== 'boolean' && kindOf(item) === undefined) {
          throw typeError(`${name} cannot compare ${describe(item)}`);
        }
        if (best === null || compareAsNext(name, best, item) * sign > 0) best = item;
      }
      return best;
    },
  };
}

const bin: StellarFunction = {
  name: 'BIN',
  category: 'statistics',
  description: 'Which bin a value falls into: the index of the first bound that is not less than it.',
  parameters: [
    parameter('value', 'number', 'The value'),
    parameter('bounds', 'list', 'The upper bounds of the bins, rising'),
  ],
  returns: {
    type: 'integer',
    description: 'The index; the number of bounds when the value is above all; -1 for null and no bounds',
  },
  examples: [{ expression: 'BIN(15, [10, 20, 30])', result: 1 }],
  pure: true,
  arity: [1, Number.POSITIVE_INFINITY],
  call: (_, value, bounds) => {
    const number = toDouble(value);
    if (number === null || absent(bounds)) return -1;
    if (!Array.isArray(bounds)) throw typeError(`BIN needs a list as 'bounds', not ${describe(bounds)}`);
    if (bounds.length === 0) return -1;
    let last = Number.NEGATIVE_INFINITY;
    for (const [i, item] of bounds.entries()) {
      const bound = numberOf(item);
      if (bound === undefined) throw typeError(`BIN needs numbers as 'bounds', not ${describe(item)}`);
      if (bound < last) throw argumentError('BIN needs bounds that rise');
      if (number <= bound) return i;
      last = bound;
    }
    return bounds.length;
  },
};

const itEntropy: StellarFunction = {
  name: 'IT_ENTROPY',
  category: 'statistics',
  description: 'The entropy in bits of a multiset: of a map from each value to how often it was seen.',
  parameters: [parameter('counts', 'map', 'The counts')],
  returns: { type: 'double', description: 'The entropy, null for null' },
  examples: [{ expression: "IT_ENTROPY({'a': 10, 'b': 5, 'c': 5})", result: 1.5 }],
  pure: true,
  call: (_, counts) => {
    if (counts === undefined) throw missing('IT_ENTROPY', 'counts');
    if (counts === null) return null;
    if (!isMap(counts)) throw argumentError(`IT_ENTROPY needs a map, not ${describe(counts)}`);
    const numbers: number[] = [];
    for (const [, count] of mapEntries(mapArgument('IT_ENTROPY', 'counts', counts))) {
      if (kindOf(count) !== 'int') throw typeError(`IT_ENTROPY needs ints as counts, not ${describe(count)}`);
      numbers.push(numberOf(count)!);
    }
    const total = numbers.reduce((sum, count) => sum + count, 0);
    let entropy = 0;
    for (const count of numbers) entropy -= (count / total) * Math.log2(count / total);
    return double(entropy + 0);
  },
};

export const ordinalFunctions: readonly StellarFunction[] = [
  extreme('MAX', 'The greatest element.', -1, 9),
  extreme('MIN', 'The least element.', 1, 3),
  bin,
  itEntropy,
];
