import { describe, expect, it } from 'vitest';
import { compileBytePattern } from './byte-pattern.ts';

const found = (pattern: string, bytes: string) =>
  compileBytePattern(pattern).isIn(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));

describe('byte patterns', () => {
  it.each([
    ['00 ff', '01 00 ff 02', true],
    ['00 ff', '00 01 ff', false],
    ['FF', 'fe', false],
    ["'GET '", '47 45 54 20', true],
    ["'get '", '47 45 54 20', false],
    ['`get `', '47 45 54 20', true],
    ['[00-1f]', '20 1f', true],
    ["['a'-'c' 80]", '64 80', true],
    ["[^ 'a'-'c' 80]", '61 80', false],
    ['^00', '00 00', false],
    ["^'a' 62", '61 62', false],
    ['&80 &80', '80 7f ff', false],
    ['&80 &80', '80 ff', true],
    ['~03', '04 02', true],
    ['~03', '04 08', false],
    ['(00 01){2} .', '00 01 00 01 ff', true],
    ['(00 01){2} .', '00 01 00 01', false],
    ['\\r\\n', '0d 0a', true],
    ['00 # a comment\n 01', '00 01', true],
    ['[`q`]', '51', true],
    ['', '', true],
  ])('%j in %s is %s', (pattern, bytes, expected) => {
    expect(found(pattern, bytes)).toBe(expected);
  });

  it('finds what is longer than a machine word, wherever it lies', () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 31) % 256));
    for (const [from, to] of [
      [0, 100],
      [417, 482],
      [900, 1000],
    ])
      expect(compileBytePattern(bytes.subarray(from, to).toString('hex')).isIn(bytes)).toBe(true);
    expect(compileBytePattern(`${bytes.subarray(0, 64).toString('hex')}ff`).isIn(bytes)).toBe(false);
  });

  it.each([
    ['0', /two hexadecimal digits/],
    ['00)', /was not opened/],
    ['(00', /not closed/],
    ["'abc", /a text is not closed/],
    ['[00', /a set is not closed/],
    ['00*', /does not say how many/],
    ['00{2-3}', /\{n\}/],
    ['(.{4000}){4000}', /more than 4096 bytes/],
    ["'€'", /U\+00FF/],
    ['('.repeat(1000), /nests too deeply/],
    ['^'.repeat(1000), /nests too deeply/],
  ])('%j is refused', (pattern, message) => {
    expect(() => compileBytePattern(pattern)).toThrow(message);
  });
});
