import { describe, expect, it } from 'vitest';
import { formatAge, formatExact, formatShort, formatSpan, formatTime, isoTime } from './format-time.ts';

const at = Date.UTC(2026, 10, 25, 3, 8, 2, 7);

describe('times', () => {
  it('are written to the precision asked for', () => {
    expect(formatTime(at, 'utc')).toBe('2026-11-25 03:08:02.007');
    expect(formatTime(at, 'utc', 's')).toBe('2026-11-25 03:08:02');
    expect(formatTime(at, 'utc', 'min')).toBe('2026-11-25 03:08');
    expect(formatTime(at, 'utc', 'day')).toBe('2026-11-25');
  });
  it('name their zone where they stand alone', () => {
    expect(formatExact(at, 'utc')).toBe('2026-11-25 03:08:02.007 UTC');
    expect(formatExact(at, 'local')).toMatch(/ UTC[+−]\d\d:\d\d$/);
  });
  it('are as short as the distance to now allows', () => {
    expect(formatShort(at, at + 1000, 'utc')).toBe('03:08:02');
    expect(formatShort(at, at + 86_400_000, 'utc')).toBe('11-25 03:08:02');
    expect(formatShort(at, at + 90 * 86_400_000, 'utc')).toBe('2026-11-25 03:08:02');
  });
  it('have no machine form when they are none', () => {
    expect(isoTime(1e300)).toBeUndefined();
    expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  });
  it('show what is no time as it is', () => expect(formatTime(Number.NaN, 'utc')).toBe('NaN'));
  it.each([
    [200, 'now'],
    [12_000, '12 s ago'],
    [300_000, '5 min ago'],
    [7_300_000, '2 h ago'],
    [200_000_000, '2 d ago'],
    [-3000, 'in 3 s'],
  ])('%d ms before now read as %s', (before, expected) => expect(formatAge(at - before, at)).toBe(expected));
  it.each([
    [30_000, '30 s'],
    [900_000, '15 min'],
    [5_400_000, '1.5 h'],
    [604_800_000, '7 d'],
  ])('%d ms last %s', (ms, expected) => expect(formatSpan(ms)).toBe(expected));
});
