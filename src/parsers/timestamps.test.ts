import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { TimeZone } from './time-zone.ts';
import {
  endOfSyslogTime,
  facilityName,
  readAnySyslogTime,
  readIsoTime,
  readSyslogTime,
  severityName,
} from './timestamps.ts';

const utc = new TimeZone('UTC');
const now = Date.UTC(2026, 5, 15, 12);

describe('RFC 3339 times', () => {
  test("are those of the engine's own reader", () => {
    const date = fc.date({
      min: new Date('0100-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (moment) => {
        expect(readIsoTime(moment.toISOString())).toBe(moment.getTime());
      }),
    );
  });

  test.each([
    ['2026-06-15T12:00:00+02:00', Date.UTC(2026, 5, 15, 10)],
    ['2026-06-15T12:00:00-0330', Date.UTC(2026, 5, 15, 15, 30)],
    ['2026-06-15T12:00:00.123456789123Z', now + 123],
    ['2026-06-15T12:00:00.5Z', now + 500],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s', (text, expected) => {
    expect(readIsoTime(text)).toBe(expected);
  });

  test.each([
    ...[
      '',
      '2026-06-15',
      '2026-06-15T12:00:00',
      '2026-06-15 12:00:00Z',
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
    ],
    ...[
      '2026-06-15T24:00:00Z',
      '2026-06-15T12:60:00Z',
      '2026-06-15T12:00:00.Z',
      '2026-06-15T12:00:00Z ',
      '2026-06-15T12:00:00+19:00',
    ],
    ...['2026-06-15T12:00:00+1:00', '2x26-06-15T12:00:00Z', '2026-06-15T12:00:00ZZ'],
  ])('%j is none', (text) => {
    expect(readIsoTime(text)).toBeNaN();
  });
});

describe('syslog times', () => {
  test('are found at the beginning of a text', () => {
    expect(endOfSyslogTime('<1>Oct  9 13:42:11 host', 3)).toBe(18);
    expect(endOfSyslogTime('Oct 9 13:42:11.25 host', 0)).toBe(17);
    expect(endOfSyslogTime('Oct 09 2015 13:42:11: x', 0)).toBe(20);
    expect(endOfSyslogTime('2026-06-15T12:00:00Z host', 0)).toBe(20);
    for (const text of ['', 'x', 'Oct', 'Oct 123 13:42:11', 'Oct 9 1:42:11', 'ctN 9 13:42:11'])
      expect(endOfSyslogTime(text, 0)).toBe(-1);
  });

  test('without a year are of the current one unless that lies over four days ahead', () => {
    expect(readSyslogTime('Jun 19 12:00:00', utc, now)).toBe(Date.UTC(2026, 5, 19, 12));
    expect(readSyslogTime('Jun 19 12:00:01', utc, now)).toBe(Date.UTC(2025, 5, 19, 12, 0, 1));
    expect(readSyslogTime('Dec 31 23:59:59', utc, Date.UTC(2026, 0, 1))).toBe(
      Date.UTC(2025, 11, 31, 23, 59, 59),
    );
    expect(readSyslogTime('Jan  1 00:00:00', utc, Date.UTC(2026, 11, 31, 23))).toBe(Date.UTC(2026, 0, 1));
  });

  test('on Feb 29 are of the last leap year', () => {
    expect(readSyslogTime('Feb 29 01:00:00', utc, now)).toBe(Date.UTC(2024, 1, 29, 1));
    expect(readSyslogTime('Feb 29 01:00:00', utc, Date.UTC(2024, 0, 1))).toBe(Date.UTC(2020, 1, 29, 1));
  });

  test('with a year are believed', () => {
    expect(readSyslogTime('Oct 09 2030 13:42:11', utc, now)).toBe(Date.UTC(2030, 9, 9, 13, 42, 11));
    expect(readAnySyslogTime('Oct 9 2030 13:42:11.5 EST', utc, now)).toBe(Date.UTC(2030, 9, 9, 13, 42, 11));
  });

  test('that do not exist are refused', () => {
    for (const text of [
      'Feb 30 00:00:00',
      'Oct 11 24:00:00',
      'Oct 11 00:61:00',
      'Oct 11 00:00:00 ',
      'Oct 00 00:00:00',
    ]) {
      expect(readSyslogTime(text, utc, now)).toBeNaN();
    }
  });
});

describe('a time zone', () => {
  const york = new TimeZone('America/New_York');

  test('knows summer and winter', () => {
    expect(york.toEpoch(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2026, 0, 1, 5));
    expect(york.toEpoch(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 6, 1, 4));
  });

  test('takes the first of a time that occurs twice, and reads a skipped one with the offset before', () => {
    expect(york.toEpoch(Date.UTC(2026, 10, 1, 1, 30))).toBe(Date.UTC(2026, 10, 1, 5, 30));
    expect(york.toEpoch(Date.UTC(2026, 2, 8, 2, 30))).toBe(Date.UTC(2026, 2, 8, 7, 30));
  });

  test('with a fraction of an hour, and before zones were uniform', () => {
    expect(new TimeZone('Asia/Kolkata').toEpoch(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2025, 11, 31, 18, 30));
    expect(Number.isFinite(new TimeZone('Europe/Amsterdam').toEpoch(Date.UTC(1900, 0, 1)))).toBe(true);
  });

  test('that does not exist is refused', () => {
    expect(() => new TimeZone('Mars/Olympus')).toThrow(ParserConfigError);
  });
});

test('priorities have names, where there are usual ones', () => {
  expect([
    severityName(0),
    severityName(165),
    facilityName(86),
    facilityName(165),
    facilityName(72),
    facilityName(999),
  ]).toEqual(['emerg', 'notice', 'authpriv', 'local4', 'unknown', 'unknown']);
});
