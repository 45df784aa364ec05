/** Public holidays of countries and their regions. */
import { createRequire } from 'node:module';
import type { LocalDay } from './local-day.ts';

interface Calendar {
  getHolidays(year: number): { readonly date: string; readonly type: string }[];
}

type CalendarClass = {
  new (country: string, state?: string, region?: string): Calendar;
  new (): {
    getCountries(): Record<string, string>;
    getStates(c: string): unknown;
    getRegions(c: string, s: string): unknown;
  };
};

const require = createRequire(import.meta.url);
// Loaded when somebody asks for a holiday: the calendars of the whole world take a while and memory.
let loaded: CalendarClass | null = null;

/**
 * Whether a day is a public holiday. `places` goes from the country over its state to the region (`us`, `ny`), each by its code; a country
 * also by its English name (`UNITED_STATES`). What is no place of the one before it ends the way: `us:nyc` are the days of the United States,
 * as configurations of the reference system have it. Null when there is no calendar of the country.
 */
export function holidaysOf(places: readonly string[]): ((day: LocalDay) => boolean) | null {
  loaded ??= require('date-holidays') as CalendarClass;
  const all = new loaded();
  const [first = '', state = '', region = ''] = places.map((place) => place.toUpperCase());
  const country = codeOf(first, all.getCountries());
  if (country === null) return null;
  const way = [country];
  if (has(all.getStates(country), state)) way.push(state);
  if (way.length === 2 && has(all.getRegions(country, state), region)) way.push(region);
  const calendar = new loaded(...(way as [string]));
  const years = new Map<number, ReadonlySet<string>>();
  return ({ year, month, day }) => {
    let days = years.get(year);
    if (days === undefined) {
      days = new Set(
        calendar
          .getHolidays(year)
          .filter(({ type }) => type === 'public')
          .map(({ date }) => date.slice(0, 10)),
      );
      years.set(year, days);
    }
    return days.has(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
  };
}

function codeOf(country: string, countries: Record<string, string>): string | null {
  if (Object.hasOwn(countries, country)) return country;
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const byName = (code: string): boolean =>
    /^[A-Z]{2}$/.test(code) &&
    names
      .of(code)
      ?.toUpperCase()
      .replace(/[^A-Z]+/g, '_') === country;
  return Object.keys(countries).find(byName) ?? null;
}

function has(names: unknown, name: string): boolean {
  return typeof names === 'object' && names !== null && Object.hasOwn(names, name);
}
