/**
 * Times as logs write them, to epoch milliseconds. Each reader answers NaN when the text is not such a time.
 *
 * Wider than the reference where that loses nothing: an unpadded day (`Oct 9 …`), fractions of any length, `+0100`, and Feb 29 in a
 * year that has none (the last leap year is meant).
 */
import type { TimeZone } from './time-zone.ts';

/** How far a time without a year may lie ahead before the year before is meant. */
const aheadMs = 4 * 86_400_000;

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; month from 1. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysIn(year: number, month: number): number {
  return month === 2
    ? isLeap(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;
}

/** Wall-clock milliseconds as if in UTC, or NaN when a part is out of range. */
export function wallClock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  if (
    !(
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= daysIn(year, month) &&
      hour <= 23 &&
      minute <= 59 &&
      second <= 59
    )
  ) {
    return Number.NaN;
  }
  return dayNumber(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
}

function digit(text: string, at: number): number {
  const c = text.charCodeAt(at) - 48;
  return c >= 0 && c <= 9 ? c : Number.NaN;
}

/** Two digits; NaN otherwise. */
function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

/** Index of the first character from `at` on that is no digit. */
function endOfDigits(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && digit(text, i) >= 0) i++;
  return i;
}

/** Milliseconds of a fraction, whose digits run from `from` to `to`; further digits are cut off. */
function fractionMs(text: string, from: number, to: number): number {
  let ms = 0;
  for (let i = 0; i < 3; i++) ms = ms * 10 + (from + i < to ? text.charCodeAt(from + i) - 48 : 0);
  return ms;
}

/** `yyyy-MM-ddTHH:mm:ss[.fraction](Z|+hh:mm|-hh:mm|+hhmm|-hhmm)` (RFC 3339), all of text[start, end). */
export function readIsoTime(text: string, start = 0, end = text.length): number {
  if (end - start < 20 || text.charCodeAt(start + 4) !== 0x2d || text.charCodeAt(start + 7) !== 0x2d)
    return Number.NaN;
  const t = text.charCodeAt(start + 10);
  if (t !== 0x54 || text.charCodeAt(start + 13) !== 0x3a || text.charCodeAt(start + 16) !== 0x3a)
    return Number.NaN;
  let at = start + 19;
  let ms = 0;
  if (text.charCodeAt(at) === 0x2e) {
    const stop = endOfDigits(text, at + 1, end);
    if (stop === at + 1) return Number.NaN;
    ms = fractionMs(text, at + 1, stop);
    at = stop;
  }
  const offset = readOffset(text, at, end);
  const year = two(text, start) * 100 + two(text, start + 2);
  const local = wallClock(
    year,
    two(text, start + 5),
    two(text, start + 8),
    two(text, start + 11),
    two(text, start + 14),
    two(text, start + 17),
    ms,
  );
  return local - offset;
}

