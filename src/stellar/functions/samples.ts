import { Reservoir } from '../../sketches/index.ts';
import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe } from '../values.ts';
import { absent, elements, integerArgument, iterableArgument, missing } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { sketching, sketchOrNull } from './sketch-arguments.ts';

/** Samples of a stream in which every element has the same chance to be. */

const many = Number.POSITIVE_INFINITY;
const isOne = (value: unknown): value is Reservoir => value instanceof Reservoir;

function sampleOrNull(name: string, value: unknown): Reservoir | null {
  return sketchOrNull(name, 'sample', value, 'a sample', isOne);
}

function addAll(sample: Reservoir, items: Iterable<unknown>): void {
  for (const item of items) if (!absent(item)) sample.add(item);
}

const init: StellarFunction = {
  name: 'SAMPLE_INIT',
  category: 'statistics',
  description: 'A sample that holds nothing yet. The same stream gives the same sample.',
  parameters: [optional('size', 'integer', 'How many elements it keeps; 1,024 when absent or null')],
  returns: { type: 'sample', description: 'The sample' },
  examples: [{ expression: 'SAMPLE_GET(SAMPLE_INIT(2))', result: [] }],
  pure: false,
  arity: [0, many],
  call: (_, size) => {
    if (absent(size)) return new Reservoir();
    const count = integerArgument('SAMPLE_INIT', 'size', size);
    return sketching('SAMPLE_INIT', () => new Reservoir(count));
  },
};

const add: StellarFunction = {
  name: 'SAMPLE_ADD',
  category: 'statistics',
  description: 'Adds an element to a sample, or each element of a list, in place. Nulls are left out.',
  parameters: [
    parameter('sample', 'sample', 'The sample; null makes a new one'),
    parameter('values', 'any', 'The element, or a list of them'),
  ],
  returns: { type: 'sample', description: 'The sample' },
  examples: [{ expression: 'SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(5), [1, 2, 3]))', result: [1, 2, 3] }],
  pure: false,
  arity: [0, many],
  call: (_, given, values) => {
    if (given === undefined) return null;
    if (values === undefined) throw missing('SAMPLE_ADD', 'values');
    const sample = sampleOrNull('SAMPLE_ADD', given) ?? new Reservoir();
    addAll(sample, elements(values) ?? [values]);
    return sample;
  },
};

const get: StellarFunction = {
  name: 'SAMPLE_GET',
  category: 'statistics',
  description: 'The elements of a sample.',
  parameters: [parameter('sample', 'sample', 'The sample')],
  returns: { type: 'list', description: 'The elements, null for null' },
  examples: [{ expression: "SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(5), 'a'))", result: ['a'] }],
  pure: false,
  arity: [0, many],
  call: (_, given) => {
    if (absent(given)) return null;
    const sample = sampleOrNull('SAMPLE_GET', given);
    return sample === null ? null : [...sample.items];
  },
};

const merge: StellarFunction = {
  name: 'SAMPLE_MERGE',
  category: 'statistics',
  description:
    'A sample of the elements of several samples. How many elements each was taken from does not count.',
  parameters: [
    parameter('samples', 'list', 'The samples'),
    optional('base', 'sample', 'Takes the elements in; a new one of the size of the first when absent'),
  ],
  returns: { type: 'sample', description: 'The sample, null when there is none' },
  examples: [
    {
      expression:
        'SAMPLE_GET(SAMPLE_MERGE([SAMPLE_ADD(SAMPLE_INIT(5), [1, 2]), SAMPLE_ADD(SAMPLE_INIT(5), 3)]))',
      result: [1, 2, 3],
    },
  ],
  pure: false,
  arity: [0, many],
  call: (_, list, base) => {
    if (absent(list)) return null;
    let merged = base === undefined ? null : sampleOrNull('SAMPLE_MERGE', base);
    for (const one of iterableArgument('SAMPLE_MERGE', 'samples', list)) {
      if (absent(one)) continue;
      if (!isOne(one)) throw typeError(`SAMPLE_MERGE needs samples, not ${describe(one)}`);
      merged ??= new Reservoir(one.size);
      addAll(merged, [...one.items]);
    }
    return merged;
  },
};

export const sampleFunctions: readonly StellarFunction[] = [init, add, get, merge];
