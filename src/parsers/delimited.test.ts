import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitDelimited } from './delimited.ts';

function split(text: string, separator = ','): string[] {
  const cells: string[] = [];
  return cells.slice(0, splitDelimited(text, separator.charCodeAt(0), cells)).concat(cells);
}

test.each([
  ['a,b,,', ['a', 'b', '', '']],
  [' a , "b" ,c ', ['a', 'b', 'c']],
  ['"a,1","say ""hi"""', ['a,1', 'say "hi"']],
  ['"a\\"q",b\\,c', ['a"q', 'b,c']],
  ['DOM\\user,\\', ['DOM\\user', '\\']],
  ['a,bc"d,e"f,g', ['a', 'bc"d,e"f', 'g']],
  ['"",""', ['', '']],
  ['a\nb,c', ['a\nb', 'c']],
  ['', ['']],
  ['\u00a0a\u00a0,b', ['a', 'b']],
])('%j has the cells %j', (text, cells) => {
  expect(split(text)).toEqual([...cells, ...cells]);
});

test('a quote that does not end is refused', () => {
  expect(() => split('a,"b')).toThrow(/does not end/);
});

test('what was written with quotes doubled is read back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '\n', 'é') }), { minLength: 1 }),
      (values) => {
        const cells = values.map((value) => value.trim());
        const text = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
        expect(split(text).slice(cells.length)).toEqual(cells);
      },
    ),
  );
});
