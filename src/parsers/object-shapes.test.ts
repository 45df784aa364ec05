import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setField } from './fields.ts';
import { compileFiller, compileMover } from './object-shapes.ts';
import type { Message } from './parser.ts';

/** Names that would do harm if they stood in code as they are. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    "']=1;process.exit();//",
    '"]:1,x:process.exit(),"',
    '\u2028',
    '\\',
    '$',
    '`',
    '\ud800',
    '*/',
    'a\nb',
  ),
);

describe('code made from names', () => {
  test('moves members whatever they are called', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const source: Message = {};
        for (const [i, key] of names.entries()) setField(source, key, i);
        const moved = compileMover(
          names.map((key) => ({ from: key, to: key })),
          [],
        )(source);
        expect(Object.getPrototypeOf(moved)).toBe(Object.prototype);
        expect(JSON.stringify(moved)).toBe(JSON.stringify(source));
      }),
      { numRuns: 500 },
    );
  });

  test('sets fields whatever they are called, and only those that have a value', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const values = names.map((_, i) => (i % 3 === 0 ? undefined : i));
        const expected: Message = {};
        for (const [i, key] of names.entries())
          if (values[i] !== undefined) setField(expected, key, values[i]);
        const filled: Message = {};
        compileFiller(names)(filled, values);
        expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
        expect(JSON.stringify(filled)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 500 },
    );
  });
});
