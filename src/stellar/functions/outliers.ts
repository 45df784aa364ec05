import { MedianDeviation } from '../../sketches/index.ts';
import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, double, isNumber, numberOf } from '../values.ts';
import { absent, elements, iterableArgument, missing } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { sketching, sketchOrNull } from './sketch-arguments.ts';

/** Outliers by the median absolute deviation. */

const many = Number.POSITIVE_INFINITY;
const isOne = (value: unknown): value is MedianDeviation => value instanceof MedianDeviation;

function stateOrNull(name: string, parameterName: string, value: unknown): MedianDeviation | null {
  return sketchOrNull(name, parameterName, value, 'a state of OUTLIER_MAD_STATE_MERGE', isOne);
}

function numberArgument(name: string, value: unknown): number | null {
  if (absent(value)) return null;
  if (isNumber(value)) return numberOf(value) ?? null;
  throw typeError(`${name} needs numbers, not ${describe(value)}`, 'TO_DOUBLE makes a number of a text');
}

const merge: StellarFunction = {
  name: 'OUTLIER_MAD_STATE_MERGE',
  category: 'statistics',
  description:
    'A new state for finding outliers: what the given states saw in their own periods is what it compares with, its own period is empty.',
  parameters: [
    parameter('states', 'list', 'States of earlier periods; null and empty for none'),
    optional('current', 'state', 'The state of the present period'),
  ],
  returns: { type: 'state', description: 'The state' },
  examples: [
    {
      expression: 'OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE([], null), [1, 2, 3, 4, 5]), 3)',
      result: 0,
    },
  ],
  pure: false,
  arity: [1, many],
  call: (_, list, current) => {
    if (list === undefined) throw missing('OUTLIER_MAD_STATE_MERGE', 'states');
    const given = list === null ? [] : [...iterableArgument('OUTLIER_MAD_STATE_MERGE', 'states', list)];
    const states = given
      .map((one) => stateOrNull('OUTLIER_MAD_STATE_MERGE', 'states', one ?? null))
      .filter((one) => one !== null);
    const own = absent(current) ? null : stateOrNull('OUTLIER_MAD_STATE_MERGE', 'current', current);
    return sketching('OUTLIER_MAD_STATE_MERGE', () => MedianDeviation.merged(states, own));
  },
};

const add: StellarFunction = {
  name: 'OUTLIER_MAD_ADD',
  category: 'statistics',
  description: 'Adds a number to a state, or each number of a list, in place. NaN and null are left out.',
  parameters: [
    parameter('state', 'state', 'The state'),
    parameter('value', 'number', 'The number, or a list of numbers'),
  ],
  returns: { type: 'state', description: 'The state, null for null' },
  examples: [
    {
      expression: 'OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE([], null), [1, 2, 3, 4, 5]), 3)',
      result: 0,
    },
  ],
  pure: false,
  arity: [2, many],
  call: (_, given, value) => {
    if (value === undefined) throw missing('OUTLIER_MAD_ADD', 'value');
    const state = stateOrNull('OUTLIER_MAD_ADD', 'state', given);
    if (state === null) return null;
    return sketching('OUTLIER_MAD_ADD', () => {
      for (const item of elements(value) ?? [value]) {
        const number = numberArgument('OUTLIER_MAD_ADD', item);
        if (number !== null) state.add(number);
      }
      return state;
    });
  },
};

const score: StellarFunction = {
  name: 'OUTLIER_MAD_SCORE',
  category: 'statistics',
  description:
    'How far a number lies from the median of what a state saw, in medians of such distances. Above about 3.5 it is an outlier.',
  parameters: [
    parameter('state', 'state', 'The state'),
    parameter('value', 'number', 'The number'),
    optional(
      'scale',
      'double',
      'What the score is multiplied with; 0.6745 when absent, for normal distributions',
    ),
  ],
  returns: {
    type: 'double',
    description: 'The score; NaN for null and when the state saw fewer than two numbers',
  },
  examples: [
    {
      expression:
        'OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE([], null), [1, 2, 3, 4, 5]), 5, 1) > 1',
      result: true,
    },
  ],
  pure: false,
  arity: [2, many],
  call: (_, given, value, scale) => {
    if (value === undefined) throw missing('OUTLIER_MAD_SCORE', 'value');
    const state = stateOrNull('OUTLIER_MAD_SCORE', 'state', given);
    const number = numberArgument('OUTLIER_MAD_SCORE', value);
    if (state === null || number === null) return Number.NaN;
    return double(state.score(number, numberArgument('OUTLIER_MAD_SCORE', scale) ?? undefined));
  },
};

export const outlierFunctions: readonly StellarFunction[] = [merge, add, score];
