/**
 * Values of expressions as bytes and back, each with its kind: for whoever keeps them (profiles, samples). The bytes are JSON in UTF-8; what
 * JSON has not stands as `{"$": KIND, "v": ...}`: long, double, float (text), char, date, bytes (base64), list-like set, map and record
 * (pairs), and the sketches (their binary form, base64).
 */
import {
  BloomFilter,
  HyperLogLog,
  type ItemCodec,
  MedianDeviation,
  OnlineStatistics,
  Reservoir,
  WindowStatistics,
} from '../sketches/index.ts';
import { StellarError, typeError } from './errors.ts';
import {
  describe,
  isRecord,
  LiteralMap,
  StellarChar,
  StellarDouble,
  StellarFloat,
  StellarLong,
  setOwn,
} from './values.ts';

const deepest = 100;
/** A list that holds itself twice would be written without end long before it is too deep. */
const mostParts = 2_000_000;

/** Raises `StellarError` for what cannot be kept, such as a lambda or a sample within a sample, and for what is too deep or too large. */
export function valueToBytes(value: unknown): Uint8Array {
  return encoded(value, { parts: mostParts, inSample: false });
}

interface Writing {
  /** How many more there may be. */
  parts: number;
  readonly inSample: boolean;
}

function encoded(value: unknown, writing: Writing): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(written(value, 0, writing)));
}

/** Raises `StellarError` for bytes that `valueToBytes` did not write, and `SketchError` for a damaged sketch in them. */
export function valueFromBytes(bytes: Uint8Array): unknown {
  let stored: unknown;
  try {
    stored = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw notStored(`${bytes.length} bytes that are no JSON`, cause);
  }
  return read(stored, 0);
}

export const valueCodec: ItemCodec = { encode: valueToBytes, decode: valueFromBytes };

type Tagged = { readonly $: string; readonly v: unknown };

function tagged($: string, v: unknown): Tagged {
  return { $, v };
}

function written(value: unknown, depth: number, writing: Writing): unknown {
  writing.parts -= 1;
  if (writing.parts < 0)
    throw new StellarError('SKP_STELLAR_BUDGET', `A value has more than ${mostParts} parts`);
  if (depth > deepest)
    throw new StellarError('SKP_STELLAR_TOO_DEEP', `A value lies more than ${deepest} deep`);
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') {
    return value ?? null;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged('number', numberText(value));
  }
  if (Array.isArray(value)) return value.map((item) => written(item, depth + 1, writing));
  const pairs = (entries: Iterable<readonly [unknown, unknown]>): unknown[] =>
    Array.from(entries, ([key, item]) => [
      written(key, depth + 1, writing),
      written(item, depth + 1, writing),
    ]);
  if (value instanceof StellarLong) return tagged('long', value.value.toString());
  if (value instanceof StellarDouble) return tagged('double', numberText(value.value));
  if (value instanceof StellarFloat) return tagged('float', numberText(value.value));
  if (value instanceof StellarChar) return tagged('char', value.value);
  if (value instanceof Date) return tagged('date', value.getTime());
  if (value instanceof Uint8Array) return tagged('bytes', base64(value));
  if (value instanceof Set)
    return tagged(
      'set',
      Array.from(value, (item) => written(item, depth + 1, writing)),
    );
  if (value instanceof LiteralMap) return tagged('literal map', pairs(value));
  if (value instanceof Map) return tagged('map', pairs(value));
  if (value instanceof Reservoir) {
    if (writing.inSample) throw typeError('A sample within a sample cannot be kept');
    const within = { parts: writing.parts, inSample: true };
    return tagged(
      'sample',
      base64(value.toBytes({ ...valueCodec, encode: (item) => encoded(item, within) })),
    );
  }
  for (const [kind, { of }] of Object.entries(sketches)) {
    if (value instanceof of) return tagged(kind, base64(value.toBytes()));
  }
  if (isRecord(value)) return tagged('record', pairs(Object.entries(value)));
  throw typeError(`A value of the kind ${describe(value)} cannot be kept`);
}

/** The sketches whose form needs nothing else. */
const sketches = {
  statistics: { of: OnlineStatistics, read: OnlineStatistics.fromBytes },
  window: { of: WindowStatistics, read: WindowStatistics.fromBytes },
  cardinality: { of: HyperLogLog, read: HyperLogLog.fromBytes },
  bloom: { of: BloomFilter, read: BloomFilter.fromBytes },
  deviation: { of: MedianDeviation, read: MedianDeviation.fromBytes },
} as const;

type Reader = (v: unknown, depth: number) => unknown;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['number', (v) => numberFrom(v)],
  ['long', (v) => new StellarLong(wholeFrom(v))],
  ['double', (v) => new StellarDouble(numberFrom(v))],
  ['float', (v) => new StellarFloat(Math.fround(numberFrom(v)))],
  ['char', (v) => new StellarChar(textFrom(v).slice(0, 1))],
  ['date', (v) => new Date(Number(v))],
  ['bytes', (v) => bytesFrom(v)],
  ['set', (v, depth) => new Set(listFrom(v).map((item) => read(item, depth + 1)))],
  ['map', (v, depth) => new Map(pairsFrom(v, depth))],
  ['literal map', (v, depth) => new LiteralMap(pairsFrom(v, depth))],
  [
    'record',
    (v, depth) => {
      const record: Record<string, unknown> = {};
      for (const [key, item] of pairsFrom(v, depth)) setOwn(record, textFrom(key), item);
      return record;
    },
  ],
  ['sample', (v) => Reservoir.fromBytes(bytesFrom(v), valueCodec)],
  ...Object.entries(sketches).map(([kind, sketch]): [string, Reader] => [
    kind,
    (v) => sketch.read(bytesFrom(v)),
  ]),
]);

function read(stored: unknown, depth: number): unknown {
  if (depth > deepest) throw notStored(`more than ${deepest} levels`);
  if (typeof stored !== 'object' || stored === null) return stored;
  if (Array.isArray(stored)) return stored.map((item) => read(item, depth + 1));
  const { $, v } = stored as Partial<Tagged>;
  const reader = typeof $ === 'string' ? readers.get($) : undefined;
  if (reader === undefined)
    throw notStored(`an object of the kind ${JSON.stringify($ ?? null).slice(0, 40)}`);
  return reader(v, depth);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function numberFrom(v: unknown): number {
  const number = typeof v === 'string' && v !== '' ? Number(v) : Number.NaN;
  if (Number.isNaN(number) && v !== 'NaN') throw notStored('a number that is none');
  return number;
}

function wholeFrom(v: unknown): bigint {
  if (typeof v !== 'string' || !/^-?\d{1,400}$/.test(v)) throw notStored('a whole number that is none');
  return BigInt(v);
}

function textFrom(v: unknown): string {
  if (typeof v !== 'string') throw notStored('a text that is none');
  return v;
}

function listFrom(v: unknown): unknown[] {
  if (!Array.isArray(v)) throw notStored('a list that is none');
  return v;
}

function pairsFrom(v: unknown, depth: number): [unknown, unknown][] {
  return listFrom(v).map((pair) => {
    const [key, item] = listFrom(pair);
    return [read(key, depth + 1), read(item, depth + 1)];
  });
}

function bytesFrom(v: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(textFrom(v), 'base64'));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function notStored(what: string, cause?: unknown): StellarError {
  return new StellarError('SKP_STELLAR_TYPE', `A value that was kept cannot be read: it has ${what}`, {
    hint: 'Was it written by a later version of Skopos, or cut off?',
    cause,
  });
}
