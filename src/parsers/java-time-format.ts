/**
 * Reads dates by patterns of Java's java.time.format.DateTimeFormatter, strictly: widths are exact, the whole text must fit,
 * `yy` is 2000 to 2099, `SSSSSS` is a fraction of exactly six digits, and a day beyond the end of its month is the month's last.
 */
import { ParserConfigError } from './errors.ts';
import { type DateReader, type PatternPart, splitDatePattern } from './java-date.ts';
import type { TimeZone } from './time-zone.ts';
import { daysIn, wallClock } from './timestamps.ts';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const longMonthNames =
  'January|February|March|April|May|June|July|August|September|October|November|December';

/** Compiles a pattern that gives a date and a time of day. `zone` holds unless the text states an offset. Throws `ParserConfigError`. */
export function dateTimeFormatter(pattern: string, zone: TimeZone): DateReader {
  const parts = splitDatePattern(pattern, 'uyMLdHhmsSnaEXxZVz');
  const groups: string[] = [];
  let source = '^';
  for (const { letter, count, literal } of parts) {
    if (letter === '') {
      source += literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    } else {
      groups.push(`${letter}${count > 2 && (letter === 'M' || letter === 'L') ? 'MM' : ''}`);
      source += `(${fieldSource(letter, count, pattern)})`;
    }
  }
  const fixed = fixedWidthReader(parts, zone);
  if (fixed !== undefined) return fixed;
  const regex = new RegExp(`${source}$`);
  return (text) => {
    const found = regex.exec(text);
    return found === null ? Number.NaN : toEpoch(groups, found, zone);
  };
}

const fixedLetters = 'yMdHmsS';

/** A reader for patterns whose fields are digits at fixed places, without a regular expression; undefined for others. */
function fixedWidthReader(parts: readonly PatternPart[], zone: TimeZone): DateReader | undefined {
  const slots = new Int32Array(parts.length).fill(-1);
  const widths = new Int32Array(parts.length);
  const literals: string[] = [];
  let total = 0;
  let fractionWidth = 3;
  for (const [i, { letter, count, literal }] of parts.entries()) {
    literals.push(literal);
    widths[i] = letter === '' ? literal.length : count;
    total += widths[i]!;
    if (letter === '') continue;
    slots[i] = fixedLetters.indexOf(letter === 'u' ? 'y' : letter);
    const fits = letter === 'S' ? count <= 9 : count === 2 || (count === 4 && slots[i] === 0);
    if (slots[i]! < 0 || !fits) return undefined;
    if (letter === 'S') fractionWidth = count;
  }
  const read = compileFixed(slots, widths, literals, total);
  const values = new Int32Array(fixedLetters.length);
  return (text) => {
    values.fill(0);
    values[1] = values[2] = 1;
    if (!read(text, values)) return Number.NaN;
    const ms = Math.floor(values[6]! * 10 ** (3 - fractionWidth));
    const local = clamped(values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!, ms);
    return zone.toEpoch(local);
  };
}

/** Code that reads digits at fixed places into their slots. Of the pattern only its literals enter it, as quoted JSON. */
function compileFixed(
  slots: Int32Array,
  widths: Int32Array,
  literals: readonly string[],
  total: number,
): (text: string, values: Int32Array) => boolean {
  const lines = [`if (text.length !== ${total}) return false;`, 'let v = 0, d = 0;'];
  let at = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    if (slot < 0) {
      lines.push(`if (!text.startsWith(${JSON.stringify(literals[i])}, ${at})) return false;`);
    } else {
      lines.push('v = 0;');
      for (let j = 0; j < widths[i]!; j++)
        lines.push(
          `d = text.charCodeAt(${at + j}) - 48; if (!(d >= 0 && d <= 9)) return false; v = v * 10 + d;`,
        );
      lines.push(`values[${slot}] = ${slot === 0 && widths[i] === 2 ? '2000 + v' : 'v'};`);
    }
    at += widths[i]!;
  }
  return new Function('text', 'values', `${lines.join('\n')}\nreturn true;`) as (
    text: string,
    values: Int32Array,
  ) => boolean;
}

function fieldSource(letter: string, count: number, pattern: string): string {
  switch (letter) {
    case 'u':
    case 'y':
      return count === 2 ? '\\d{2}' : count === 1 ? '\\d{1,9}' : `\\d{${count}}`;
    case 'M':
    case 'L':
      return count === 3 ? monthNames.join('|') : count === 4 ? longMonthNames : numberSource(count);
    case 'd':
    case 'H':
    case 'h':
    case 'm':
    case 's':
      if (count > 2)
        throw new ParserConfigError(
          `The date pattern ${JSON.stringify(pattern)} repeats ${letter} more than twice`,
        );
      return numberSource(count);
    case 'S':
      return `\\d{${Math.min(count, 9)}}`;
    case 'n':
      return '\\d{1,9}';
    case 'a':
      return 'AM|PM';
    case 'E':
      return count < 4 ? 'Mon|Tue|Wed|Thu|Fri|Sat|Sun' : '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
    case 'V':
    case 'z':
      throw new ParserConfigError(`The date pattern ${JSON.stringify(pattern)} asks for a zone by name`, {
        hint: 'State the zone in timeZone, or use an offset (X, XXX, Z)',
      });
    default:
      return `${letter === 'X' ? 'Z|' : ''}[+-]\\d{2}(?::?\\d{2})?`;
  }
}

function numberSource(count: number): string {
  return count === 1 ? '\\d{1,2}' : '\\d{2}';
}

function toEpoch(groups: readonly string[], found: RegExpExecArray, zone: TimeZone): number {
  let year = Number.NaN;
  let month = 1;
  let day = 1;
  let hour = 0;
  let minute = 0;
  let second = 0;
  let ms = 0;
  let half = -1;
  let offset = Number.NaN;
  for (let i = 0; i < groups.length; i++) {
    const text = found[i + 1]!;
    const value = Number(text);
    switch (groups[i]) {
      case 'u':
      case 'y':
        year = text.length === 2 ? 2000 + value : value;
        break;
      case 'M':
      case 'L':
        month = value;
        break;
      case 'MMM':
      case 'LMM':
        month = monthNames.indexOf(text.slice(0, 3)) + 1;
        break;
      case 'd':
        day = value;
        break;
      case 'h':
        if (half < 0) half = 0;
        hour = value === 12 ? 0 : value;
        break;
      case 'H':
        hour = value;
        break;
      case 'm':
        minute = value;
        break;
      case 's':
        second = value;
        break;
      case 'S':
        ms = Math.floor(value / 10 ** (text.length - 3));
        break;
      case 'n':
        ms = Math.floor(value / 1e6);
        break;
      case 'a':
        half = text === 'PM' ? 1 : 0;
        break;
      case 'X':
      case 'x':
      case 'Z': {
        const digits = text.replace(/\D/g, '');
        const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
        offset = (text.startsWith('-') ? -1 : 1) * minutes * 60_000;
        break;
      }
      default:
    }
  }
  if (half > 0) hour += 12;
  const local = clamped(year, month, day, hour, minute, second, ms);
  return Number.isNaN(offset) ? zone.toEpoch(local) : local - offset;
}

/** As if in UTC, a day beyond the end of its month being the last; NaN when a part is out of its range or the year is missing. */
function clamped(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  if (!(year > 0 && day <= 31)) return Number.NaN;
  const last = day <= 28 ? day : Math.min(day, daysIn(year, month));
  return wallClock(year, month, last, hour, minute, second, ms);
}
