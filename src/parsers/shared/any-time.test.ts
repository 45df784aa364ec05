import { expect, test } from 'vitest';
import { TimeZone } from '../time-zone.ts';
import { readAnyTime } from './any-time.ts';

const moment = Date.UTC(2026, 2, 9, 8, 12, 44);

test.each([
  ['2026-03-09T08:12:44Z', moment],
  ['2026-03-09T09:12:44.5+01:00', moment + 500],
  ['2026-03-09 08:12:44', moment],
  ['2026/03/09 08:12:44,250', moment + 250],
  ['2026-03-09 08:12:44 UTC', moment],
  ['2026-03-09 07:12:44 -0100', moment],
  ['Mar  9 08:12:44', moment],
  ['1773043964', moment],
  ['1773043964.25', moment + 250],
  ['1773043964001', moment + 1],
  ['1773043964001002', moment + 1],
  ['1773043964001002003', moment + 1],
])('%s is a time', (text, expected) => {
  expect(readAnyTime(text, new TimeZone('UTC'), Date.UTC(2026, 5, 15))).toBe(expected);
});

test.each(['', 'soon', '2026-02-30 00:00:00', '-1', '99999999999999999999', 'x'.repeat(1000)])(
  '%j is none',
  (text) => {
    expect(readAnyTime(text, new TimeZone('UTC'), 0)).toBeNaN();
  },
);

test('a time without a zone is of the zone that is given', () => {
  expect(readAnyTime('2026-03-09 08:12:44', new TimeZone('Europe/Berlin'), 0)).toBe(moment - 3_600_000);
});
