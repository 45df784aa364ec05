import { OnlineStatistics, type Statistics, WindowStatistics } from '../../sketches/index.ts';
import { toDouble } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, double } from '../values.ts';
import { absent, missing } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';
import { numberOrNull, numbersIn, sketching, sketchOrNull } from './sketch-arguments.ts';

/** Statistics of numbers: over all of them in bounded memory, or over the newest ones. */

const many = Number.POSITIVE_INFINITY;

export function isStatistics(value: unknown): value is Statistics {
  return value instanceof OnlineStatistics || value instanceof WindowStatistics;
}

const statsParameter = parameter('stats', 'statistics', 'What STATS_INIT, STATS_ADD or STATS_MERGE gave');

function statisticsOrNull(name: string, value: unknown): Statistics | null {
  return sketchOrNull(name, 'stats', value, 'statistics', isStatistics);
}

const init: StellarFunction = {
  name: 'STATS_INIT',
  category: 'statistics',
  description:
    'Statistics that hold nothing yet. Without a window they cover all that is added, in bounded memory: exact but for percentiles, which are estimated once there are more than 300 values.',
  parameters: [
    optional('window', 'integer', 'Keep only so many of the newest values; 0 or absent: cover all'),
  ],
  returns: { type: 'statistics', description: 'The statistics' },
  examples: [{ expression: 'STATS_COUNT(STATS_INIT())', result: 0 }],
  pure: false,
  arity: [0, many],
  call: (_, window) => {
    const size = typeof window === 'string' || absent(window) ? 0 : (toDouble(window) ?? 0);
    if (!(size >= 1)) return new OnlineStatistics();
    return sketching('STATS_INIT', () => new WindowStatistics(Math.trunc(size)));
  },
};

const add: StellarFunction = {
  name: 'STATS_ADD',
  category: 'statistics',
  description: 'Adds numbers to statistics, in place.',
  parameters: [
    parameter('stats', 'statistics', 'The statistics; null makes new ones'),
    variadic('values', 'number', 'Numbers, or lists of them; nulls are left out'),
  ],
  returns: { type: 'statistics', description: 'The statistics' },
  examples: [
    { expression: 'STATS_MEAN(STATS_ADD(STATS_INIT(), 1, 2, 3))', result: 2 },
    { expression: 'STATS_SUM(STATS_ADD(STATS_INIT(2), [1, 2, 3]))', result: 5 },
  ],
  pure: false,
  arity: [1, many],
  call: (_, stats, ...values) => {
    const statistics = statisticsOrNull('STATS_ADD', stats) ?? new OnlineStatistics();
    return sketching('STATS_ADD', () => {
      for (const value of values)
        for (const number of numbersIn('STATS_ADD', 'values', value)) statistics.add(number);
      return statistics;
    });
  },
};

const merge: StellarFunction = {
  name: 'STATS_MERGE',
  category: 'statistics',
  description: 'The statistics of all that several cover together. Those with a window cannot be merged.',
  parameters: [parameter('stats', 'list', 'Statistics; all else is left out')],
  returns: { type: 'statistics', description: 'The statistics, null when there are none' },
  examples: [
    {
      expression: 'STATS_COUNT(STATS_MERGE([STATS_ADD(STATS_INIT(), 1, 2), STATS_ADD(STATS_INIT(), 3)]))',
      result: 3,
    },
  ],
  pure: false,
  arity: [0, many],
  call: (_, list) => {
    if (!Array.isArray(list)) return null;
    const all = list.filter(isStatistics);
    if (all.length <= 1) return all[0] ?? null;
    const merged = new OnlineStatistics();
    for (const one of all) {
      if (!(one instanceof OnlineStatistics)) {
        throw argumentError(
          'STATS_MERGE cannot merge statistics of a window',
          'STATS_INIT() covers all that is added',
        );
      }
      sketching('STATS_MERGE', () => merged.merge(one));
    }
    return merged;
  },
};

/** A function that reads one number off statistics. */
function reader(
  name: string,
  description: string,
  read: (statistics: Statistics) => number,
  result: number | string,
): StellarFunction {
  return {
    name,
    category: 'statistics',
    description,
    parameters: [statsParameter],
    returns: { type: 'double', description: 'The number; NaN for null, and where there are too few values' },
    examples: [{ expression: `${name}(STATS_ADD(STATS_INIT(), 1, 2, 3, 4))`, result }],
    pure: false,
    arity: [1, many],
    call: (_, stats) => {
      const statistics = statisticsOrNull(name, stats);
      return double(statistics === null ? Number.NaN : read(statistics));
    },
  };
}

const percentile: StellarFunction = {
  name: 'STATS_PERCENTILE',
  category: 'statistics',
  description:
    'The value below which a share of all values lies. Exact up to 300 values and with a window, else estimated, best at the ends.',
  parameters: [statsParameter, parameter('percent', 'number', 'The share in percent, 0 to 100')],
  returns: { type: 'double', description: 'The value; NaN for null and when there are none' },
  examples: [{ expression: 'STATS_PERCENTILE(STATS_ADD(STATS_INIT(), 1, 2, 3), 50)', result: 2 }],
  pure: false,
  arity: [2, many],
  call: (_, stats, percent) => {
    if (percent === undefined) throw missing('STATS_PERCENTILE', 'percent');
    const statistics = statisticsOrNull('STATS_PERCENTILE', stats);
    const p = numberOrNull('STATS_PERCENTILE', 'percent', percent);
    if (statistics === null || p === null) return Number.NaN;
    if (!(p >= 0 && p <= 100)) {
      throw argumentError(`STATS_PERCENTILE needs a percentage from 0 to 100, not ${p}`);
    }
    return double(sketching('STATS_PERCENTILE', () => statistics.percentile(p)));
  },
};

