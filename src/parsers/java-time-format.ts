/**
 * Reads dates by patterns of Java's java.time.format.DateTimeFormatter, strictly: widths are exact, the whole text must fit,
 * `yy` is 2000 to 2099, `SSSSSS` is a fraction of exactly six digits, and a day beyond the end of its month is the month's last.
 */
import { ParserConfigError } from './errors.ts';
import { type DateReader, splitDatePattern } from './java-date.ts';
import type { TimeZone } from './time-zone.ts';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const longMonthNames =
  'January|February|March|April|May|June|July|August|September|October|November|December';

/** Compiles a pattern that gives a date and a time of day. `zone` holds unless the text states an offset. Throws `ParserConfigError`. */
export function dateTimeFormatter(pattern: string, zone: TimeZone): DateReader {
  const groups: string[] = [];
  let source = '^';
  for (const { letter, count, literal } of splitDatePattern(pattern, 'uyMLdHhmsSnaEXxZV')) {
    if (letter === '') {
      source += literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    } else {
      groups.push(`${letter}${count > 2 && (letter === 'M' || letter === 'L') ? 'MM' : ''}`);
      source += `(${fieldSource(letter, count, pattern)})`;
    }
  }
  const regex = new RegExp(`${source}$`);
  return (text) => {
    const found = regex.exec(text);
    return found === null ? Number.NaN : toEpoch(groups, found, zone);
  };
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
  const ranges =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
  if (!ranges || Number.isNaN(year)) return Number.NaN;
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const local = Date.UTC(year, month - 1, Math.min(day, lastDay), hour, minute, second, ms);
  return Number.isNaN(offset) ? zone.toEpoch(local) : local - offset;
}
