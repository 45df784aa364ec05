/**
 * Reads dates by patterns of Java's SimpleDateFormat, leniently as it does: fields roll over (`2016-13-45` is 14 February 2017),
 * the pattern need only fit the beginning of the text, blanks before a field are skipped, `S` is a count of milliseconds (not a
 * fraction), and a two-digit `yy` lies within 80 years back and 20 ahead of now.
 */
import { ParserConfigError } from './errors.ts';
import { zoneNameMinutes } from './java-zone.ts';
import type { TimeZone } from './time-zone.ts';

/** Epoch milliseconds of `text`, NaN when it does not fit. `now`: epoch ms, for years of two digits. */
export type DateReader = (text: string, now: number) => number;

export interface PatternPart {
  /** A pattern letter, or empty for literal text. */
  readonly letter: string;
  readonly count: number;
  readonly literal: string;
}

/** Splits a date pattern at its letters: `'T'` and `''` are quoted text. Throws `ParserConfigError` for letters not in `known`. */
export function splitDatePattern(pattern: string, known: string): PatternPart[] {
  const parts: PatternPart[] = [];
  for (let i = 0; i < pattern.length; ) {
    const char = pattern[i]!;
    let literal = char;
    let next = i + 1;
    if (/[A-Za-z]/.test(char)) {
      while (pattern[next] === char) next++;
      if (!known.includes(char)) {
        throw new ParserConfigError(
          `The date pattern ${JSON.stringify(pattern)} has an unknown letter ${char}`,
          {
            hint: `Letters that can be read: ${known}; other text goes between single quotes`,
          },
        );
      }
      parts.push({ letter: char, count: next - i, literal: '' });
      i = next;
      continue;
    }
    if (char === "'") {
      literal = '';
      if (pattern[next] === "'") literal = "'";
      else {
        for (; pattern[next] !== "'" || pattern[next + 1] === "'"; next++) {
          if (next >= pattern.length)
            throw new ParserConfigError(`The date pattern ${JSON.stringify(pattern)} has an open quote`);
          if (pattern[next] === "'") next++;
          literal += pattern[next];
        }
      }
      next++;
    }
    parts.push({ letter: '', count: 0, literal });
    i = next;
  }
  return parts;
}

// biome-ignore format: a year in two rows
const months = [
  'january', 'february', 'march', 'april', 'may', 'june',
  'july', 'august', 'september', 'october', 'november', 'december',
];
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const letters = 'GyYMLdDEuaHkKhmsSzZX';
const minute = 60_000;
const day = 86_400_000;

/** Compiles a SimpleDateFormat pattern. `zone` holds unless the text names one. Throws `ParserConfigError`. */
export function simpleDateFormat(pattern: string, zone: TimeZone): DateReader {
  const steps = splitDatePattern(pattern, letters).map(
    (part, i, all): PatternPart & { abutting: boolean } => ({
      ...part,
      // A number right before another number takes exactly as many digits as there are letters.
      abutting: isNumeric(part) && all[i + 1] !== undefined && isNumeric(all[i + 1]!),
    }),
  );
  const fields = new DateFields();
  return (text, now) => {
    fields.clear();
    let at = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step.letter === '') {
        if (!text.startsWith(step.literal, at)) return Number.NaN;
        at += step.literal.length;
      } else {
        at = readField(step.letter, step.count, step.abutting, text, at, fields, now);
        if (at < 0) return Number.NaN;
      }
    }
    return fields.toEpoch(zone);
  };
}

function isNumeric(part: PatternPart): boolean {
  return (
    part.letter !== '' &&
    (part.letter === 'M' || part.letter === 'L' ? part.count < 3 : 'yYdDuHkKhmsS'.includes(part.letter))
  );
}

class DateFields {
  year = 1970;
  month = 0;
  dayOfMonth = 1;
  dayOfYear = 0;
  hour = 0;
  halfDay = -1;
  minute = 0;
  second = 0;
  ms = 0;
  /** Milliseconds ahead of UTC that the text states; NaN when it does not. */
  offset = Number.NaN;

  clear(): void {
    this.year = 1970;
    this.month = 0;
    this.dayOfMonth = 1;
    this.dayOfYear = 0;
    this.hour = 0;
    this.halfDay = -1;
    this.minute = 0;
    this.second = 0;
    this.ms = 0;
    this.offset = Number.NaN;
  }

  toEpoch(zone: TimeZone): number {
    const hour = this.halfDay < 0 ? this.hour : (this.hour % 12) + this.halfDay * 12;
    // Date.UTC reads years before 100 as of the twentieth century: 400 years have the same calendar.
    const shift = this.year < 100 ? 400 : 0;
    let local = Date.UTC(
      this.year + shift,
      this.month,
      this.dayOfMonth,
      hour,
      this.minute,
      this.second,
      this.ms,
    );
    if (shift > 0) local -= 146_097 * day;
    if (this.dayOfYear > 0) local += (this.dayOfYear - 1) * day;
    return Number.isNaN(this.offset) ? zone.toEpoch(local) : local - this.offset;
  }
}

