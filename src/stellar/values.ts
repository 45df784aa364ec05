import { longestText } from './budget.ts';
import { StellarError } from './errors.ts';
import { javaDoubleText, javaFloatText } from './number-text.ts';

/**
 * How Stellar's values look in JavaScript. Events come from JSON, so nearly every number is a plain JavaScript number and
 * stays one; its kind is read off its value. Only numbers whose kind their value does not show are boxed:
 *
 * | kind   | plain                                      | boxed |
 * | int    | an integer of 32 bits                      | never |
 * | long   | an integer beyond 32 bits, safe (2^53)     | `StellarLong`: within 32 bits, or beyond 2^53 |
 * | double | with a fraction, NaN, ±Infinity, over 2^63 | `StellarDouble`: a whole number, or -0.0 |
 * | float  | never                                      | `StellarFloat` |
 *
 * So `===` on plain values is Metron's type-strict equality, and a sum of two ints that leaves 32 bits becomes a long by itself.
 */
export type NumberKind = 'int' | 'long' | 'float' | 'double';

export class StellarLong {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
  toJSON(): number {
    return Number(this.value);
  }
  toString(): string {
    return this.value.toString();
  }
}

export class StellarDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toJSON(): number {
    return this.value;
  }
  toString(): string {
    return javaDoubleText(this.value);
  }
}

export class StellarFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toJSON(): number {
    return this.value;
  }
  toString(): string {
    return javaFloatText(this.value);
  }
}

/** One UTF-16 unit, what MAP, FILTER and REDUCE hand to a lambda when they walk over a string. Never equal to a string. */
export class StellarChar {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  toJSON(): string {
    return this.value;
  }
  toString(): string {
    return this.value;
  }
}

/** A map that a literal made. Multiset functions refuse it, as Metron's do; all else treats it as any map. */
export class LiteralMap extends Map<unknown, unknown> {}

/** A closure. Missing arguments are null, surplus ones are ignored. */
export class Lambda {
  readonly parameterCount: number;
  readonly isAsync: boolean;
  readonly apply: (...args: unknown[]) => unknown;
  constructor(parameterCount: number, isAsync: boolean, apply: (...args: unknown[]) => unknown) {
    this.parameterCount = parameterCount;
    this.isAsync = isAsync;
    this.apply = apply;
  }
  toJSON(): string {
    return 'lambda';
  }
}

/** `_`: all fields of all scopes, read only; of two scopes with one name the first with a value wins. */
export class AllFields {
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
  constructor(scopes: readonly Readonly<Record<string, unknown>>[]) {
    this.scopes = scopes;
  }
  get(key: string): unknown {
    for (const scope of this.scopes) {
      if (Object.hasOwn(scope, key)) {
        const value = scope[key];
        if (value !== undefined && value !== null) return value;
      }
    }
    return null;
  }
  has(key: string): boolean {
    return this.scopes.some((scope) => Object.hasOwn(scope, key));
  }
  *entries(): Generator<[string, unknown]> {
    const seen = new Set<string>();
    for (const scope of this.scopes) {
      for (const key of Object.keys(scope)) {
        if (seen.has(key)) continue;
        seen.add(key);
        yield [key, this.get(key)];
      }
    }
  }
  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.entries());
  }
}

const twoTo63 = 2 ** 63;

/** A double of JavaScript as a Stellar value. */
export function double(value: number): unknown {
  if (Number.isInteger(value) && value >= -twoTo63 && value < twoTo63) return new StellarDouble(value);
  return value;
}

export function float(value: number): StellarFloat {
  return new StellarFloat(Math.fround(value));
}

/** A whole number as a Stellar long. */
export function long(value: number | bigint): unknown {
  if (typeof value === 'number') {
    if ((value | 0) !== value && Number.isSafeInteger(value)) return value;
    return new StellarLong(BigInt(value));
  }
  const narrow = Number(value);
  if (Number.isSafeInteger(narrow) && (narrow | 0) !== narrow) return narrow;
  return new StellarLong(value);
}

/** A whole number in the narrowest kind that holds it: int, else long. */
export function whole(value: bigint): unknown {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : new StellarLong(value);
}

export function isNumber(
  value: unknown,
): value is number | bigint | StellarLong | StellarDouble | StellarFloat {
  return (
    typeof value === 'number' ||
    value instanceof StellarDouble ||
    value instanceof StellarLong ||
    value instanceof StellarFloat ||
    typeof value === 'bigint'
  );
}

/** The kind of a number, undefined for anything else. */
export function kindOf(value: unknown): NumberKind | undefined {
  if (typeof value === 'number') {
    if ((value | 0) === value) return 'int';
    if (Number.isInteger(value) && value >= -twoTo63 && value < twoTo63) return 'long';
    return 'double';
  }
  if (value instanceof StellarDouble) return 'double';
  if (value instanceof StellarLong || typeof value === 'bigint') return 'long';
  if (value instanceof StellarFloat) return 'float';
  return undefined;
}

