/**
 * Times inside CEF and LEEF (`rt`, `devTime`): epoch milliseconds in digits, `Apr 25 2016 09:26:22.123 EST` with year, fraction and zone
 * as they may be, `25 April 2016 09:26:22`, or RFC 3339. What follows a time is passed over. Up to three digits behind the seconds are
 * a count of milliseconds, as Java reads them; more are a fraction.
 */
import { endOfMonth, monthIn, readZoneName } from './java-date.ts';
import type { TimeZone } from './time-zone.ts';
import { readIsoTime, yearOfYearless } from './timestamps.ts';

export interface DeviceTimeShapes {
  /** Whether a time may lack its year. */
  readonly yearless: boolean;
  /** Whether the day may stand before the month. */
  readonly dayFirst: boolean;
}

export const cefTimes: DeviceTimeShapes = { yearless: true, dayFirst: true };
export const leefTimes: DeviceTimeShapes = { yearless: false, dayFirst: false };

/** Epoch milliseconds; NaN when the text is no such time. */
export function readDeviceTime(text: string, shapes: DeviceTimeShapes, zone: TimeZone, now: number): number {
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    const end = endOfNumber(text, 0);
    if (end === text.length) return text.length <= 16 ? Number(text) : Number.NaN;
    if (text.charCodeAt(end) !== 0x20) return readIsoTime(text.trimEnd());
    return shapes.dayFirst ? readDayFirst(text, end, zone, now) : Number.NaN;
  }
  const month = monthIn(text, 0);
  if (month < 0) return Number.NaN;
  const dayAt = skipBlanks(text, endOfMonth(text, 0, month));
  const dayEnd = endOfNumber(text, dayAt);
  if (dayEnd === dayAt || dayEnd - dayAt > 2) return Number.NaN;
  const day = Number(text.slice(dayAt, dayEnd));
  let at = skipBlanks(text, dayEnd);
  const end = endOfNumber(text, at);
  if (end === at || end - at > 4) return Number.NaN;
  let year = -1;
  if (text.charCodeAt(end) !== 0x3a) {
    year = Number(text.slice(at, end));
    at = skipBlanks(text, end);
  } else if (!shapes.yearless) return Number.NaN;
  return readClock(text, at, year, month, day, zone, now);
}

/** `25 April 2016 09:26:22`; `dayEnd` is behind the day. */
function readDayFirst(text: string, dayEnd: number, zone: TimeZone, now: number): number {
  const monthAt = skipBlanks(text, dayEnd);
  const month = monthIn(text, monthAt);
  if (month < 0 || dayEnd > 2) return Number.NaN;
  const yearAt = skipBlanks(text, endOfMonth(text, monthAt, month));
  const yearEnd = endOfNumber(text, yearAt);
  if (yearEnd - yearAt !== 4) return Number.NaN;
  const year = Number(text.slice(yearAt, yearEnd));
  return readClock(text, skipBlanks(text, yearEnd), year, month, Number(text.slice(0, dayEnd)), zone, now);
}

/** `HH:mm:ss[.fraction][ zone]` at `start`. Parts beyond their range roll over. A year below zero is to be found. */
function readClock(
  text: string,
  start: number,
  year: number,
  month: number,
  day: number,
  zone: TimeZone,
  now: number,
): number {
  const hourEnd = endOfNumber(text, start);
  if (hourEnd === start || hourEnd - start > 2 || text.charCodeAt(hourEnd) !== 0x3a) return Number.NaN;
  const minuteEnd = endOfNumber(text, hourEnd + 1);
  if (minuteEnd === hourEnd + 1 || minuteEnd - hourEnd > 3 || text.charCodeAt(minuteEnd) !== 0x3a)
    return Number.NaN;
  let at = endOfNumber(text, minuteEnd + 1);
  if (at === minuteEnd + 1 || at - minuteEnd > 3) return Number.NaN;
  const second = Number(text.slice(minuteEnd + 1, at));
  let ms = 0;
  if (text.charCodeAt(at) === 0x2e) {
    const end = endOfNumber(text, at + 1);
    if (end > at + 1) {
      ms = Number(text.slice(at + 1, Math.min(end, at + 4)));
      at = end;
    }
  }
  const hour = Number(text.slice(start, hourEnd));
  const minute = Number(text.slice(hourEnd + 1, minuteEnd));
  const offset = readZoneName(text, skipBlanks(text, at));
  const toEpoch = (inYear: number): number => {
    const local = Date.UTC(inYear, month, day, hour, minute, second, ms);
    return Number.isNaN(offset) ? zone.toEpoch(local) : local - offset;
  };
  return year >= 0 ? toEpoch(year) : yearOfYearless(toEpoch, zone, now);
}

function endOfNumber(text: string, from: number): number {
  let at = from;
  for (;;) {
    const c = text.charCodeAt(at);
    if (!(c >= 0x30 && c <= 0x39)) return at;
    at++;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  return at;
}
