/**
 * Time ranges as people type them and the address keeps them: `now-15m`, `now/d`, `2026-11-25 03:00`, epoch milliseconds.
 */
export interface TimeRangeText {
  readonly from: string;
  readonly to: string;
}

export interface ResolvedRange {
  /** Epoch milliseconds, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
  /** The end moves with the clock. */
  readonly open: boolean;
}

export type Zone = 'local' | 'utc';

export const QUICK_RANGES: readonly { readonly label: string; readonly range: TimeRangeText }[] = [
  { label: 'Last 15 minutes', range: { from: 'now-15m', to: 'now' } },
  { label: 'Last hour', range: { from: 'now-1h', to: 'now' } },
  { label: 'Last 4 hours', range: { from: 'now-4h', to: 'now' } },
  { label: 'Last 24 hours', range: { from: 'now-24h', to: 'now' } },
  { label: 'Today', range: { from: 'now/d', to: 'now' } },
  { label: 'Yesterday', range: { from: 'now-1d/d', to: 'now/d' } },
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 30 days', range: { from: 'now-30d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
  { label: 'Last year', range: { from: 'now-1y', to: 'now' } },
];

export const DEFAULT_RANGE: TimeRangeText = { from: 'now-24h', to: 'now' };

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Epoch milliseconds of a point in time, or null when the text is none. Calendar units and dates are read in `zone`. */
export function parseInstant(text: string, now: number, zone: Zone): number | null {
  const typed = text.trim();
  if (/^\d{10,16}$/.test(typed)) return Number(typed);
  if (typed.toLowerCase().startsWith('now')) return parseRelative(typed, now, zone);
  return parseAbsolute(typed, zone);
}

function parseRelative(text: string, now: number, zone: Zone): number | null {
  const match = /^now((?:[+-]\d{1,6}[smhdwMy])*)(\/[smhdwMy])?$/i.exec(text.replace(/\s+/g, ''));
  if (!match) return null;
  let time = now;
  for (const [, sign, count, unit = ''] of (match[1] ?? '').matchAll(/([+-])(\d+)([smhdwMy])/gi)) {
    time = shift(time, Number(count) * (sign === '-' ? -1 : 1), unit, zone);
  }
  const floor = match[2]?.slice(1);
  return floor ? startOf(time, floor, zone) : time;
}

function shift(time: number, count: number, unit: string, zone: Zone): number {
  const fixed = UNIT_MS[unit === 'M' ? '' : unit.toLowerCase()];
  if (fixed !== undefined) return time + count * fixed;
  const parts = calendar(time, zone);
  if (unit === 'M') parts[1] += count;
  else parts[0] += count;
  return fromCalendar(parts, zone);
}

type Calendar = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
];

function calendar(time: number, zone: Zone): Calendar {
  const d = new Date(time);
  return zone === 'utc'
    ? [
        d.getUTCFullYear(),
        d.getUTCMonth(),
        d.getUTCDate(),
        d.getUTCHours(),
        d.getUTCMinutes(),
        d.getUTCSeconds(),
        d.getUTCMilliseconds(),
      ]
    : [
        d.getFullYear(),
        d.getMonth(),
        d.getDate(),
        d.getHours(),
        d.getMinutes(),
        d.getSeconds(),
        d.getMilliseconds(),
      ];
}

function fromCalendar(parts: Calendar, zone: Zone): number {
  return zone === 'utc' ? Date.UTC(...parts) : new Date(...parts).getTime();
}

function startOf(time: number, unit: string, zone: Zone): number {
  const parts = calendar(time, zone);
  const kept = unit === 'M' ? 2 : { y: 1, d: 3, w: 3, h: 4, m: 5, s: 6 }[unit.toLowerCase()];
  if (kept === undefined) return time;
  // Weeks start on Monday (ISO 8601).
  if (unit.toLowerCase() === 'w')
    parts[2] -= (new Date(Date.UTC(parts[0], parts[1], parts[2])).getUTCDay() + 6) % 7;
  const zeros: Calendar = [0, 0, 1, 0, 0, 0, 0];
  for (let at = kept; at < parts.length; at++) parts[at] = zeros[at] ?? 0;
  return fromCalendar(parts, zone);
}

function parseAbsolute(text: string, zone: Zone): number | null {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  const numbers: Calendar = [
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(`${fraction}000`.slice(0, 3)),
  ];
  const utc = Date.UTC(...numbers);
  const back = new Date(utc);
  // Refuses 2026-02-31 and 25:00 rather than rolling over.
  if (
    back.getUTCMonth() !== numbers[1] ||
    back.getUTCDate() !== numbers[2] ||
    back.getUTCHours() !== numbers[3]
  )
    return null;
  if (numbers[4] > 59 || numbers[5] > 59) return null;
  if (offset === undefined) return fromCalendar(numbers, zone);
  if (/^(z|utc)$/i.test(offset)) return utc;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return utc - (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** Both ends of a range, or what is wrong with it in a sentence. */
export function resolveRange(
  range: TimeRangeText,
  now: number,
  zone: Zone,
): ResolvedRange | { readonly error: string; readonly end: 'from' | 'to' } {
  const from = parseInstant(range.from, now, zone);
  if (from === null) return { error: 'Write the start as now-15m, now/d or 2026-11-25 03:00.', end: 'from' };
  const to = parseInstant(range.to, now, zone);
  if (to === null) return { error: 'Write the end as now, now-1h or 2026-11-25 03:00.', end: 'to' };
  if (from >= to) return { error: 'The start must be before the end.', end: 'from' };
  return { from, to, open: /^now$/i.test(range.to.trim()) };
}

const NICE_INTERVALS: readonly number[] = [
  1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 1_209_600_000,
  2_592_000_000, 7_776_000_000, 31_536_000_000,
];

/** Width of a histogram's buckets: the smallest readable one that needs at most `most` of them. */
export function bucketInterval(from: number, to: number, most = 100): number {
  const least = (to - from) / most;
  return NICE_INTERVALS.find((interval) => interval >= least) ?? Math.ceil(least);
}

/** An absolute range as the address keeps it. */
export function absoluteRange(from: number, to: number): TimeRangeText {
  return { from: instantText(from), to: instantText(to) };
}

/** ISO 8601 in UTC, without a fraction of zero. */
export function instantText(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** What the picker's button says. */
export function rangeLabel(range: TimeRangeText, show: (instant: string) => string): string {
  const quick = QUICK_RANGES.find((one) => one.range.from === range.from && one.range.to === range.to);
  if (quick) return quick.label;
  return `${show(range.from)} – ${show(range.to)}`;
}
