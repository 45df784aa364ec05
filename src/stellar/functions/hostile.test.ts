import { describe, expect, it } from 'vitest';
import { StellarError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { Lambda, LiteralMap, long, StellarDouble } from '../values.ts';
import { standardFunctions } from './index.ts';

/** What strangers may write into events, and expressions hand on. */
function deep(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

const size = 60_000;
const large = {
  as: 'a'.repeat(size),
  digits: '9'.repeat(size),
  dots: 'a.'.repeat(size / 2),
  slashes: '/'.repeat(size),
  blanks: ' '.repeat(size),
  nuls: '\0'.repeat(size),
  surrogates: '\ud800'.repeat(size),
  accents: 'é̂'.repeat(size / 2),
  json: `${'['.repeat(size / 2)}${']'.repeat(size / 2)}`,
  object: `{"a":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`,
  percent: '%s'.repeat(size / 2),
  parentheses: '('.repeat(size),
  nested: `${'(a+)+'.repeat(50)}$`,
  address: `10.0.0.0/8,${'1'.repeat(size)}`,
  colons: ':'.repeat(size),
  brackets: '['.repeat(size),
  quotes: "'".repeat(size),
  base64: 'QUJD'.repeat(size / 4),
  punycode: `xn--${'a'.repeat(size)}`,
  number: `1${'0'.repeat(400)}`,
  exponent: '1e999999999',
};

const small: readonly unknown[] = [
  null,
  '',
  '__proto__',
  'constructor',
  'MD5',
  'TLSH',
  'HEX',
  'yyyy-MM-dd HH:mm:ss z',
  '10.0.0.0/8',
  '{}',
  '$1\\',
  true,
  0,
  -1,
  2147483647,
  long(2n ** 63n - 1n),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new StellarDouble(1e300),
  [],
  ['__proto__', null],
  new Set(['constructor']),
  new LiteralMap([['__proto__', { polluted: true }]]),
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  new Map([[null, null]]),
  new Lambda(1, false, (x) => x ?? null),
  new Uint8Array(size),
  new Date(0),
  deep(50),
];

const longLists: readonly unknown[] = [
  Array.from({ length: 20_000 }, (_, i) => String(i)),
  new Set(Array.from({ length: 20_000 }, (_, i) => i)),
  deep(20_000),
];

const texts: readonly unknown[] = Object.values(large);
const everything: readonly unknown[] = [...small, ...texts, ...longLists];

/** Where this machine is at its slowest; what is not linear takes minutes. */
const longestMs = 3_000;

function attack(definition: StellarFunction, args: readonly unknown[]): unknown {
  const started = performance.now();
  let result: unknown;
  try {
    result = definition.call({ clock: { now: () => 0 }, timeZone: 'UTC' }, ...args);
  } catch (error) {
    // The evaluation turns an overflow of the stack into an error with its place.
    const overflow = error instanceof RangeError && /call stack/i.test(error.message);
    if (!(error instanceof StellarError) && !overflow) {
      throw new Error(`${definition.name}(${args.map(shown).join(', ')}) raised ${String(error)}`, {
        cause: error,
      });
    }
  }
  const took = performance.now() - started;
  if (took > longestMs) throw new Error(`${definition.name}(${args.map(shown).join(', ')}) took ${took} ms`);
  if (typeof result === 'string' && result.length > 32 * 1024 * 1024)
    throw new Error(`${definition.name}(${args.map(shown).join(', ')}) made ${result.length} characters`);
  return result;
}

function shown(value: unknown): string {
  const named = Object.entries(large).find(([, text]) => text === value);
  if (named !== undefined) return named[0];
  return Array.isArray(value) || value instanceof Set ? 'collection' : (String(value).slice(0, 40) ?? '');
}

const pure = standardFunctions.filter(({ capability }) => capability === undefined);

describe('hostile arguments', () => {
  it.each(pure.map((definition) => [definition.name, definition] as const))('of %s', (_, definition) => {
    const count = Math.min(Math.max(definition.parameters.length, definition.arity?.[0] ?? 0), 4);
    if (count === 0) return void attack(definition, []);
    // Each place in turn gets everything; the others something that lets the call get far.
    for (let place = 0; place < count; place += 1) {
      for (const value of everything) {
        for (const rest of ['a', 1, large.as]) {
          attack(
            definition,
            Array.from({ length: count }, (_, at) => (at === place ? value : rest)),
          );
        }
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
