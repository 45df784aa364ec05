import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSplitter } from './json-splitter.ts';

function split(
  chunks: readonly Buffer[],
  maxMessageBytes = 10_000,
): { records: string[]; error: string | null } {
  const records: string[] = [];
  const splitter = new JsonSplitter(
    { maxMessageBytes, oversizeBytes: maxMessageBytes },
    {
      record: (bytes) => records.push(bytes.toString()),
      oversize: (_prefix, total) => records.push(`too long: ${total}`),
    },
  );
  try {
    for (const chunk of chunks) splitter.write(chunk);
    splitter.end();
    return { records, error: null };
  } catch (error) {
    return { records, error: (error as Error).message };
  }
}

const chopped = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
};
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('cutting JSON into records', () => {
  it('finds the elements of an array however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat({ max: 4 }), cuts, (elements, indent, places) => {
        const text = Buffer.from(JSON.stringify(elements, null, indent));
        const { records, error } = split(chopped(text, places));
        expect(error).toBeNull();
        expect(records.map((record) => JSON.parse(record))).toEqual(JSON.parse(text.toString()));
      }),
    );
  });

  it('accepts an array exactly when it is JSON, and says the same however the text is cut', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      'tru',
      'e',
      ' ',
      '\n',
      'é',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), cuts, (pieces, places) => {
        const text = `[${pieces.join('')}`;
        const whole = split([Buffer.from(text)]);
        expect(split(chopped(Buffer.from(text), places))).toEqual(whole);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(whole.error === null).toBe(valid);
      }),
      { numRuns: 3000 },
    );
  });

  it('hands over nesting of any depth, and a record that is too long by its length', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(split([Buffer.from(`[${deep}]`)], 1_000_000)).toEqual({ records: [deep], error: null });
    expect(split([Buffer.from(`[${deep},1]`)], 1000)).toEqual({
      records: ['too long: 200000', '1'],
      error: null,
    });
  });
});
