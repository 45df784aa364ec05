import { describe, expect, it } from 'vitest';
import { type AggregatorName, aggregate, aggregatorNames } from './aggregators.ts';

const off = { negativeValuesTrump: false };

describe('the score of several rules', () => {
  it.each([
    ['MAX', [10, 50, 20], 50],
    ['MIN', [10, 50, 20], 10],
    ['SUM', [10, 50, 20], 80],
    ['MEAN', [10, 50, 30], 30],
    ['POSITIVE_MEAN', [0, 50, 30], 40],
    ['POSITIVE_MEAN', [0, 0], 0],
    ['MEAN', [0, 50], 25],
  ] as const)('%s of %j is %d', (name, scores, expected) => {
    expect(aggregate(name, scores)).toBe(expected);
  });

  it.each([
    ['MAX', [-10, -5], 0],
    ['MIN', [-10, 5], -10],
    ['SUM', [-10, 5], -5],
    ['MEAN', [-10, 5], -2.5],
    ['POSITIVE_MEAN', [-10, 4, 6], 5],
  ] as const)('%s of %j is %d where negative scores do not trump', (name, scores, expected) => {
    expect(aggregate(name, scores, off)).toBe(expected);
    expect(aggregate(name, scores, { negativeValuesTrump: 'false' })).toBe(expected);
  });

  it.each(aggregatorNames)('%s is minus infinity with any negative score, unless told otherwise', (name) => {
    expect(aggregate(name, [100, -1])).toBe(Number.NEGATIVE_INFINITY);
    expect(aggregate(name, [100, -1], { negativeValuesTrump: 'TRUE' })).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each(aggregatorNames)('%s of none is 0', (name: AggregatorName) => {
    expect(aggregate(name, [])).toBe(0);
  });
});
