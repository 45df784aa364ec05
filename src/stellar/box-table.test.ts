import { describe, expect, it } from 'vitest';
import { boxTable, wrapped } from './box-table.ts';

describe('a table', () => {
  it('gives cells of several lines as many lines', () => {
    expect(boxTable(['A', 'B'], [['1\n2', 'x']])).toBe(
      ['╔═══╤═══╗', '║ A │ B ║', '╠═══╪═══╣', '║ 1 │ x ║', '║ 2 │   ║', '╚═══╧═══╝', ''].join('\n'),
    );
  });

  it('is refused when it would be huge', () => {
    const rows = Array.from({ length: 10_000 }, () => ['a']);
    expect(() => boxTable(['A'], [...rows, ['x'.repeat(10_000)]])).toThrow(/more than/);
  });
});

describe('wrapping', () => {
  it('breaks at blanks, and words that are too long', () => {
    expect(wrapped('one two three', 7)).toBe('one two\nthree');
    expect(wrapped('abcdefgh', 3)).toBe('abc\ndef\ngh');
    expect(wrapped('short', 10)).toBe('short');
  });
});
