import { argumentError } from './errors.ts';
import { toInstant, type Zone, zoneOf } from './time-zone.ts';

/** Java's SimpleDateFormat patterns, in English and with US weeks (Sunday first, week 1 holds January 1). */

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
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

const months = [
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
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

interface PatternField {
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
  if (held.size < 1000) held.set(pattern, fields);
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

/**
 * Reads a date from the start of a text; what stands behind it is ignored. Undefined when the text does not fit. Lenient
 * reading lets fields run over (month 13 is January); strict reading refuses that. Milliseconds since 1970.
 */
export function parseDate(
  pattern: string,
  text: string,
  zoneName: string,
  options: { strict?: boolean; now?: number } = {},
): number | undefined {
  const read = new DateReader(text, zoneName, options.now ?? 0);
  for (const part of datePattern(pattern))
    if (!(typeof part === 'string' ? read.literal(part) : read.field(part))) return undefined;
  return read.instant(options.strict === true);
}

const abbreviations: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  WET: 0,
  WEST: 1,
  BST: 1,
  IST: 5.5,
  JST: 9,
  MSK: 3,
  AEST: 10,
  AEDT: 11,
};

class DateReader {
  readonly #text: string;
  readonly #values = new Map<string, number>();
  readonly #now: number;
  readonly #zone: Zone;
  #offset: number | undefined;
  #at = 0;

  constructor(text: string, zoneName: string, now: number) {
    this.#text = text;
    this.#zone = zoneOf(zoneName);
    this.#now = now;
  }

  literal(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  field({ letter, count, width }: PatternField): boolean {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1;
    if (this.#at >= this.#text.length) return false;
    switch (letter) {
      case 'G':
        return this.#word('G', ['BC', 'AD']);
      case 'M':
      case 'L':
        if (count > 2)
          return (
            this.#word('M', months) ||
            this.#word(
              'M',
              months.map((name) => name.slice(0, 3)),
            )
          );
        return this.#number('M', width, -1);
      case 'E':
        return (
          this.#word('E', weekdays) ||
          this.#word(
            'E',
            weekdays.map((name) => name.slice(0, 3)),
          )
        );
      case 'a':
        return this.#word('a', ['AM', 'PM']);
      case 'z':
      case 'Z':
      case 'X':
        return this.#readZone();
      case 'y':
      case 'Y':
        return this.#year(count, width);
      default:
        return this.#number(letter, width, 0);
    }
  }

  #word(letter: string, words: readonly string[]): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 12).toLowerCase();
    const index = words.findIndex((word) => rest.startsWith(word.toLowerCase()));
    if (index < 0) return false;
    this.#at += words[index]!.length;
    this.#values.set(letter, index);
    return true;
  }

  #digits(width: number): string | undefined {
    const length = width === 0 ? 18 : width;
    const found = /^-?\d+/.exec(this.#text.slice(this.#at, this.#at + length))?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #number(letter: string, width: number, shift: number): boolean {
    const digits = this.#digits(width);
    if (digits === undefined) return false;
    this.#values.set(letter, Number(digits) + shift);
    return true;
  }

  #year(count: number, width: number): boolean {
    const digits = this.#digits(width);
    if (digits === undefined) return false;
    let year = Number(digits);
    if (count <= 2 && /^\d\d$/.test(digits)) {
      // Two digits mean a year from 80 years ago to 20 years ahead.
      const first = new Date(this.#now).getUTCFullYear() - 80;
      year += Math.floor(first / 100) * 100;
      if (year < first) year += 100;
    }
    this.#values.set('y', year);
    return true;
  }

  #readZone(): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 40);
    const match = /^(?:(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?|[A-Za-z][A-Za-z_/]*)/.exec(rest);
    if (match === null) return false;
    if (match[1] !== undefined) {
      this.#offset = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
    } else {
      const name = match[0];
      if (name === 'Z' || name === 'GMT' || name === 'UTC') this.#offset = 0;
      else if (Object.hasOwn(abbreviations, name)) this.#offset = abbreviations[name]! * 3_600_000;
      else if (name.includes('/')) this.#offset = zoneOf(name).offset(this.#now);
      else return false;
    }
    this.#at += match[0].length;
    return true;
  }

  instant(strict: boolean): number | undefined {
    const value = (letter: string, otherwise: number) => this.#values.get(letter) ?? otherwise;
    let hour = value('H', 0);
    if (this.#values.has('k')) hour = value('k', 24) === 24 ? 0 : value('k', 0);
    if (this.#values.has('h') || this.#values.has('K')) {
      const half = this.#values.has('h') ? (value('h', 12) === 12 ? 0 : value('h', 0)) : value('K', 0);
      hour = half + 12 * value('a', 0);
    }
    const byDayOfYear = this.#values.has('D') && !this.#values.has('d');
    const year = value('G', 1) === 0 ? 1 - value('y', 1) : value('y', 1970);
    const month = byDayOfYear ? 0 : value('M', 0);
    const day = byDayOfYear ? value('D', 1) : value('d', 1);
    if (strict && !this.#isWithin(year, month, day, hour)) return undefined;
    const date = utc(year, month, day);
    const local = date + ((hour * 60 + value('m', 0)) * 60 + value('s', 0)) * 1000 + value('S', 0);
    if (!Number.isFinite(local)) return undefined;
    return this.#offset === undefined ? toInstant(this.#zone, local) : local - this.#offset;
  }

  #isWithin(year: number, month: number, day: number, hour: number): boolean {
    const value = (letter: string, otherwise: number) => this.#values.get(letter) ?? otherwise;
    const between = (n: number, least: number, most: number) => n >= least && n <= most;
    if (!between(month, 0, 11) || !between(hour, 0, 23)) return false;
    if (!between(value('m', 0), 0, 59) || !between(value('s', 0), 0, 59) || !between(value('S', 0), 0, 999))
      return false;
    if (!between(value('h', 12), 1, 12) || !between(value('K', 0), 0, 11) || !between(value('k', 24), 1, 24))
      return false;
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    if (this.#values.has('D') && !this.#values.has('d')) return between(day, 1, leap ? 366 : 365);
    return between(day, 1, [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]!);
  }
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
