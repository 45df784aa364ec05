import type { Zone } from './time-zone.ts';

/** A moment's fields on the clocks of a zone, with US weeks (Sunday first, week 1 holds January 1). */
export interface CalendarFields {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Sunday is 0. */
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly weekOfMonth: number;
  readonly weekOfYear: number;
}

const dayLength = 86_400_000;

export function calendarFields(epoch: number, zone: Zone): CalendarFields {
  const date = new Date(epoch + zone.offset(epoch));
  const year = date.getUTCFullYear();
  const day = date.getUTCDate();
  const weekday = date.getUTCDay();
  const startOfYear = utc(year, 0, 1);
  const dayOfYear = Math.floor((date.getTime() - startOfYear) / dayLength) + 1;
  const weekdayOfFirst = (weekday - ((day - 1) % 7) + 7) % 7;
  const weekdayOfNewYear = new Date(startOfYear).getUTCDay();
  const saturday = new Date(date.getTime() + (6 - weekday) * dayLength);
  return {
    year,
    month: date.getUTCMonth(),
    day,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday,
    dayOfYear,
    weekOfMonth: Math.floor((day - 1 + weekdayOfFirst) / 7) + 1,
    weekOfYear: saturday.getUTCFullYear() > year ? 1 : Math.floor((dayOfYear - 1 + weekdayOfNewYear) / 7) + 1,
  };
}

/** Milliseconds of a date in UTC, also for the years 0 to 99. */
export function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
