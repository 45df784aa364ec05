import { wholeOf } from './arithmetic.ts';
import { argumentError, StellarError } from './errors.ts';
import { formatDatePart } from './java-date.ts';
import { describe, kindOf, numberOf, StellarChar, textOf } from './values.ts';

/** Java's printf (java.util.Formatter), independent of the locale. */

interface Conversion {
  /** Place of the argument, from 0. */
  readonly index: number;
  readonly flags: string;
  readonly width: number;
  readonly precision: number;
  readonly conversion: string;
  readonly text: string;
}

export type FormatPart = string | Conversion;

const specifier = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT]?)([a-zA-Z%])/y;
const known = 'bBhHsScCdoxXeEfgGaAn%';
const widest = 100_000;
const longest = 16 * 1024 * 1024;

/** Reads a format. Raises `StellarError` for what is no conversion. */
export function parseFormat(format: string): FormatPart[] {
  const parts: FormatPart[] = [];
  let ordinary = 0;
  let last = 0;
  let i = 0;
  while (i < format.length) {
    const next = format.indexOf('%', i);
    if (next < 0) {
      parts.push(format.slice(i));
      break;
    }
    if (next > i) parts.push(format.slice(i, next));
    specifier.lastIndex = next;
    const match = specifier.exec(format);
    if (match === null)
      throw argumentError(
        `FORMAT: '${format.slice(next, next + 5)}' is no conversion`,
        "a percent sign is written '%%'",
      );
    const [text, explicit, same, flags = '', width, precision, date = '', letter = ''] = match;
    i = specifier.lastIndex;
    if (date === '' && !known.includes(letter)) throw argumentError(`FORMAT knows no conversion '${text}'`);
    if (Number(width ?? 0) > widest || Number(precision ?? 0) > widest)
      throw argumentError(`FORMAT: '${text}' is too wide`);
    if (letter === '%' && date === '') {
      parts.push(pad('%', Number(width ?? -1), flags));
      continue;
    }
    if (letter === 'n' && date === '') {
      parts.push('\n');
      continue;
    }
    const index = explicit !== undefined ? Number(explicit) - 1 : same !== undefined ? last : ordinary++;
    last = index;
    parts.push({
      index,
      flags,
      width: Number(width ?? -1),
      precision: Number(precision ?? -1),
      conversion: date + letter,
      text,
    });
  }
  return parts;
}

/** Fills a format in. `timeZone` is for dates. */
export function format(parts: readonly FormatPart[], args: readonly unknown[], timeZone: string): string {
  let out = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    const value = args[part.index];
    if (value === undefined) throw argumentError(`FORMAT has no argument for '${part.text}'`);
    // The two most common conversions, plain.
    if (part.flags === '' && part.width < 0 && part.precision < 0) {
      if (part.conversion === 's' && typeof value === 'string') {
        out += value;
        continue;
      }
      if (part.conversion === 'd' && typeof value === 'number' && (value | 0) === value) {
        out += value;
        continue;
      }
    }
    out += convert(part, value, timeZone);
    if (out.length > longest)
      throw new StellarError(
        'SKP_STELLAR_BUDGET',
        `FORMAT would make a text of more than ${longest} characters`,
      );
  }
  return out;
}

function convert(part: Conversion, value: unknown, timeZone: string): string {
  const { conversion, flags, width } = part;
  const lower = conversion.toLowerCase();
  let text: string;
  if (lower.startsWith('t')) text = value === null ? 'null' : datePart(part, value, timeZone);
  else if (lower === 'b')
    text = cut(part, value === null ? 'false' : typeof value === 'boolean' ? String(value) : 'true');
  else if (lower === 'h') text = cut(part, value === null ? 'null' : (hashCode(value) >>> 0).toString(16));
  else if (lower === 's') text = cut(part, textOf(value));
  else if (value === null) text = cut(part, 'null');
  else if (lower === 'c') return pad(upperIf(part, character(part, value)), width, flags);
  else if (lower === 'd') return wholeNumber(part, value);
  else if (lower === 'o' || lower === 'x') return wholeInBase(part, value);
  else return realNumber(part, value);
  return pad(upperIf(part, text), width, flags);
}

function upperIf({ conversion }: Conversion, text: string): string {
  return /^[A-Z]/.test(conversion) ? text.toUpperCase() : text;
}

function cut({ precision }: Conversion, text: string): string {
  return precision >= 0 ? text.slice(0, precision) : text;
}

function pad(text: string, width: number, flags: string): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

function mismatch(part: Conversion, value: unknown, wanted: string): Error {
  return argumentError(`FORMAT: '${part.text}' needs ${wanted}, not ${describe(value)}`);
}

function character(part: Conversion, value: unknown): string {
  if (value instanceof StellarChar) return value.value;
  if (typeof value === 'number' && kindOf(value) === 'int' && value >= 0 && value <= 0x10ffff)
    return String.fromCodePoint(value);
  throw mismatch(part, value, 'a character');
}

function wholeNumber(part: Conversion, value: unknown): string {
  const kind = kindOf(value);
  if (kind !== 'int' && kind !== 'long') throw mismatch(part, value, 'a whole number');
  const whole = wholeOf(value);
  return signed(part, whole < 0n, (whole < 0n ? -whole : whole).toString());
}

