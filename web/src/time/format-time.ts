import type { Zone } from './time-range.ts';

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

/** `2026-11-25 03:48:02.123`; dates sort and compare by eye in this form. */
export function formatTime(ms: number, zone: Zone, precision: 'ms' | 's' | 'min' | 'day' = 'ms'): string {
  const d = new Date(ms);
  if (Number.isNaN(d.getTime())) return String(ms);
  const utc = zone === 'utc';
  const day = `${utc ? d.getUTCFullYear() : d.getFullYear()}-${pad((utc ? d.getUTCMonth() : d.getMonth()) + 1)}-${pad(utc ? d.getUTCDate() : d.getDate())}`;
  if (precision === 'day') return day;
  const minute = `${day} ${pad(utc ? d.getUTCHours() : d.getHours())}:${pad(utc ? d.getUTCMinutes() : d.getMinutes())}`;
  if (precision === 'min') return minute;
  const second = `${minute}:${pad(utc ? d.getUTCSeconds() : d.getSeconds())}`;
  return precision === 's' ? second : `${second}.${pad(d.getUTCMilliseconds(), 3)}`;
}

/** As little of it as tells it apart from now: the clock today, the day before it this year. */
export function formatShort(ms: number, now: number, zone: Zone): string {
  const full = formatTime(ms, zone, 's');
  const today = formatTime(now, zone, 'day');
  if (full.startsWith(today)) return full.slice(11);
  return full.startsWith(today.slice(0, 5)) ? full.slice(5) : full;
}

/** ISO 8601 for a machine to read, or nothing when the number is no time. */
export function isoTime(ms: number): string | undefined {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** The same with its zone, for where it stands alone. */
export function formatExact(ms: number, zone: Zone): string {
  return `${formatTime(ms, zone)} ${zone === 'utc' ? 'UTC' : zoneOffset(ms)}`;
}

function zoneOffset(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`; `in 3 s` for clocks ahead of ours. */
export function formatAge(ms: number, now: number): string {
  const seconds = Math.round((now - ms) / 1000);
  const size = Math.abs(seconds);
  const text =
    size < 60
      ? `${size} s`
      : size < 3600
        ? `${Math.floor(size / 60)} min`
        : size < 86_400
          ? `${Math.floor(size / 3600)} h`
          : `${Math.floor(size / 86_400)} d`;
  if (size < 1) return 'now';
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** A length of time: `30 s`, `15 min`, `2 h`, `7 d`. */
export function formatSpan(ms: number): string {
  if (ms < 60_000) return `${trim(ms / 1000)} s`;
  if (ms < 3_600_000) return `${trim(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${trim(ms / 3_600_000)} h`;
  return `${trim(ms / 86_400_000)} d`;
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const counts = new Intl.NumberFormat('en-US');

/** Digits grouped by thousands. */
export function formatCount(value: number): string {
  return counts.format(value);
}
