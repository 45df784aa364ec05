/**
 * Dates as Elasticsearch's range queries write them: `now-15m`, `now/d`, `2026-01-31||+1d`, ISO 8601 of any precision. UTC
 * unless an offset is given.
 */

/** A span of time, epoch milliseconds: a date without a time of day is the whole day. */
export interface DateSpan {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's';

const lengths = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;
const iso =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[Tt](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?([Zz]|[+-]\d{2}:?\d{2})?$/;
const step = /^(?:([+-])(\d{1,9})?([yMwdhHms])|\/([yMwdhHms]))/;

/** Null for what is no date. `now` is taken for one, an ISO date only when `absolute`. */
export function parseDate(text: string, now: number, absolute: boolean): DateSpan | null {
  if (/^now(?![A-Za-z0-9_])/.test(text)) return calculate({ start: now, end: now + 1 }, text.slice(3));
  if (!absolute) return null;
  const bar = text.indexOf('||');
  const date = parseIso(bar === -1 ? text : text.slice(0, bar));
  if (date === null || bar === -1) return date;
  return calculate({ start: date.start, end: date.start + 1 }, text.slice(bar + 2));
}

function parseIso(text: string): DateSpan | null {
  const match = iso.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  if (zone !== undefined && hour === undefined) return null;
  const parts = [
    Number(year),
    Number(month) - 1,
    Number(day ?? 1),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  ] as const;
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(...parts, milliseconds);
  const made = new Date(local);
  // Date.UTC carries over what is too large: the 31st of February would become the 3rd of March.
  const real =
    made.getUTCMonth() === parts[1] &&
    made.getUTCDate() === parts[2] &&
    parts[3] < 24 &&
    parts[4] < 60 &&
    parts[5] < 60;
  if (!real) return null;
  const start = local - offsetOf(zone);
  const unit = unitOf([day, hour, minute, second, fraction]);
  return { start, end: unit === null ? start + 1 : add(start, 1, unit) };
}

function unitOf(parts: readonly (string | undefined)[]): Unit | null {
  const units = ['M', 'd', 'h', 'm', 's'] as const;
  const missing = parts.indexOf(undefined);
  return missing === -1 ? null : units[missing]!;
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function calculate(from: DateSpan, text: string): DateSpan | null {
  let span = from;
  let rest = text;
  while (rest !== '') {
    const match = step.exec(rest);
    if (match === null) return null;
    const [whole, sign, count, addUnit, roundUnit] = match;
    if (addUnit !== undefined) {
      const start = add(span.start, (sign === '-' ? -1 : 1) * Number(count ?? 1), unitNamed(addUnit));
      span = { start, end: start + 1 };
    } else {
      const unit = unitNamed(roundUnit!);
      const start = roundDown(span.start, unit);
      span = { start, end: add(start, 1, unit) };
    }
    if (!Number.isSafeInteger(span.start) || !Number.isSafeInteger(span.end)) return null;
    rest = rest.slice(whole.length);
  }
  return span;
}

const units: Readonly<Record<string, Unit>> = {
  y: 'y',
  M: 'M',
  w: 'w',
  d: 'd',
  h: 'h',
  H: 'h',
  m: 'm',
  s: 's',
};

function unitNamed(letter: string): Unit {
  return units[letter]!;
}

function add(time: number, count: number, unit: Unit): number {
  if (unit !== 'y' && unit !== 'M') return time + count * lengths[unit];
  const date = new Date(time);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + count * (unit === 'y' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = months - year * 12;
  // A month after the 31st of January is the last day of February.
  const day = Math.min(date.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return (
    Date.UTC(year, month, day) +
    (time - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()))
  );
}

function roundDown(time: number, unit: Unit): number {
  const date = new Date(time);
  switch (unit) {
    case 'y':
      return Date.UTC(date.getUTCFullYear(), 0);
    case 'M':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    case 'w': {
      const day = Math.floor(time / lengths.d);
      // The epoch began on a Thursday; weeks begin on Monday.
      return (day - ((((day + 3) % 7) + 7) % 7)) * lengths.d;
    }
    default:
      return Math.floor(time / lengths[unit]) * lengths[unit];
  }
}
