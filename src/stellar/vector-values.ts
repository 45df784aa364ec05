import { mapGet, mapHas, mapSize } from './members.ts';
import {
  isMap,
  kindOf,
  LiteralMap,
  long,
  numberOf,
  StellarChar,
  StellarDouble,
  StellarFloat,
  setOwn,
  textOf,
} from './values.ts';

/** How the observed cases write values that JSON does not have. */

export function decodeVariables(vars: Record<string, unknown>): Record<string, unknown> {
  const scope: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(vars)) setOwn(scope, name, decode(value));
  return scope;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if ('$number' in record) return decodeNumber(String(record['$number']), String(record['type']));
  if (Array.isArray(record['$set'])) return new Set(record['$set'].map(decode));
  if (Array.isArray(record['$map']))
    return new Map(record['$map'].map((pair: unknown[]) => [decode(pair[0]), decode(pair[1])]));
  if ('$bytes' in record) return new Uint8Array(Buffer.from(String(record['$bytes']), 'hex'));
  if ('$date' in record) return new Date(Number(record['$date']));
  if ('$calendar' in record) return new Date(Number(record['$calendar']));
  if ('$char' in record) return new StellarChar(String(record['$char']));
  const map = new LiteralMap();
  for (const [key, item] of Object.entries(record)) map.set(key, decode(item));
  return map;
}

function decodeNumber(text: string, type: string): unknown {
  if (type === 'double') return boxedDouble(Number(text));
  if (type === 'float') return new StellarFloat(Math.fround(Number(text)));
  if (type === 'long' || type === 'BigInteger') return long(BigInt(text));
  return Number(text);
}

function boxedDouble(value: number): unknown {
  return kindOf(value) === 'double' && !Object.is(value, -0) ? value : new StellarDouble(value);
}

export function matches(expected: unknown, actual: unknown): boolean {
  if (expected === null || typeof expected === 'string' || typeof expected === 'boolean')
    return expected === actual;
  if (typeof expected === 'number') return kindOf(actual) === 'int' && actual === expected;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => matches(item, actual[i]))
    );
  }
  const record = expected as Record<string, unknown>;
  if ('$number' in record) return numberMatches(record, actual);
  if ('approx' in record) {
    const number = numberOf(actual);
    return number !== undefined && Math.abs(number - Number(record['approx'])) <= Number(record['tol']);
  }
  if (Array.isArray(record['$set'])) {
    if (!(actual instanceof Set)) return false;
    const left = [...actual];
    return (
      left.length === record['$set'].length &&
      record['$set'].every((item) => left.some((member) => matches(item, member)))
    );
  }
  if (Array.isArray(record['$map'])) {
    const pairs: unknown[][] = record['$map'];
    if (!isMap(actual) || mapSize(actual) !== pairs.length) return false;
    return pairs.every(
      ([key, item]) => mapHas(actual, decode(key)) && matches(item, mapGet(actual, decode(key))),
    );
  }
  if ('$char' in record) return actual instanceof StellarChar && actual.value === record['$char'];
  if ('$opaque' in record) return typeof actual === 'object' && actual !== null;
  const keys = Object.keys(record);
  if (!isMap(actual) || mapSize(actual) !== keys.length) return false;
  return keys.every((key) => mapHas(actual, key) && matches(record[key], mapGet(actual, key)));
}

function numberMatches(expected: Record<string, unknown>, actual: unknown): boolean {
  const type = expected['type'];
  const kind = kindOf(actual);
  if (type === 'BigInteger') return kind === 'long' && textOf(actual) === expected['$number'];
  if (type !== kind) return false;
  if (type === 'long') return textOf(actual) === expected['$number'];
  const wanted = Number(expected['$number']);
  const number = numberOf(actual)!;
  return type === 'float' ? Object.is(Math.fround(wanted), number) : Object.is(wanted, number);
}
