/** A time in any of the shapes that logs without a rule of their own use. */
import type { TimeZone } from '../time-zone.ts';
import { readIsoTime, readSyslogTime, wallClock } from '../timestamps.ts';

const number = /^\d{1,19}(?:\.\d{1,9})?$/;
const local =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?( ?(?:Z|UTC|[+-]\d\d:?\d\d))?$/;

/**
 * Epoch milliseconds; NaN when the text is none of: RFC 3339; the same with a blank, a comma or without a zone; a syslog time; a number since
 * 1970 (seconds below 10^11, milliseconds below 10^14, microseconds below 10^17, else nanoseconds).
 */
export function readAnyTime(text: string, zone: TimeZone, now: number): number {
  if (text.length > 40) return Number.NaN;
  const iso = readIsoTime(text);
  if (!Number.isNaN(iso)) return iso;
  if (number.test(text)) return readSince1970(Number(text));
  const time = readDateTime(text, zone);
  return Number.isNaN(time) ? readSyslogTime(text, zone, now) : time;
}

/** `2026-03-09 08:12:44`: also with slashes, a `T`, a fraction, a zone behind it; without a zone it is in the one handed in. NaN when it is no such time. */
export function readDateTime(text: string, zone: TimeZone): number {
  const found = text.length > 40 ? null : local.exec(text);
  if (found === null) return Number.NaN;
  const part = (i: number): number => Number(found[i]);
  const wall = wallClock(part(1), part(2), part(3), part(4), part(5), part(6), millisecondsOf(found[7]));
  const offset = found[8]?.trim();
  if (offset === undefined) return zone.toEpoch(wall);
  if (offset === 'Z' || offset === 'UTC') return wall;
  const sign = offset.startsWith('-') ? -1 : 1;
  return wall - sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;
}

/** Of the digits of a fraction of a second, which may be missing. */
export function millisecondsOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Epoch milliseconds of a number whose size tells its unit. */
export function readSince1970(value: number): number {
  if (!(value >= 0 && value < 1e19)) return Number.NaN;
  if (value < 1e11) return Math.floor(value * 1000 + 0.0005);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1000 : value / 1_000_000);
}