/** Milliseconds of `Z`, `+hh:mm` or `+hhmm`, all of text[at, end). */
function readOffset(text: string, at: number, end: number): number {
  const sign = text.charCodeAt(at);
  if (sign === 0x5a) return at + 1 === end ? 0 : Number.NaN;
  if (sign !== 0x2b && sign !== 0x2d) return Number.NaN;
  const colon = text.charCodeAt(at + 3) === 0x3a ? 1 : 0;
  if (at + 5 + colon !== end) return Number.NaN;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 3 + colon);
  if (!(hours <= 18 && minutes <= 59)) return Number.NaN;
  return (sign === 0x2d ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

/** Month 1 to 12 of an English three-letter name at `at`; 0 when there is none. */
export function monthAt(text: string, at: number): number {
  const found = monthNames.indexOf(text.slice(at, at + 3));
  return found >= 0 && found % 3 === 0 && text.length >= at + 3 ? found / 3 + 1 : 0;
}

const monthNames = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/**
 * Index behind a syslog time that begins at `start`: `Mmm d|dd [yyyy ]HH:mm:ss[.fraction]`, or a run without blanks that begins
 * with a digit (RFC 3339). Minus one when neither begins there.
 */
export function endOfSyslogTime(text: string, start: number): number {
  if (monthAt(text, start) === 0) {
    if (!(digit(text, start) >= 0)) return -1;
    const space = text.indexOf(' ', start);
    return space < 0 ? text.length : space;
  }
  const time = startOfClock(text, start + 3);
  if (time < 0) return -1;
  const stop = time + 8;
  return text.charCodeAt(stop) === 0x2e ? endOfDigits(text, stop + 1, text.length) : stop;
}

/** Where `HH:mm:ss` begins behind a month's name, over the day and a year if any; minus one when the shape is another. */
function startOfClock(text: string, afterMonth: number): number {
  let at = afterMonth;
  if (text.charCodeAt(at++) !== 0x20) return -1;
  if (text.charCodeAt(at) === 0x20) at++;
  const dayEnd = endOfDigits(text, at, at + 3);
  if (dayEnd === at || dayEnd > at + 2 || text.charCodeAt(dayEnd) !== 0x20) return -1;
  at = dayEnd + 1;
  if (endOfDigits(text, at, at + 5) === at + 4 && text.charCodeAt(at + 4) === 0x20) at += 5;
  if (!(two(text, at) >= 0) || text.charCodeAt(at + 2) !== 0x3a || text.charCodeAt(at + 5) !== 0x3a)
    return -1;
  return two(text, at + 3) >= 0 && two(text, at + 6) >= 0 ? at : -1;
}

/**
 * A syslog time, all of text[start, end): `Mmm dd HH:mm:ss`, `Mmm dd yyyy HH:mm:ss` (either with a fraction) in `zone`, or RFC 3339.
 * Without a year it is the current one, or the one before when that lies more than four days ahead of `now` (epoch ms).
 */
export function readSyslogTime(
  text: string,
  zone: TimeZone,
  now: number,
  start = 0,
  end = text.length,
): number {
  const month = monthAt(text, start);
  if (month === 0) return readIsoTime(text, start, end);
  const clock = startOfClock(text, start + 3);
  if (clock < 0) return Number.NaN;
  let stop = clock + 8;
  let ms = 0;
  if (stop < end && text.charCodeAt(stop) === 0x2e) {
    const fraction = stop + 1;
    stop = endOfDigits(text, fraction, end);
    ms = fractionMs(text, fraction, stop);
  }
  if (stop !== end) return Number.NaN;
  const dayAt = text.charCodeAt(start + 4) === 0x20 ? start + 5 : start + 4;
  const dayEnd = endOfDigits(text, dayAt, dayAt + 2);
  const day = dayEnd - dayAt === 2 ? two(text, dayAt) : digit(text, dayAt);
  const hour = two(text, clock);
  const minute = two(text, clock + 3);
  const second = two(text, clock + 6);
  if (clock - dayEnd > 1) {
    const year = two(text, dayEnd + 1) * 100 + two(text, dayEnd + 3);
    return zone.toEpoch(wallClock(year, month, day, hour, minute, second, ms));
  }
  return yearless(month, day, hour, minute, second, ms, zone, now);
}

let yearFrom = 0;
let yearTo = 0;
let yearKnown = 0;

/** The year at a moment in a zone. Most moments are in the year of the one before, and far from its ends. */
function yearAt(now: number, zone: TimeZone): number {
  if (now > yearFrom && now < yearTo) return yearKnown;
  const year = new Date(now + zone.offsetAt(now)).getUTCFullYear();
  yearKnown = year;
  // Two days off the ends it is the same year in every zone.
  yearFrom = dayNumber(year, 1, 3) * 86_400_000;
  yearTo = dayNumber(year, 12, 30) * 86_400_000;
  return year;
}

/** The last such time that is not more than four days ahead of `now`. */
function yearless(
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
  zone: TimeZone,
  now: number,
): number {
  const year = yearAt(now, zone);
  if (month === 2 && day === 29) return lastLeapDay(year, hour, minute, second, ms, zone, now);
  const time = zone.toEpoch(wallClock(year, month, day, hour, minute, second, ms));
  return time > now + aheadMs
    ? zone.toEpoch(wallClock(year - 1, month, day, hour, minute, second, ms))
    : time;
}

/**
 * Of the readings of a time without a year the last that is not more than four days ahead of `now`. `toEpoch` reads it as of a year.
 */
export function yearOfYearless(toEpoch: (year: number) => number, zone: TimeZone, now: number): number {
  const year = yearAt(now, zone);
  const time = toEpoch(year);
  return time > now + aheadMs ? toEpoch(year - 1) : time;
}

function lastLeapDay(
  year: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
  zone: TimeZone,
  now: number,
): number {
  for (let y = year; y > year - 9; y--) {
    const time = zone.toEpoch(wallClock(y, 2, 29, hour, minute, second, ms));
    if (time <= now + aheadMs) return time;
  }
  return Number.NaN;
}

const multiFormat = /^([A-Z][a-z]{2}) +(\d{1,2}) +(?:(\d{4}) +)?(\d{1,2}):(\d{1,2}):(\d{1,2})/;

/**
 * A time in one of several shapes: digits alone are epoch milliseconds; RFC 3339; or it begins with `Mmm d[d] [yyyy ]H:m:s`, of which
 * what follows (a fraction, a zone) is not read.
 */
export function readAnySyslogTime(text: string, zone: TimeZone, now: number): number {
  if (text.length > 0 && text.length <= 16 && endOfDigits(text, 0, text.length) === text.length)
    return Number(text);
  const found = multiFormat.exec(text);
  if (found === null) return readIsoTime(text);
  const month = monthAt(text, 0);
  const day = Number(found[2]);
  const hour = Number(found[4]);
  const minute = Number(found[5]);
  const second = Number(found[6]);
  if (found[3] === undefined) return yearless(month, day, hour, minute, second, 0, zone, now);
  return zone.toEpoch(wallClock(Number(found[3]), month, day, hour, minute, second, 0));
}

const severities = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
// biome-ignore format: a row of eight reads best
const facilities = [
  'kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news',
  'uucp', undefined, 'authpriv', 'ftp', undefined, undefined, undefined, 'cron',
  'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
];

/** Name of a priority's severity (RFC 5424, 6.2.1), such as `notice`. */
export function severityName(priority: number): string {
  return severities[priority & 7] ?? 'unknown';
}

/** Name of a priority's facility, such as `authpriv`; `unknown` for those without a usual name. */
export function facilityName(priority: number): string {
  return facilities[priority >> 3] ?? 'unknown';
}
