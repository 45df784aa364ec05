import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flattenInto } from './fields.ts';
import { FlatShapes } from './flat-shapes.ts';
import type { Message } from './parser.ts';

describe('flattening by shape', () => {
  test('gives what plain flattening gives, whatever came before', () => {
    const shapes = new FlatShapes();
    const key = fc.constantFrom('a', 'b', 'a.b', '', '__proto__', 'constructor', '0', '\'"\n');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.constant(null),
        fc.array(fc.integer(), { maxLength: 2 }),
        tie('map'),
      ),
      map: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }),
    }));
    const object = fc.array(fc.tuple(key, value), { maxLength: 6 });
    fc.assert(
      fc.property(object, (entries) => {
        const map = JSON.parse(write(entries)) as Message;
        const plain: Message = {};
        flattenInto(plain, '', map);
        const fast: Message = {};
        shapes.flatten(fast, map, false);
        expect(JSON.stringify(fast)).toBe(JSON.stringify(plain));
        expect(Object.getPrototypeOf(fast)).toBe(Object.prototype);
      }),
      { numRuns: 2000 },
    );
  });

  test('goes on, without growing, when no two objects are alike', () => {
    const shapes = new FlatShapes();
    for (let i = 0; i < 30_000; i++) {
      const out: Message = {};
      shapes.flatten(out, { [`k${i}`]: { x: i } }, true);
      if (out[`k${i}.x`] !== i) expect(out).toEqual({ [`k${i}.x`]: i });
    }
  });
});

/** JSON of nested entries; a list of pairs is an object, a list of numbers a list. */
function write(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.length > 0 && !Array.isArray(value[0])) return JSON.stringify(value);
  return `{${value.map(([key, inner]: [string, unknown]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`;
}
