import { describe, expect, it } from 'vitest';
import { parseSelector, WindowError } from './index.ts';

// Tuesday, 2017-12-26 12:00 UTC.
const now = 1_514_289_600_000;
const hour = 3_600_000;

const starts = (selector: string, zone = 'UTC'): string[] =>
  parseSelector(selector)
    .intervals(now, zone)
    .map(({ from }) => new Date(from).toISOString().slice(0, 16));

describe('a selector of windows', () => {
  it('without "from" is one window that ends now', () => {
    expect(parseSelector('90 minutes').intervals(now, 'UTC')).toEqual([{ from: now - 1.5 * hour, to: now }]);
  });

  it('takes the later of two ends for the end, whatever their order', () => {
    const interval = [{ from: now - 2 * hour, to: now - hour }];
    expect(parseSelector('from 2 hours ago to 1 hour ago').intervals(now, 'UTC')).toEqual(interval);
    expect(parseSelector('from 1 hour ago until 2 hours ago').intervals(now, 'UTC')).toEqual(interval);
  });

  it('repeats windows as long as they fit', () => {
    expect(starts('30 minute window every 1 hour from 3 hours ago to 45 minutes ago')).toEqual([
      '2017-12-26T09:00',
      '2017-12-26T10:00',
    ]);
  });

  it('keeps the days that are included and takes away those excluded', () => {
    expect(
      starts(
        '1 hour window every 24 hours from 7 days ago including weekdays excluding this day of the week',
      ),
    ).toEqual(['2017-12-20T12:00', '2017-12-21T12:00', '2017-12-22T12:00', '2017-12-25T12:00']);
    expect(starts('1 hour window every 24 hours from 7 days ago including holidays:us')).toEqual([
      '2017-12-25T12:00',
    ]);
    expect(
      starts('1 hour window every 24 hours from 14 days ago including date:24.12.2017:dd.MM.yyyy'),
    ).toEqual(['2017-12-24T12:00']);
  });

  it('tells the days by the zone', () => {
    expect(
      starts('1 hour window every 24 hours from 7 days ago including mondays', 'Pacific/Kiritimati'),
    ).toEqual(['2017-12-24T12:00']);
  });

  it('may be written in any case, and with the article', () => {
    expect(
      starts('1 Hour Window every 24 HOURS from 7 days ago Including the current day of the week'),
    ).toEqual(['2017-12-19T12:00']);
  });

  it.each([
    ['0 hours', 0],
    ['1 month', 2],
    ['1 hour every 2 hours', 20],
    ['30 minute window every 24 hours from 14 days ago including fridayz', 59],
    ['1 hour window excluding holidays:zz', 24],
    ['1 hour window excluding date:2017/13/40', 24],
    ['', 0],
  ])('that is wrong is refused with its place: %s', (selector, offset) => {
    let error: unknown;
    try {
      parseSelector(selector);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(WindowError);
    expect((error as WindowError).offset).toBe(offset);
    expect((error as WindowError).hint).toBeDefined();
  });

  it.each(['us', 'US', 'us:nyc', 'united_states', 'UNITED_STATES:nowhere:at-all'])(
    'knows the holidays of %s, as Metron has them named',
    (place) => {
      expect(starts(`1 hour window every 24 hours from 7 days ago including holidays:${place}`)).toEqual([
        '2017-12-25T12:00',
      ]);
    },
  );

  it.each(['constructor', '__proto__', 'zz'])('knows no holidays of %s', (place) => {
    expect(() => parseSelector(`1 hour window including holidays:${place}`)).toThrow(WindowError);
  });

  it('gives nothing from before 1970', () => {
    expect(starts('from 20000 days ago')).toEqual([]);
    expect(starts('1 hour window every 24 hours from 20000 days ago')).toEqual([]);
  });

  it('does not walk without end over windows that it leaves out', () => {
    const before = performance.now();
    expect(() =>
      parseSelector(
        '1 second window every 1 second from 17000 days ago excluding weekdays, weekends',
      ).intervals(now, 'UTC'),
    ).toThrow('more than 1000000');
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('cannot be made to give windows without end', () => {
    expect(() =>
      parseSelector('1 second window every 1 second from 9000 days ago').intervals(now, 'UTC'),
    ).toThrow('more than 1000000');
  });
});