/** Sign, grouping and zero padding of a decimal number's digits. */
function signed({ flags, width }: Conversion, negative: boolean, magnitude: string): string {
  let digits = magnitude;
  if (flags.includes(','))
    digits = digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));
  const parenthesis = negative && flags.includes('(');
  const sign = parenthesis
    ? '('
    : negative
      ? '-'
      : flags.includes('+')
        ? '+'
        : flags.includes(' ')
          ? ' '
          : '';
  const end = parenthesis ? ')' : '';
  if (flags.includes('0')) digits = digits.padStart(width - sign.length - end.length, '0');
  return pad(sign + digits + end, width, flags);
}

function wholeInBase(part: Conversion, value: unknown): string {
  const kind = kindOf(value);
  if (kind !== 'int' && kind !== 'long') throw mismatch(part, value, 'a whole number');
  const octal = part.conversion === 'o';
  const whole = BigInt.asUintN(kind === 'int' ? 32 : 64, wholeOf(value));
  let text = whole.toString(octal ? 8 : 16);
  if (part.flags.includes('#')) text = (octal ? '0' : '0x') + text;
  if (part.flags.includes('0')) text = text.padStart(part.width, '0');
  return pad(upperIf(part, text), part.width, part.flags);
}

function realNumber(part: Conversion, value: unknown): string {
  const kind = kindOf(value);
  // The reference refuses whole numbers here. A field that holds 128.0 is one to us: JSON in JavaScript does not tell them apart.
  if (kind === undefined) throw mismatch(part, value, 'a number');
  const number = kind === 'float' ? Number(textOf(value)) : numberOf(value)!;
  const negative = number < 0 || Object.is(number, -0);
  if (!Number.isFinite(number)) {
    const text = Number.isNaN(number)
      ? 'NaN'
      : signed({ ...part, flags: part.flags.replaceAll(/[0,]/g, '') }, negative, 'Infinity');
    return pad(upperIf(part, text), part.width, part.flags);
  }
  const precision = part.precision < 0 ? 6 : part.precision;
  const magnitude = Math.abs(number);
  const lower = part.conversion.toLowerCase();
  let digits: string;
  if (lower === 'f') digits = fixed(magnitude, precision);
  else if (lower === 'e') digits = scientific(magnitude, precision);
  else if (lower === 'g') digits = general(magnitude, precision === 0 ? 1 : precision);
  else throw mismatch(part, value, 'another conversion: %a is not known here');
  return signed(part, negative, upperIf(part, digits));
}

/** Digits and decimal exponent of a positive number: 0.DIGITS × 10^exponent, the shortest that read back the same. */
function decimal(magnitude: number): { digits: string; exponent: number } {
  const [mantissa = '0', exponent = '0'] = magnitude.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) + 1 };
}

/** Rounds half up on the decimal digits, as Java does. */
function roundDigits(digits: string, keep: number): { digits: string; carry: boolean } {
  if (keep < 0) return { digits: '', carry: false };
  if (keep >= digits.length) return { digits: digits.padEnd(keep, '0'), carry: false };
  const up = digits[keep]! >= '5';
  if (!up) return { digits: digits.slice(0, keep), carry: false };
  const raised = (BigInt(`1${digits.slice(0, keep)}`) + 1n).toString();
  return raised.startsWith('2')
    ? { digits: raised.slice(1), carry: true }
    : { digits: raised.slice(1), carry: false };
}

function fixed(magnitude: number, precision: number): string {
  if (magnitude === 0) return precision === 0 ? '0' : `0.${'0'.repeat(precision)}`;
  const { digits, exponent } = decimal(magnitude);
  const rounded = roundDigits(digits, exponent + precision);
  let all = rounded.digits;
  let point = exponent;
  if (rounded.carry) {
    all = `1${all}`;
    point += 1;
  }
  if (point <= 0) {
    all = '0'.repeat(1 - point) + all;
    point = 1;
  }
  all = all.padEnd(point + precision, '0');
  return precision === 0
    ? all.slice(0, point)
    : `${all.slice(0, point)}.${all.slice(point, point + precision)}`;
}

function scientific(magnitude: number, precision: number): string {
  let { digits, exponent } = magnitude === 0 ? { digits: '0', exponent: 1 } : decimal(magnitude);
  const rounded = roundDigits(digits, precision + 1);
  digits = rounded.carry ? `1${rounded.digits}` : rounded.digits;
  if (rounded.carry) exponent += 1;
  const power = exponent - 1;
  const mantissa = precision === 0 ? digits[0] : `${digits[0]}.${digits.slice(1, precision + 1)}`;
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function general(magnitude: number, precision: number): string {
  if (magnitude === 0) return fixed(0, precision - 1);
  const { digits, exponent } = decimal(magnitude);
  const rounded = roundDigits(digits, precision);
  const power = exponent + (rounded.carry ? 1 : 0);
  if (power > -4 && power <= precision) return fixed(magnitude, precision - power);
  return scientific(magnitude, precision - 1);
}

function datePart(part: Conversion, value: unknown, timeZone: string): string {
  const time =
    value instanceof Date ? value.getTime() : kindOf(value) === 'long' ? numberOf(value)! : undefined;
  if (time === undefined) throw mismatch(part, value, 'a date or a long of milliseconds');
  const text = formatDatePart(part.conversion[1]!, time, timeZone);
  if (text === undefined) throw argumentError(`FORMAT knows no conversion '${part.text}'`);
  return text;
}

/** Java's hash code of a string or number; of other values that of their text. */
function hashCode(value: unknown): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  const text = textOf(value);
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
