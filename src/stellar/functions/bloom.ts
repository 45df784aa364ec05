import { BloomFilter, type Hash64, murmur64OfText } from '../../sketches/index.ts';
import { toDouble } from '../convert.ts';
import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, kindOf, textOf, typeName } from '../values.ts';
import { absent, missing } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';
import { sketching, sketchOrNull } from './sketch-arguments.ts';

/** Bloom filters: whether something was seen, in little memory, never wrong about a no. */

const many = Number.POSITIVE_INFINITY;
const otherSeed = 0;
const stringSeed = 1;
const isOne = (value: unknown): value is BloomFilter => value instanceof BloomFilter;

/** What tells elements apart: their type and their text. The int 1, the long 1 and the string '1' are three. */
function hashOf(element: unknown): Hash64 {
  // Nearly all elements are strings: a seed of their own spares making another text.
  if (typeof element === 'string') return murmur64OfText(element, stringSeed);
  return murmur64OfText(`${kindOf(element) ?? typeName(element)}\u0000${textOf(element)}`, otherSeed);
}

function filterArgument(name: string, value: unknown): BloomFilter {
  const filter = sketchOrNull(name, 'filter', value, 'a Bloom filter', isOne);
  if (filter !== null) return filter;
  throw typeError(`${name} needs a Bloom filter, not null`, 'BLOOM_INIT makes one');
}

function numberArgument(parameterName: string, value: unknown, otherwise: number): number {
  if (absent(value)) return otherwise;
  const number = toDouble(value);
  if (number !== null) return number;
  throw typeError(`BLOOM_INIT needs a number as '${parameterName}', not ${describe(value)}`);
}

const init: StellarFunction = {
  name: 'BLOOM_INIT',
  category: 'sets',
  description: 'A Bloom filter that holds nothing yet.',
  parameters: [
    optional('expected', 'integer', 'How many elements it is made for; 100,000 when absent'),
    optional('rate', 'double', 'The share of wrong yeses when it holds so many; 0.01 when absent'),
  ],
  returns: { type: 'Bloom filter', description: 'The filter' },
  examples: [{ expression: "BLOOM_EXISTS(BLOOM_INIT(1000, 0.001), 'a')", result: false }],
  pure: false,
  arity: [0, many],
  call: (_, expected, rate) => {
    const count = numberArgument('expected', expected, 100_000);
    const share = numberArgument('rate', rate, 0.01);
    return sketching('BLOOM_INIT', () => new BloomFilter(count, share));
  },
};

const add: StellarFunction = {
  name: 'BLOOM_ADD',
  category: 'sets',
  description: 'Adds elements to a Bloom filter, in place. The type counts: 1 and 1L are different.',
  parameters: [
    parameter('filter', 'Bloom filter', 'The filter'),
    variadic('values', 'any', 'Elements; nulls are left out'),
  ],
  returns: { type: 'Bloom filter', description: 'The filter' },
  examples: [{ expression: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a'), 'a')", result: true }],
  pure: false,
  arity: [1, many],
  call: (_, given, ...values) => {
    const filter = filterArgument('BLOOM_ADD', given);
    for (const value of values) if (!absent(value)) filter.addHash(hashOf(value));
    return filter;
  },
};

const exists: StellarFunction = {
  name: 'BLOOM_EXISTS',
  category: 'sets',
  description: 'Whether an element was added to a Bloom filter. A yes may be wrong, a no never is.',
  parameters: [parameter('filter', 'Bloom filter', 'The filter'), parameter('value', 'any', 'The element')],
  returns: { type: 'boolean', description: 'True when it was, or seems so; false for null' },
  examples: [{ expression: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a'), 'b')", result: false }],
  pure: false,
  arity: [0, many],
  call: (_, given, value) => {
    if (given === undefined) return false;
    if (absent(value)) {
      sketchOrNull('BLOOM_EXISTS', 'filter', given, 'a Bloom filter', isOne);
      return false;
    }
    return filterArgument('BLOOM_EXISTS', given).hasHash(hashOf(value));
  },
};

const merge: StellarFunction = {
  name: 'BLOOM_MERGE',
  category: 'sets',
  description: 'Takes all that several Bloom filters of one size hold into the first of them.',
  parameters: [parameter('filters', 'list', 'The filters; all else is left out')],
  returns: { type: 'Bloom filter', description: 'The first filter, null when there is none' },
  examples: [
    {
      expression:
        "BLOOM_EXISTS(BLOOM_MERGE([BLOOM_ADD(BLOOM_INIT(), 'a'), BLOOM_ADD(BLOOM_INIT(), 'b')]), 'b')",
      result: true,
    },
  ],
  pure: false,
  arity: [1, many],
  call: (_, list) => {
    if (list === undefined) throw missing('BLOOM_MERGE', 'filters');
    if (!Array.isArray(list)) return null;
    const [first, ...others] = list.filter(isOne);
    if (first === undefined) return null;
    return sketching('BLOOM_MERGE', () => {
      for (const other of others) first.merge(other);
      return first;
    });
  },
};

export const bloomFunctions: readonly StellarFunction[] = [init, add, exists, merge];
