import { wholeOf } from './arithmetic.ts';
import { mapSize } from './members.ts';
import { isMap, isNumber, kindOf, numberOf, StellarLong, textOf } from './values.ts';

/** Metron's conversions: what cannot be converted is null, never an error. Collections convert by their first element. */

const truths = new Map<string, boolean>([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['n', false],
  ['off', false],
  ['0', false],
]);

export function toBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'string')
    return value.length > 5 ? null : (truths.get(value) ?? truths.get(value.toLowerCase()) ?? null);
  if (typeof value === 'number') return value === 1 ? true : value === 0 ? false : null;
  if (isNumber(value)) return truths.get(textOf(value)) ?? null;
  const first = firstElement(value);
  return first === undefined ? null : toBoolean(first);
}

/** The first element of a list or set; undefined for other values and for empty ones. */
export function firstElement(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : (value[0] ?? null);
  if (value instanceof Set) {
    for (const item of value) return item;
  }
  return undefined;
}

/** Truth for `and`, `or` and `not`: whatever does not convert is false. */
export function truth(value: unknown): boolean {
  return value === true || (value !== false && value !== null && toBoolean(value) === true);
}

/** Truth for conditions: booleans, and null and empty collections for false. Undefined for all others, which are errors. */
export function conditionTruth(value: unknown): boolean | undefined {
  if (value === null || value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.length === 0 ? false : undefined;
  if (value instanceof Set) return value.size === 0 ? false : undefined;
  if (isMap(value)) return mapSize(value) === 0 ? false : undefined;
  return undefined;
}

const wholeText = /^[+-]?\d+$/;
const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;

/** A 32-bit int as a plain number. */
export function toInteger(value: unknown): number | null {
  if (typeof value === 'number' && (value | 0) === value) return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isNumber(value)) {
    const number = numberOf(value)!;
    if (Number.isNaN(number)) return 0;
    const truncated = Math.trunc(number);
    return truncated >= -2147483648 && truncated <= 2147483647 ? truncated + 0 : null;
  }
  if (typeof value === 'string') {
    const text = value.trim();
    if (!wholeText.test(text)) return null;
    const number = Number(text);
    return number >= -2147483648 && number <= 2147483647 ? number + 0 : null;
  }
  const first = firstElement(value);
  return first === undefined ? null : toInteger(first);
}

/** A 64-bit whole number. */
export function toLong(value: unknown): bigint | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value instanceof Date) return BigInt(value.getTime());
  if (isNumber(value)) {
    const kind = kindOf(value);
    if (kind === 'int' || kind === 'long') {
      const whole = wholeOf(value);
      return whole < minLong || whole > maxLong ? null : whole;
    }
    const number = numberOf(value)!;
    if (Number.isNaN(number)) return 0n;
    if (number >= 2 ** 63) return maxLong;
    if (number <= -(2 ** 63)) return minLong;
    return BigInt(Math.trunc(number));
  }
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.length > 32 || !wholeText.test(text)) return null;
    const whole = BigInt(text.startsWith('+') ? text.slice(1) : text);
    return whole < minLong || whole > maxLong ? null : whole;
  }
  const first = firstElement(value);
  return first === undefined ? null : toLong(first);
}

const doubleText = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const hexDoubleText = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;

/** A double as a JavaScript number. */
export function toDouble(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isNumber(value)) return numberOf(value)!;
  if (typeof value === 'string') {
    const text = value.trim();
    if (doubleText.test(text)) return Number(text.replace(/[fFdD]$/, ''));
    const hex = hexDoubleText.exec(text);
    if (hex !== null && `${hex[2]}${hex[3]}`.length > 0 && `${hex[2]}${hex[3]}`.length < 64) {
      const mantissa = Number.parseInt(`${hex[2]}${hex[3]}`, 16) / 16 ** (hex[3] ?? '').length;
      return (hex[1] === '-' ? -1 : 1) * mantissa * 2 ** Number(hex[4]);
    }
    return null;
  }
  const first = firstElement(value);
  return first === undefined ? null : toDouble(first);
}

/** Text; a list or set gives the text of its first element. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value) || value instanceof Set) {
    const first = firstElement(value);
    return first === undefined ? null : toText(first);
  }
  return textOf(value);
}

export function isWhole(value: unknown): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : value instanceof StellarLong;
}
