import { grokDifferences } from './grok-differences.ts';

/**
 * Where parsers behave otherwise than the reference, on purpose: the case's id, why, and what happens instead. The case then has to
 * behave as told here.
 */
export interface IntendedDifference {
  readonly reason: string;
  /** Members of the case that are otherwise. A member set to undefined does not apply. */
  readonly instead: Readonly<Record<string, unknown>>;
}

const badQuery: IntendedDifference = {
  reason: 'A query that cannot be read is refused when the sensor is configured, not at every record',
  instead: { outcome: 'configError' },
};

const bigIntegers: IntendedDifference = {
  reason:
    'Integers beyond 2^53 are kept as text, digit by digit: JSON numbers of that size change in most readers',
  instead: {
    expect: {
      big: '12345678901234567890123',
      l: '9007199254740993',
      n: 0,
      timestamp: 1781524800000,
      x: 1000,
    },
  },
};

/** A time that the reference refuses without need; `expect` is what it reads as. */
function readable(reason: string, expect: number): IntendedDifference {
  return { reason, instead: { error: undefined, expect } };
}

const unpadded = 'An unpadded day can be read without doubt';
const leapDay = 'Feb 29 without a year, in a year that has none, is that of the last leap year';
const longFraction = 'Fractions of a second may have any length';
const basicOffset = 'An offset without a colon can be read without doubt';
const explicitYear = 'A year that is written out is believed, however far ahead it lies';

export const intendedDifferences: ReadonlyMap<string, IntendedDifference> = new Map<
  string,
  IntendedDifference
>([
  ...grokDifferences,
  ['jsonmap-0008', badQuery],
  ['jsonmap-0016', badQuery],
  ['jsonmap-0036', bigIntegers],
  ['jsonmap-0043', badQuery],
  ['time-0003', readable(unpadded, 1760017331000)],
  ['time-0010', readable(leapDay, 1709164800000)],
  ['time-0012', readable(unpadded, 1444398131000)],
  ['time-0017', readable(longFraction, 1444398131123)],
  ['time-0020', readable(basicOffset, 1444394531000)],
  ['time-0026', readable(unpadded, 1760031731000)],
  ['time-0033', readable(leapDay, 1709182800000)],
  ['time-0035', readable(unpadded, 1444412531000)],
  ['time-0040', readable(longFraction, 1444398131123)],
  ['time-0043', readable(basicOffset, 1444394531000)],
  ['time-0049', readable(unpadded, 1759997531000)],
  ['time-0056', readable(leapDay, 1709145000000)],
  ['time-0058', readable(unpadded, 1444378331000)],
  ['time-0063', readable(longFraction, 1444398131123)],
  ['time-0066', readable(basicOffset, 1444394531000)],
  ['time-0112', { reason: explicitYear, instead: { expect: 1781870460000 } }],
]);
