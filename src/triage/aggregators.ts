/** How the scores of the matched rules become one score. One line each in the table. */

type Aggregate = (scores: readonly number[]) => number;

const sum: Aggregate = (scores) => scores.reduce((total, score) => total + score, 0);

const aggregates = {
  /** Not less than 0. */
  MAX: (scores) => scores.reduce((most, score) => Math.max(most, score), 0),
  MIN: (scores) => scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY),
  SUM: sum,
  MEAN: (scores) => sum(scores) / scores.length,
  /** Mean of the scores above 0; 0 when there are none. */
  POSITIVE_MEAN: (scores) => {
    const positive = scores.filter((score) => score > 0);
    return positive.length === 0 ? 0 : sum(positive) / positive.length;
  },
} as const satisfies Record<string, Aggregate>;

export type AggregatorName = keyof typeof aggregates;

export const aggregatorNames = Object.keys(aggregates) as readonly AggregatorName[];

/**
 * The score of an event from the scores of its matched rules. 0 without any; −Infinity when `negativeValuesTrump` (the
 * default) and any score is negative: a negative score marks known-good.
 */
export function aggregate(
  name: AggregatorName,
  scores: readonly number[],
  config: Readonly<Record<string, unknown>> = {},
): number {
  if (scores.length === 0) return 0;
  const trump = String(config['negativeValuesTrump'] ?? true).toLowerCase() === 'true';
  if (trump && scores.some((score) => score < 0)) return Number.NEGATIVE_INFINITY;
  return aggregates[name](scores);
}
