import { describe, expect, it } from 'vitest';
import { parseDate } from './date-reader.ts';
import { formatDate } from './java-date.ts';

const noon = Date.UTC(2024, 1, 29, 12, 34, 56, 789);

describe('writing a date', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', 'UTC', '2024-02-29 12:34:56.789'],
    ["yy M d 'o''clock' h a", 'UTC', "24 2 29 o'clock 12 PM"],
    ['EEEE, MMMM d', 'UTC', 'Thursday, February 29'],
    ['HH:mm Z', 'Europe/Berlin', '13:34 +0100'],
    ['HH:mm XXX', 'America/New_York', '07:34 -05:00'],
    ['HH:mm z', 'GMT+05:30', '18:04 GMT+05:30'],
    ['HH:mm z', 'No/Such_Zone', '12:34 GMT'],
    ['D w W u', 'UTC', '60 9 5 4'],
  ])('by %s in %s', (pattern, zone, text) => {
    expect(formatDate(pattern, noon, zone)).toBe(text);
  });

  it('follows summer time', () => {
    expect(formatDate('HH:mm', Date.UTC(2024, 6, 1, 12), 'Europe/Berlin')).toBe('14:00');
  });

  it('counts the last days of a year to week 1 when they share a week with January 1', () => {
    expect(formatDate('w', Date.UTC(2018, 11, 30), 'UTC')).toBe('1');
    expect(formatDate('w', Date.UTC(2018, 11, 29), 'UTC')).toBe('52');
  });

  it('refuses letters that mean nothing and quotes that stay open', () => {
    expect(() => formatDate('yyyy-bb', noon, 'UTC')).toThrow(/'b' means nothing/);
    expect(() => formatDate("yyyy 'at", noon, 'UTC')).toThrow(/quote/);
  });
});

describe('reading a date', () => {
  it.each([
    ['yyyyMMddHHmmss', '20240229123456', 'UTC', Date.UTC(2024, 1, 29, 12, 34, 56)],
    [
      "yyyy-MM-dd'T'HH:mm:ss.SSSX",
      '2024-02-29T12:34:56.789+02:00',
      'UTC',
      Date.UTC(2024, 1, 29, 10, 34, 56, 789),
    ],
    ['MMM d, yyyy h:mm a', 'feb 29, 2024 12:05 am', 'UTC', Date.UTC(2024, 1, 29, 0, 5)],
    ['EEE MMM dd HH:mm:ss z yyyy', 'Thu Feb 29 12:34:56 EST 2024', 'UTC', Date.UTC(2024, 1, 29, 17, 34, 56)],
    ['yyyy-MM-dd HH:mm', '2024-07-01 12:00', 'Europe/Berlin', Date.UTC(2024, 6, 1, 10)],
    ['yyyy-DDD', '2024-060', 'UTC', Date.UTC(2024, 1, 29)],
  ])('by %s from %s in %s', (pattern, text, zone, time) => {
    expect(parseDate(pattern, text, zone)).toBe(time);
  });

  it('takes two digits of a year as the one nearest to now', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseDate('yy', '45', 'UTC', { now })).toBe(Date.UTC(2045, 0, 1));
    expect(parseDate('yy', '46', 'UTC', { now })).toBe(Date.UTC(1946, 0, 1));
  });

  it('lets fields run over only when it is lenient', () => {
    expect(parseDate('yyyy-MM-dd', '2023-02-29', 'UTC')).toBe(Date.UTC(2023, 2, 1));
    expect(parseDate('yyyy-MM-dd', '2023-02-29', 'UTC', { strict: true })).toBeUndefined();
    expect(parseDate('HH:mm', '24:00', 'UTC', { strict: true })).toBeUndefined();
  });

  it('finds none in text that does not fit', () => {
    for (const text of ['', 'x', '2024', '2024-', '2024-xx-01'])
      expect(parseDate('yyyy-MM-dd', text, 'UTC')).toBeUndefined();
  });
});