const splits: Readonly<Record<string, readonly number[]>> = {
  QUARTILE: [25, 50, 75],
  QUINTILE: [20, 40, 60, 80],
  DECILE: [10, 20, 30, 40, 50, 60, 70, 80, 90],
};

const statsBin: StellarFunction = {
  name: 'STATS_BIN',
  category: 'statistics',
  description:
    'Which part of a distribution a value falls into: the index of the first percentile that is not less than it.',
  parameters: [
    statsParameter,
    parameter('value', 'number', 'The value'),
    optional(
      'bounds',
      'string or list',
      "'QUARTILE' (default), 'QUINTILE', 'DECILE', or a list of percentages",
    ),
  ],
  returns: {
    type: 'integer',
    description: 'The index; the number of bounds when the value is above all; -1 for null and no bounds',
  },
  examples: [{ expression: 'STATS_BIN(STATS_ADD(STATS_INIT(), 1, 2, 3, 4, 5), 3.5)', result: 2 }],
  pure: false,
  arity: [2, many],
  call: (_, stats, value, bounds) => {
    const statistics = statisticsOrNull('STATS_BIN', stats);
    const number = numberOrNull('STATS_BIN', 'value', value);
    const percents = boundsOf(bounds);
    if (statistics === null || number === null || percents.length === 0) return -1;
    let last = Number.NEGATIVE_INFINITY;
    for (const [index, percent] of percents.entries()) {
      const bound = sketching('STATS_BIN', () => statistics.percentile(percent));
      if (bound < last) throw argumentError('STATS_BIN needs bounds that rise');
      if (number <= bound) return index;
      last = bound;
    }
    return percents.length;
  },
};

function boundsOf(bounds: unknown): readonly number[] {
  if (absent(bounds)) return splits['QUARTILE'] ?? [];
  if (typeof bounds === 'string') {
    const split = Object.hasOwn(splits, bounds) ? splits[bounds] : undefined;
    if (split !== undefined) return split;
    throw argumentError(
      `STATS_BIN knows no split ${JSON.stringify(bounds)}`,
      `use ${Object.keys(splits).join(', ')}`,
    );
  }
  if (!Array.isArray(bounds)) throw typeError(`STATS_BIN needs a list as 'bounds', not ${describe(bounds)}`);
  return bounds.map((bound) => {
    const percent = numberOrNull('STATS_BIN', 'bounds', bound);
    if (percent === null) throw typeError('STATS_BIN needs numbers as bounds, not null');
    return percent;
  });
}

export const statisticsFunctions: readonly StellarFunction[] = [
  init,
  add,
  merge,
  reader('STATS_COUNT', 'How many values there are.', ({ count }) => count, 4),
  reader('STATS_SUM', 'The sum of the values.', ({ sum }) => sum, 10),
  reader('STATS_MEAN', 'The mean of the values.', ({ mean }) => mean, 2.5),
  reader('STATS_MIN', 'The least value.', ({ min }) => min, 1),
  reader('STATS_MAX', 'The greatest value.', ({ max }) => max, 4),
  reader(
    'STATS_VARIANCE',
    'The sample variance: squared distances from the mean, divided by one less than their number.',
    ({ variance }) => variance,
    5 / 3,
  ),
  reader(
    'STATS_SD',
    'The standard deviation: the root of the sample variance.',
    ({ standardDeviation }) => standardDeviation,
    Math.sqrt(5 / 3),
  ),
  reader(
    'STATS_POPULATION_VARIANCE',
    'The variance of the values as a whole population: squared distances from the mean, divided by their number.',
    ({ populationVariance }) => populationVariance,
    1.25,
  ),
  reader(
    'STATS_GEOMETRIC_MEAN',
    'The geometric mean: the nth root of the product of n values.',
    ({ geometricMean }) => geometricMean,
    Math.exp((Math.log(1) + Math.log(2) + Math.log(3) + Math.log(4)) / 4),
  ),
  reader(
    'STATS_QUADRATIC_MEAN',
    'The quadratic mean: the root of the mean of the squares.',
    ({ quadraticMean }) => quadraticMean,
    Math.sqrt(7.5),
  ),
  reader(
    'STATS_SUM_SQUARES',
    'The sum of the squares of the values.',
    ({ sumOfSquares }) => sumOfSquares,
    30,
  ),
  reader(
    'STATS_SUM_LOGS',
    'The sum of the natural logarithms of the values.',
    ({ sumOfLogs }) => sumOfLogs,
    Math.log(1) + Math.log(2) + Math.log(3) + Math.log(4),
  ),
  reader(
    'STATS_SKEWNESS',
    'How skewed the values lie: 0 when they lie evenly.',
    ({ skewness }) => skewness,
    0,
  ),
  reader(
    'STATS_KURTOSIS',
    'How heavy the tails of the values are: 0 for a normal distribution.',
    ({ kurtosis }) => kurtosis,
    -1.1999999999999993,
  ),
  percentile,
  statsBin,
];