/** The JavaScript number nearest to a Stellar number, undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof StellarDouble || value instanceof StellarFloat) return value.value;
  if (value instanceof StellarLong) return Number(value.value);
  if (typeof value === 'bigint') return Number(value);
  return undefined;
}

/** A plain JSON object (from an event or TO_JSON_*), as opposed to the class instances above and sketches. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function isMap(value: unknown): value is Map<unknown, unknown> | Record<string, unknown> | AllFields {
  return value instanceof Map || value instanceof AllFields || isRecord(value);
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  const kind = kindOf(value);
  if (kind !== undefined) return kind;
  if (Array.isArray(value)) return 'list';
  if (value instanceof Set) return 'set';
  if (isMap(value)) return 'map';
  if (value instanceof Lambda) return 'lambda';
  if (value instanceof StellarChar) return 'character';
  if (value instanceof Date) return 'date';
  return typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
}

/** A value shortened for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return String(value);
  const kind = kindOf(value);
  if (kind !== undefined) return `the ${kind} ${textOf(value)}`;
  return `a ${typeName(value)}`;
}

const maxDepth = 100;
const maxParts = 1_000_000;

/** What writing a value may still cost: a collection that holds itself many times over would not end. */
interface Allowance {
  parts: number;
  length: number;
}

function spend(allowance: Allowance, length: number, depth: number): void {
  allowance.parts -= 1;
  allowance.length -= length;
  if (allowance.parts < 0 || allowance.length < 0 || depth > maxDepth) {
    throw new StellarError(
      'SKP_STELLAR_BUDGET',
      'a value is too large or nests too deeply to be written out',
    );
  }
}

/** The text form that TO_STRING, JOIN, FORMAT and others show. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return objectText(value, { parts: maxParts, length: longestText }, 0);
}

function partText(value: unknown, allowance: Allowance, depth: number): string {
  const text =
    typeof value === 'object' && value !== null ? objectText(value, allowance, depth) : textOf(value);
  spend(allowance, typeof value === 'object' ? 0 : text.length, depth);
  return text;
}

function objectText(value: unknown, allowance: Allowance, depth: number): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  spend(allowance, 2, depth);
  if (Array.isArray(value))
    return `[${value.map((item) => partText(item, allowance, depth + 1)).join(', ')}]`;
  if (value instanceof Set)
    return `[${Array.from(value, (item) => partText(item, allowance, depth + 1)).join(', ')}]`;
  if (value instanceof StellarDouble || value instanceof StellarFloat || value instanceof StellarLong)
    return value.toString();
  if (value instanceof StellarChar) return value.value;
  if (isMap(value)) {
    const parts: string[] = [];
    for (const [key, item] of mapEntries(value)) {
      parts.push(`${partText(key, allowance, depth + 1)}=${partText(item, allowance, depth + 1)}`);
    }
    return `{${parts.join(', ')}}`;
  }
  if (value instanceof Date) return value.toString();
  if (value instanceof Uint8Array) return `bytes[${value.length}]`;
  return typeName(value);
}

function numberText(value: number): string {
  if ((value | 0) === value) return String(value | 0);
  return kindOf(value) === 'long' ? BigInt(value).toString() : javaDoubleText(value);
}

export function mapEntries(
  map: Map<unknown, unknown> | Record<string, unknown> | AllFields,
): Iterable<[unknown, unknown]> {
  if (map instanceof Map || map instanceof AllFields) return map.entries();
  return Object.entries(map);
}

/**
 * A value as plain JSON data: boxed numbers become numbers, maps become objects without a prototype's members, sets become
 * arrays. For writing a result into an event. Raises `StellarError` for what would be too large.
 */
export function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'bigint' ? Number(value) : value === undefined ? null : value;
  }
  return plain(value, { parts: maxParts, length: longestText }, 0);
}

function plain(value: unknown, allowance: Allowance, depth: number): unknown {
  spend(allowance, 1, depth);
  if (typeof value !== 'object' || value === null) return toPlain(value);
  if (value instanceof StellarDouble || value instanceof StellarFloat) return value.value;
  if (value instanceof StellarLong) return Number(value.value);
  if (value instanceof StellarChar) return value.value;
  if (Array.isArray(value)) return value.map((item) => plain(item, allowance, depth + 1));
  if (value instanceof Set) return Array.from(value, (item) => plain(item, allowance, depth + 1));
  if (isMap(value)) {
    const record: Record<string, unknown> = {};
    for (const [key, item] of mapEntries(value))
      setOwn(record, textOf(key), plain(item, allowance, depth + 1));
    return record;
  }
  return value;
}

/** Sets a key of a record as data, also when the key is `__proto__`. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}
