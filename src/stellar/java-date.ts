import { type CalendarFields, calendarFields } from './calendar.ts';
import { argumentError } from './errors.ts';
import { ownText } from './own-text.ts';
import { type Zone, zoneOf } from './time-zone.ts';

/** Java's SimpleDateFormat patterns, in English and with US weeks (Sunday first, week 1 holds January 1). */

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export interface PatternField {
  readonly letter: string;
  readonly count: number;
  /** Digits that a number may have, when another number follows at once; 0 for any. */
  readonly width: number;
}
type PatternPart = string | PatternField;

const letters = 'GyYMLwWDdFEuaHkKhmsSzZX';
const held = new Map<string, readonly PatternPart[]>();

/** Reads a pattern. Raises `StellarError` for letters that mean nothing and quotes that stay open. */
export function datePattern(pattern: string): readonly PatternPart[] {
  const found = held.get(pattern);
  if (found !== undefined) return found;
  const parts: PatternPart[] = [];
  for (let i = 0; i < pattern.length; ) {
    const character = pattern[i]!;
    if (character === "'") {
      if (pattern[i + 1] === "'") {
        parts.push("'");
        i += 2;
        continue;
      }
      let text = '';
      for (i += 1; ; i += 1) {
        if (i >= pattern.length)
          throw argumentError(`the date pattern ${JSON.stringify(pattern)} has a quote that stays open`);
        if (pattern[i] !== "'") text += pattern[i];
        else if (pattern[i + 1] === "'") {
          text += "'";
          i += 1;
        } else break;
      }
      i += 1;
      parts.push(text);
    } else if (/[a-zA-Z]/.test(character)) {
      if (!letters.includes(character)) {
        throw argumentError(
          `'${character}' means nothing in the date pattern ${JSON.stringify(pattern)}`,
          'put text between single quotes',
        );
      }
      let count = 1;
      while (pattern[i + count] === character) count += 1;
      parts.push({ letter: character, count, width: 0 });
      i += count;
    } else {
      parts.push(character);
      i += 1;
    }
  }
  const fields = parts.map((part, i): PatternPart => {
    const next = parts[i + 1];
    if (
      typeof part === 'string' ||
      !isNumeric(part) ||
      next === undefined ||
      typeof next === 'string' ||
      !isNumeric(next)
    )
      return part;
    return { ...part, width: part.count };
  });
  if (held.size < 1000 && pattern.length <= 100) held.set(ownText(pattern), fields);
  return fields;
}

function isNumeric({ letter, count }: PatternField): boolean {
  if (letter === 'M' || letter === 'L') return count <= 2;
  return !'GEazZX'.includes(letter);
}

export function formatDate(pattern: string, epoch: number, zoneName: string): string {
  const zone = zoneOf(zoneName);
  const fields = calendarFields(epoch, zone);
  let out = '';
  for (const part of datePattern(pattern))
    out += typeof part === 'string' ? part : formatField(part, fields, epoch, zone);
  return out;
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');
}

function formatField(
  { letter, count }: PatternField,
  fields: CalendarFields,
  epoch: number,
  zone: Zone,
): string {
  switch (letter) {
    case 'G':
      return fields.year > 0 ? 'AD' : 'BC';
    case 'y':
    case 'Y': {
      const weekYear =
        letter === 'Y' && fields.weekOfYear === 1 && fields.month === 11 ? fields.year + 1 : fields.year;
      const year = weekYear > 0 ? weekYear : 1 - weekYear;
      return count === 2 ? padded(year % 100, 2) : padded(year, count);
    }
    case 'M':
    case 'L': {
      const name = months[fields.month]!;
      return count >= 4 ? name : count === 3 ? name.slice(0, 3) : padded(fields.month + 1, count);
    }
    case 'w':
      return padded(fields.weekOfYear, count);
    case 'W':
      return padded(fields.weekOfMonth, count);
    case 'D':
      return padded(fields.dayOfYear, count);
    case 'd':
      return padded(fields.day, count);
    case 'F':
      return padded(Math.floor((fields.day - 1) / 7) + 1, count);
    case 'E':
      return count >= 4 ? weekdays[fields.weekday]! : weekdays[fields.weekday]!.slice(0, 3);
    case 'u':
      return padded(fields.weekday === 0 ? 7 : fields.weekday, count);
    case 'a':
      return fields.hour < 12 ? 'AM' : 'PM';
    case 'H':
      return padded(fields.hour, count);
    case 'k':
      return padded(fields.hour === 0 ? 24 : fields.hour, count);
    case 'K':
      return padded(fields.hour % 12, count);
    case 'h':
      return padded(fields.hour % 12 === 0 ? 12 : fields.hour % 12, count);
    case 'm':
      return padded(fields.minute, count);
    case 's':
      return padded(fields.second, count);
    case 'S':
      return padded(fields.millisecond, count);
    case 'z':
      return zone.name(epoch, count >= 4);
    default:
      return offsetText(letter, count, zone.offset(epoch));
  }
}

/** `+0100` for Z, `Z` or `+01`, `+0100`, `+01:00` for X. */
function offsetText(letter: string, count: number, offset: number): string {
  if (letter === 'X' && offset === 0) return 'Z';
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  const hours = `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}`;
  const rest = padded(minutes % 60, 2);
  if (letter === 'Z') return hours + rest;
  return count === 1 ? hours : count === 2 ? hours + rest : `${hours}:${rest}`;
}

/** A field of a date as printf's `%t` conversions write it, undefined for an unknown letter. */
export function formatDatePart(letter: string, epoch: number, zoneName: string): string | undefined {
  const composed: Readonly<Record<string, string>> = {
    Y: 'yyyy',
    y: 'yy',
    m: 'MM',
    B: 'MMMM',
    b: 'MMM',
    h: 'MMM',
    d: 'dd',
    e: 'd',
    j: 'DDD',
    A: 'EEEE',
    a: 'EEE',
    H: 'HH',
    k: 'H',
    I: 'hh',
    l: 'h',
    M: 'mm',
    S: 'ss',
    L: 'SSS',
    p: 'a',
    z: 'Z',
    Z: 'z',
    R: 'HH:mm',
    T: 'HH:mm:ss',
    r: 'hh:mm:ss a',
    D: 'MM/dd/yy',
    F: 'yyyy-MM-dd',
    c: 'EEE MMM dd HH:mm:ss z yyyy',
  };
  if (letter === 's') return String(Math.floor(epoch / 1000));
  if (letter === 'Q') return String(epoch);
  if (!Object.hasOwn(composed, letter)) return undefined;
  const text = formatDate(composed[letter]!, epoch, zoneName);
  return letter === 'p' ? text.toLowerCase() : text;
}
