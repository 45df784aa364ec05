import { defaultPrecision, defaultSparsePrecision, HyperLogLog } from '../../sketches/index.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { long, textOf } from '../values.ts';
import { absent, elements, integerArgument, missing } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';
import { sketching, sketchOrNull } from './sketch-arguments.ts';

/** How many different elements there are, about: HyperLogLog++. */

const many = Number.POSITIVE_INFINITY;
const isOne = (value: unknown): value is HyperLogLog => value instanceof HyperLogLog;

const init: StellarFunction = {
  name: 'HLLP_INIT',
  category: 'statistics',
  description:
    'A cardinality sketch that holds nothing yet. Its error is about 1.04 / √(2^precision): 0.8 % with 14.',
  parameters: [
    optional('precision', 'integer', 'Bits of the hash that choose a register, 4 to 24; 14 when absent'),
    optional(
      'sparsePrecision',
      'integer',
      'Bits that are kept while it holds little, up to 32; 25 without any argument; 0 or absent beside a precision: registers from the start',
    ),
  ],
  returns: { type: 'cardinality sketch', description: 'The sketch' },
  examples: [{ expression: 'HLLP_CARDINALITY(HLLP_INIT())', result: 0 }],
  pure: false,
  arity: [0, many],
  call: (_, precision, sparsePrecision) => {
    if (precision === undefined) return new HyperLogLog(defaultPrecision, defaultSparsePrecision);
    const p = integerArgument('HLLP_INIT', 'precision', precision);
    const sp =
      sparsePrecision === undefined ? 0 : integerArgument('HLLP_INIT', 'sparsePrecision', sparsePrecision);
    return sketching('HLLP_INIT', () => new HyperLogLog(p, sp));
  },
};

const add: StellarFunction = {
  name: 'HLLP_ADD',
  category: 'statistics',
  description: 'Adds elements to a cardinality sketch, in place. Elements are the same when their texts are.',
  parameters: [
    parameter('sketch', 'cardinality sketch', 'The sketch; null makes a new one'),
    variadic('values', 'any', 'Elements; of a list each element'),
  ],
  returns: { type: 'cardinality sketch', description: 'The sketch' },
  examples: [{ expression: "HLLP_CARDINALITY(HLLP_ADD(HLLP_INIT(), ['a', 'b', 'a']))", result: 2 }],
  pure: false,
  arity: [2, many],
  call: (_, given, ...values) => {
    if (values.length === 0) throw missing('HLLP_ADD', 'values');
    const sketch =
      sketchOrNull('HLLP_ADD', 'sketch', given, 'a cardinality sketch', isOne) ?? new HyperLogLog();
    for (const value of values) {
      for (const element of elements(value) ?? [value]) sketch.add(absent(element) ? null : textOf(element));
    }
    return sketch;
  },
};

const cardinality: StellarFunction = {
  name: 'HLLP_CARDINALITY',
  category: 'statistics',
  description: 'How many different elements a cardinality sketch was given, about.',
  parameters: [optional('sketch', 'cardinality sketch', 'The sketch')],
  returns: { type: 'long', description: 'The number; 0 for whatever is no cardinality sketch' },
  examples: [{ expression: "HLLP_CARDINALITY(HLLP_ADD(null, 'a'))", result: 1 }],
  pure: false,
  arity: [0, many],
  call: (_, sketch, ...rest) => long(isOne(sketch) && rest.length === 0 ? sketch.cardinality() : 0),
};

const merge: StellarFunction = {
  name: 'HLLP_MERGE',
  category: 'statistics',
  description: 'A cardinality sketch of all that several were given, with the precision of the first.',
  parameters: [parameter('sketches', 'list', 'Sketches of the same precision, or a single one')],
  returns: { type: 'cardinality sketch', description: 'The sketch, null for an empty list' },
  examples: [
    {
      expression: "HLLP_CARDINALITY(HLLP_MERGE([HLLP_ADD(null, 'a'), HLLP_ADD(null, ['a', 'b'])]))",
      result: 2,
    },
  ],
  pure: false,
  arity: [1, 1],
  call: (_, given) => {
    if (given === undefined) throw missing('HLLP_MERGE', 'sketches');
    const list = [...(elements(given) ?? [given])];
    const sketches = list.map((one) => {
      if (isOne(one)) return one;
      throw argumentError('HLLP_MERGE needs cardinality sketches', 'HLLP_INIT makes one');
    });
    const [first] = sketches;
    if (first === undefined) return null;
    if (!Array.isArray(given)) return first;
    const merged = new HyperLogLog(first.precision, first.sparsePrecision);
    return sketching('HLLP_MERGE', () => {
      for (const sketch of sketches) merged.merge(sketch);
      return merged;
    });
  },
};

export const cardinalityFunctions: readonly StellarFunction[] = [init, add, cardinality, merge];