const zoneFields = new DateFields();

/** Reads one field at `start` and answers where it ends; minus one when it is not there. */
function readField(
  letter: string,
  count: number,
  abutting: boolean,
  text: string,
  start: number,
  fields: DateFields,
  now: number,
): number {
  let at = start;
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  if (count >= 3 && (letter === 'M' || letter === 'L')) {
    const month = monthIn(text, at);
    if (month < 0) return -1;
    fields.month = month;
    return endOfMonth(text, at, month);
  }
  switch (letter) {
    case 'E': {
      const weekday = nameAt(days, text, at);
      return weekday < 0 ? -1 : at + nameLength(days[weekday]!, text, at);
    }
    case 'a': {
      const half = text.slice(at, at + 2).toLowerCase();
      if (half !== 'am' && half !== 'pm') return -1;
      fields.halfDay = half === 'pm' ? 1 : 0;
      return at + 2;
    }
    case 'G':
      return /^(?:AD|BC)/i.test(text.slice(at, at + 2)) ? at + 2 : -1;
    case 'z':
    case 'Z':
    case 'X':
      return readZone(letter, text, at, fields);
    default:
  }
  const limit = abutting ? at + count : text.length;
  let value = 0;
  let end = at;
  for (; end < limit; end++) {
    const digit = text.charCodeAt(end) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (end === at || (abutting && end < limit) || value > 0x7fffffff) return -1;
  setNumber(letter, value, fields, count <= 2 && end - at === 2, now);
  return end;
}

function setNumber(letter: string, value: number, fields: DateFields, twoDigits: boolean, now: number): void {
  switch (letter) {
    case 'y':
    case 'Y':
      fields.year = twoDigits ? nearCentury(value, now) : value;
      break;
    case 'M':
    case 'L':
      fields.month = value - 1;
      break;
    case 'd':
      fields.dayOfMonth = value;
      break;
    case 'D':
      fields.dayOfYear = value;
      break;
    case 'H':
      fields.hour = value;
      break;
    case 'k':
      fields.hour = value === 24 ? 0 : value;
      break;
    case 'K':
    case 'h':
      fields.hour = value;
      if (fields.halfDay < 0) fields.halfDay = 0;
      break;
    case 'm':
      fields.minute = value;
      break;
    case 's':
      fields.second = value;
      break;
    case 'S':
      fields.ms = value;
      break;
    default:
  }
}

/** The year of two digits that lies less than 80 years back or 20 ahead of now. */
function nearCentury(value: number, now: number): number {
  const first = new Date(now).getUTCFullYear() - 80;
  const year = first - (first % 100) + value;
  return year < first ? year + 100 : year;
}

/** Index of the month whose name, or its first three letters in any case, stands at `at`; minus one otherwise. */
export function monthIn(text: string, at: number): number {
  return nameAt(months, text, at);
}

export function endOfMonth(text: string, at: number, month: number): number {
  return at + nameLength(months[month]!, text, at);
}

/** Index of the name (its first three letters, or all of it) that stands at `at`, in any case. */
function nameAt(names: readonly string[], text: string, at: number): number {
  const short = text.slice(at, at + 3).toLowerCase();
  if (short.length < 3) return -1;
  for (let i = 0; i < names.length; i++) if (names[i]!.startsWith(short)) return i;
  return -1;
}

function nameLength(name: string, text: string, at: number): number {
  return text.slice(at, at + name.length).toLowerCase() === name ? name.length : 3;
}

/** Milliseconds ahead of UTC of a zone that stands at `at` (`EST`, `GMT+2`, `-0400`, `Z`); NaN when none does. */
export function readZoneName(text: string, at: number): number {
  if (at >= text.length) return Number.NaN;
  zoneFields.offset = Number.NaN;
  readZone('z', text, at, zoneFields);
  return zoneFields.offset;
}

function readZone(letter: string, text: string, start: number, fields: DateFields): number {
  let at = start;
  if (letter === 'X' && text[at] === 'Z') {
    fields.offset = 0;
    return at + 1;
  }
  if (letter !== 'X' && text.slice(at, at + 3).toUpperCase() === 'GMT') {
    at += 3;
    fields.offset = 0;
    if (text[at] !== '+' && text[at] !== '-') return at;
  }
  const sign = text[at];
  if (sign === '+' || sign === '-') {
    const written = /[+-](\d\d?)(?::?(\d\d))?/y;
    written.lastIndex = at;
    const found = written.exec(text);
    if (found === null) return -1;
    fields.offset = (sign === '-' ? -1 : 1) * (Number(found[1]) * 60 + Number(found[2] ?? 0)) * minute;
    return written.lastIndex;
  }
  if (letter === 'X') return -1;
  const name = /[A-Za-z]{1,5}/y;
  name.lastIndex = at;
  const minutes = zoneNameMinutes.get((name.exec(text)?.[0] ?? '').toUpperCase());
  if (minutes === undefined) return -1;
  fields.offset = minutes * minute;
  return name.lastIndex;
}
