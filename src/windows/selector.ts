/**
 * The language that says which windows of the past are meant: `30 minute window every 24 hours from 14 days ago including tuesdays`.
 * (The reference system's profile window selector; words may be of any case here, and stand any number of blanks apart.)
 */
import { readDate } from './date-pattern.ts';
import { WindowError } from './errors.ts';
import { holidaysOf } from './holidays.ts';
import { type LocalDay, localDay, sameDay } from './local-day.ts';

/** Epoch milliseconds, both ends included. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Selector {
  /** The intervals that are meant at a time, oldest first. `timeZone` tells the days. */
  intervals(now: number, timeZone: string): readonly Interval[];
}

type DayTest = (day: LocalDay, today: LocalDay) => boolean;

interface Parsed {
  /** Null for one dense range. */
  readonly width: number | null;
  readonly every: number | null;
  /** Milliseconds before now, the earlier one first. */
  readonly start: number;
  readonly end: number;
  readonly includes: readonly DayTest[];
  readonly excludes: readonly DayTest[];
}

const mostWindows = 1_000_000;
const cached = new Map<string, Selector>();
const mostCached = 200;

/** Raises `WindowError` with the place of what cannot be read. */
export function parseSelector(source: string): Selector {
  const known = cached.get(source);
  if (known !== undefined) return known;
  const parsed = new SelectorParser(source).parse();
  const selector = { intervals: (now: number, timeZone: string) => intervalsOf(parsed, now, timeZone) };
  if (cached.size >= mostCached) cached.delete(cached.keys().next().value ?? '');
  cached.set(source, selector);
  return selector;
}

function intervalsOf(parsed: Parsed, now: number, timeZone: string): readonly Interval[] {
  const { width, every, includes, excludes } = parsed;
  const start = now - parsed.start;
  const end = now - parsed.end;
  // Before 1970 there are no events.
  if (start < 0) return [];
  if (width === null) return [{ from: start, to: end }];
  const today = localDay(now, timeZone);
  const found: Interval[] = [];
  const step = every ?? Number.POSITIVE_INFINITY;
  // Those that a filter takes away cost as much as those that stay.
  if ((end - width - start) / step >= mostWindows) {
    throw new WindowError('SKP_WINDOW_SYNTAX', `The selector goes over more than ${mostWindows} windows`, 0, {
      hint: 'Ask for fewer of them.',
    });
  }
  for (let left = start; left + width <= end; left += step) {
    if (includes.length > 0 || excludes.length > 0) {
      const day = localDay(left, timeZone);
      if (includes.length > 0 && !includes.some((test) => test(day, today))) continue;
      if (excludes.some((test) => test(day, today))) continue;
    }
    found.push({ from: left, to: left + width });
  }
  return found;
}

const unitMs: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

class SelectorParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Parsed {
    const parsed = this.#selector();
    if (this.#peek() !== '') throw this.#unexpected('the end');
    return parsed;
  }

  #selector(): Parsed {
    const range = this.#range();
    if (range !== null) return { width: null, every: null, ...range, includes: [], excludes: [] };
    const width = this.#interval();
    // "window" may be left out.
    this.#word('windows', 'window');
    const every = this.#every();
    if (every === null) return { width, every: null, start: width, end: 0, ...this.#filters() };
    const duration = this.#range();
    if (duration === null) throw this.#unexpected('"from" and how long ago');
    return { width, every, ...duration, ...this.#filters() };
  }

  #every(): number | null {
    const at = this.#at;
    this.#word('for');
    if (this.#word('every') === null) {
      this.#at = at;
      return null;
    }
    return this.#interval();
  }

