import { expect, it } from 'vitest';
import { formatScore, severityOf } from './severity.ts';

it.each([
  [undefined, 'none'],
  [null, 'none'],
  ['', 'none'],
  ['x', 'none'],
  [0, 'low'],
  [24.9, 'low'],
  [25, 'medium'],
  ['49', 'medium'],
  [50, 'high'],
  [74.99, 'high'],
  [75, 'critical'],
  [1000, 'critical'],
])('a score of %j is %s', (score, severity) => expect(severityOf(score)).toBe(severity));

it('shows at most one decimal', () => {
  expect(formatScore(10)).toBe('10');
  expect(formatScore(10.25)).toBe('10.3');
});
