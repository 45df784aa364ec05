import { describe, expect, it } from 'vitest';
import { absoluteRange, bucketInterval, parseInstant, rangeLabel, resolveRange } from './time-range.ts';

const now = Date.UTC(2026, 10, 25, 3, 48, 2, 123);
const iso = (text: string) => {
  const time = parseInstant(text, now, 'utc');
  return time === null ? null : new Date(time).toISOString();
};

describe('points in time', () => {
  it.each([
    ['now', '2026-11-25T03:48:02.123Z'],
    ['now-15m', '2026-11-25T03:33:02.123Z'],
    ['now - 1h', '2026-11-25T02:48:02.123Z'],
    ['now-1d-2h', '2026-11-24T01:48:02.123Z'],
    ['now/d', '2026-11-25T00:00:00.000Z'],
    ['now-1d/d', '2026-11-24T00:00:00.000Z'],
    ['now/w', '2026-11-23T00:00:00.000Z'],
    ['now/M', '2026-11-01T00:00:00.000Z'],
    ['now-1M', '2026-10-25T03:48:02.123Z'],
    ['now-1y/y', '2025-01-01T00:00:00.000Z'],
    ['now+30s', '2026-11-25T03:48:32.123Z'],
    ['2026-11-25', '2026-11-25T00:00:00.000Z'],
    ['2026-11-25 03:00', '2026-11-25T03:00:00.000Z'],
    ['2026-11-25T03:00:05.25Z', '2026-11-25T03:00:05.250Z'],
    ['2026-11-25T03:00:05+02:00', '2026-11-25T01:00:05.000Z'],
    ['1795578482123', new Date(1795578482123).toISOString()],
  ])('reads %s', (text, expected) => expect(iso(text)).toBe(expected));

  it.each([
    '',
    'yesterday',
    'now-',
    'now-5x',
    '2026-02-31',
    '2026-11-25 25:00',
    '2026-11-25 10:61',
    'now--5m',
  ])('refuses %j', (text) => expect(iso(text)).toBeNull());

  it('tells minutes from months by case', () => {
    expect(iso('now-1m')).not.toBe(iso('now-1M'));
  });
});

describe('ranges', () => {
  it('knows that an end of now moves', () => {
    expect(resolveRange({ from: 'now-1h', to: 'now' }, now, 'utc')).toEqual({
      from: now - 3_600_000,
      to: now,
      open: true,
    });
  });
  it('names the end that is wrong', () => {
    expect(resolveRange({ from: 'x', to: 'now' }, now, 'utc')).toMatchObject({ end: 'from' });
    expect(resolveRange({ from: 'now-1h', to: 'x' }, now, 'utc')).toMatchObject({ end: 'to' });
    expect(resolveRange({ from: 'now', to: 'now-1h' }, now, 'utc')).toMatchObject({ end: 'from' });
  });
  it('writes an absolute range that reads back the same', () => {
    const range = resolveRange(absoluteRange(now - 5000, now), now + 99, 'local');
    expect(range).toEqual({ from: now - 5000, to: now, open: false });
  });
  it('calls a quick range by its name', () => {
    expect(rangeLabel({ from: 'now-24h', to: 'now' }, (text) => text)).toBe('Last 24 hours');
    expect(rangeLabel({ from: 'now-25h', to: 'now' }, (text) => text)).toBe('now-25h – now');
  });
  it.each([
    [900_000, 10_000],
    [86_400_000, 900_000],
    [30 * 86_400_000, 43_200_000],
  ])('takes a readable bucket for %d ms', (length, expected) =>
    expect(bucketInterval(0, length)).toBe(expected),
  );
});
