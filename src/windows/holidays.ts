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
 * Whether a day is a public holiday. `places` goes from the country (`us`) over its state to the region (`us`, `ny`). Null when there
 * is no such calendar.
 */
export function holidaysOf(places: readonly string[]): ((day: LocalDay) => boolean) | null {
  loaded ??= require('date-holidays') as CalendarClass;
  const [country = '', state, region] = places.map((place) => place.toUpperCase());
  const all = new loaded();
  if (!Object.hasOwn(all.getCountries(), country)) return null;
  if (state !== undefined && !has(all.getStates(country), state)) return null;
  if (region !== undefined && !has(all.getRegions(country, state ?? ''), region)) return null;
  const calendar = new loaded(country, state, region);
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

function has(names: unknown, name: string): boolean {
  return typeof names === 'object' && names !== null && Object.hasOwn(names, name);
}
