import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broOriginal, compileBroTextMembers } from './bro-original.ts';
import type { Message } from './parser.ts';

const same = (key: string): string => key;

/** Both ways to write a record's members, from its text alone and with its values. */
function bothWays(text: string): [string, string | undefined] {
  const record = JSON.parse(text) as Message;
  const members = compileBroTextMembers(Object.keys(record))(record, text, 0);
  return [broOriginal('conn', text, 0, same), members === undefined ? undefined : `CONN |${members}`];
}

describe('the text of a record with whole fractions', () => {
  test('keeps numbers as they are written', () => {
    const text =
      '{"ts":1.0,"id.orig_p":53,"TTLs":[300.0,60.5],"a":"b \\"c\\": 1.0","d":2.50,"e":[],"f":["x/y"],"g":1e2}';
    const [expected, actual] = bothWays(text);
    expect(expected).toBe(
      'CONN | ts:1.0 id.orig_p:53 TTLs:[300.0,60.5] a:b "c": 1.0 d:2.5 e:[] f:["x\\/y"] g:100.0',
    );
    expect(actual).toBe(expected);
  });

  test('is read member by member where there are spaces, or objects inside of lists', () => {
    expect(bothWays('{"a" : 1.0}')[1]).toBeUndefined();
    expect(bothWays('{"a":[{"b":1.0}],"b":2.0}')[1]).toBeUndefined();
  });

  test('is the same by both ways', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const member = fc.tuple(
      fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', 'c', '.', '"', ':') }),
      fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ([key]) => key, maxLength: 6 }), (members) => {
        const text = JSON.stringify(Object.fromEntries(members)).replace(
          /(?<=[:[,])(\d{1,6})(?=[,}\]])/g,
          '$1.0',
        );
        const [expected, actual] = bothWays(text);
        if (actual !== undefined) expect(actual).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
