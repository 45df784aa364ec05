import { utc } from './calendar.ts';
import { datePattern, months, type PatternField, weekdays } from './java-date.ts';
import { toInstant, type Zone, zoneOf } from './time-zone.ts';

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