  #range(): { start: number; end: number } | null {
    const at = this.#at;
    this.#word('starting');
    if (this.#word('from') === null) {
      this.#at = at;
      return null;
    }
    const first = this.#interval();
    this.#word('ago');
    let second = 0;
    if (this.#word('to', 'until') !== null) {
      second = this.#interval();
      this.#word('ago');
    }
    return { start: Math.max(first, second), end: Math.min(first, second) };
  }

  /** Milliseconds. */
  #interval(): number {
    const digits = this.#match(/[1-9]\d*(?![\d.])/y);
    if (digits === null) throw this.#unexpected('a whole number from 1 on');
    const unit = this.#match(/(second|minute|hour|day)(?:\(s\)|s)?(?![a-z])/iy);
    if (unit === null) throw this.#unexpected('seconds, minutes, hours or days');
    const ms = Number(digits) * (unitMs[unit.toLowerCase().replace(/\(?s\)?$/, '')] ?? 0);
    if (!Number.isSafeInteger(ms)) throw this.#unexpected('a smaller number');
    return ms;
  }

  #filters(): Pick<Parsed, 'includes' | 'excludes'> {
    const includes = this.#word('include', 'includes', 'including') === null ? [] : this.#days();
    const excludes = this.#word('exclude', 'excludes', 'excluding') === null ? [] : this.#days();
    return { includes, excludes };
  }

  #days(): DayTest[] {
    const tests = [this.#day()];
    while (this.#match(/,/y) !== null) tests.push(this.#day());
    return tests;
  }

  #day(): DayTest {
    this.#blanks();
    const at = this.#at;
    this.#word('the');
    if (this.#word('this', 'current') !== null) {
      if (this.#word('day') === null || this.#word('of') === null)
        throw this.#unexpected('"day of the week"');
      this.#word('the');
      if (this.#word('week') === null) throw this.#unexpected('"week"');
      return (day, today) => day.weekday === today.weekday;
    }
    const name = this.#match(/[a-z]+/iy)
      ?.toLowerCase()
      .replace(/s$/, '');
    if (name === undefined) throw this.#unexpected('a day');
    const settings = this.#arguments();
    const weekday = weekdays.indexOf(name);
    if (weekday >= 0) return (day) => day.weekday === weekday + 1;
    if (name === 'weekday') return (day) => day.weekday <= 5;
    if (name === 'weekend') return (day) => day.weekday > 5;
    if (name === 'holiday') return this.#holiday(settings, at);
    if (name === 'date') return this.#date(settings, at);
    throw new WindowError('SKP_WINDOW_DAY', `There are no days called ${JSON.stringify(name)}`, at, {
      hint: `Days are ${weekdays.join(', ')}, weekdays, weekends, holidays:COUNTRY, date:2026/12/25 and "this day of the week".`,
    });
  }

  #arguments(): string[] {
    const found: string[] = [];
    for (;;) {
      const argument = this.#match(/:[^:,\s]*/y);
      if (argument === null) return found;
      found.push(argument.slice(1));
    }
  }

  #holiday(places: readonly string[], at: number): DayTest {
    const here = new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).region ?? 'US';
    const calendar = holidaysOf(places.length === 0 ? [here] : places);
    if (calendar !== null) return calendar;
    throw new WindowError('SKP_WINDOW_DAY', `There is no calendar of holidays for ${places.join(':')}`, at, {
      hint: 'Write a country and, where wanted, its state, such as holidays:us:ny.',
    });
  }

  #date([text, pattern = 'yyyy/MM/dd']: readonly string[], at: number): DayTest {
    const date = text === undefined ? null : readDate(text, pattern);
    if (date !== null) return (day) => sameDay(day, date);
    throw new WindowError('SKP_WINDOW_DAY', `${text ?? 'Nothing'} is no date of the form ${pattern}`, at, {
      hint: 'Write date:2026/12/25, or give the form: date:20261225:yyyyMMdd.',
    });
  }

  /** The first of the words that stands here, null when none does. */
  #word(...words: readonly string[]): string | null {
    for (const word of words) {
      if (this.#match(new RegExp(`${word}(?![a-z])`, 'iy')) !== null) return word;
    }
    return null;
  }

  #blanks(): void {
    while (/\s/.test(this.#source[this.#at] ?? '')) this.#at += 1;
  }

  #match(expression: RegExp): string | null {
    this.#blanks();
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #peek(): string {
    this.#blanks();
    return this.#source.slice(this.#at);
  }

  #unexpected(expected: string): WindowError {
    const rest = this.#peek();
    const found = rest === '' ? 'the selector ends' : `${JSON.stringify(rest.slice(0, 30))} stands`;
    return new WindowError('SKP_WINDOW_SYNTAX', `Where ${expected} was expected, ${found}`, this.#at, {
      hint: 'An example: 30 minute window every 24 hours from 14 days ago including tuesdays excluding holidays:us',
    });
  }
}
