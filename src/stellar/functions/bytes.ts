import { type BytePattern, compileBytePattern } from '../byte-pattern.ts';
import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { parameter } from './define.ts';

const kept = new Map<string, BytePattern>();
const mostKept = 200;

function cached(text: string): BytePattern {
  let pattern = kept.get(text);
  if (pattern === undefined) {
    pattern = compileBytePattern(text);
    if (kept.size >= mostKept) kept.clear();
    kept.set(text, pattern);
  }
  return pattern;
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw typeError(`BYTEARRAY_MATCHER needs bytes as 'data', not ${describe(data)}`);
}

const byteArrayMatcher: StellarFunction = {
  name: 'BYTEARRAY_MATCHER',
  category: 'bytes',
  description:
    "Whether bytes hold a pattern. A pattern is made of hexadecimal bytes, `.` (any byte), 'text', `text of any case`, sets such as [00-1f 'a'], ^ (any other), &80 (all bits of a mask), ~0f (one bit of a mask), groups and repeats ( … ){n}.",
  parameters: [
    parameter('pattern', 'string', 'The pattern'),
    parameter('data', 'bytes', 'What is searched: the bytes of a packet'),
  ],
  returns: { type: 'boolean', description: 'True when it is in there; false for null' },
  examples: [{ expression: "BYTEARRAY_MATCHER('cafe .{2} `end`', null)", result: false }],
  pure: true,
  arity: [2, 2],
  call: (_, pattern, data) => {
    if (absent(pattern) || absent(data)) return false;
    const text = stringArgument('BYTEARRAY_MATCHER', 'pattern', pattern);
    return cached(text).isIn(bytesOf(data));
  },
  prepare: ([pattern]) => {
    if (typeof pattern?.value !== 'string') return undefined;
    const compiled = compileBytePattern(pattern.value);
    return (_, __, data) => !absent(data) && compiled.isIn(bytesOf(data));
  },
};

export const byteFunctions: readonly StellarFunction[] = [byteArrayMatcher];
