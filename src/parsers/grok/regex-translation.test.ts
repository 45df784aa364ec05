import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitRegex } from './regex-emit.ts';
import type { RegexNode } from './regex-node.ts';
import { parseRegex } from './regex-parse.ts';
import { simplifyRegex } from './regex-simplify.ts';

/** Translates, keeping the named groups. */
function translate(source: string): { regex: RegExp; names: Map<string, number>; linear: boolean } {
  const tree = simplifyRegex(parseRegex(source));
  const named = new Map<string, number>();
  const collect = (node: RegexNode): void => {
    if (node.kind === 'group' && node.name !== undefined) named.set(node.name, node.number);
    if (node.kind === 'sequence') node.items.forEach(collect);
    else if (node.kind === 'choice') node.options.forEach(collect);
    else if ('body' in node) collect(node.body);
  };
  collect(tree);
  const emitted = emitRegex(tree, new Set(named.values()));
  const names = new Map([...named].map(([name, number]) => [name, emitted.groups.get(number) ?? -1]));
  return { regex: new RegExp(emitted.source), names, linear: emitted.linear };
}

function matched(source: string, text: string): string | undefined {
  return translate(source).regex.exec(text)?.[0];
}

describe('the dialect of Java regular expressions', () => {
  test.each([
    ['\\d\\w\\s', 'x 1a ', '1a '],
    ['[a-c&&[^b]]+', 'bacb', 'ac'],
    ['[a[xy]]+', 'bxayb', 'xay'],
    ['[]a]+', 'b]a', ']a'],
    ['[[:digit:]x]+', 'a1x2', '1x2'],
    ['\\p{Alpha}+', '12ab', 'ab'],
    ['\\p{L}+', '1é日2', 'é日'],
    ['\\p{Lu}', 'aÉ', 'É'],
    ['\\Qa.b\\E+', 'aXb a.bb', 'a.bb'],
    ['\\x41\\u0042\\0103', 'ABC', 'ABC'],
    ['(?i)a[b-d]', 'xAC', 'AC'],
    ['a(?i:b)c', 'aBC aBc', 'aBc'],
    ['(?s).+', 'a\nb', 'a\nb'],
    ['.+', 'a\u0085b', 'a'],
    ['(?x) a b # comment', 'ab', 'ab'],
    ['\\Aab\\z', 'ab', 'ab'],
    ['(?<=a)b(?!c)', 'abc ab', 'b'],
    ['a\\/b\\"', 'a/b"', 'a/b"'],
    ['\\h+', 'a \t\u00a0b', ' \t\u00a0'],
    ['(a)(b)\\2\\1', 'abba', 'abba'],
    ['(?<q>[ab])x\\k<q>', 'axb bxb', 'bxb'],
    ['a{2}b{1,2}c{0,}', 'aabbcc', 'aabbcc'],
  ])('reads %s', (source, text, expected) => {
    expect(matched(source, text)).toBe(expected);
  });

  test('a letter in (?i) folds in ASCII only', () => {
    expect(matched('(?i)é', 'É')).toBeUndefined();
  });

  test('$ stands before a last line terminator too, and a group does not take that in', () => {
    const { regex, names } = translate('(?<a>b$)');
    expect(regex.exec('ab\n')?.[names.get('a')!]).toBe('b');
    expect(matched('b$', 'ab\nc')).toBeUndefined();
  });

  test('\\s does not take in the no-break space, as in Java', () => {
    expect(matched('\\s', '\u00a0')).toBeUndefined();
  });

  test('an atomic group and a possessive quantifier are not gone back into', () => {
    expect(matched('(?>a|ab)c', 'abc')).toBeUndefined();
    expect(matched('a*+a', 'aaa')).toBeUndefined();
    expect(matched('(?>a+)b', 'aab')).toBe('aab');
  });

  test.each([
    '(',
    'a)',
    '[a',
    'a{2',
    '{2}',
    '*a',
    'a**',
    '\\y',
    '\\',
    '(?<a',
    '(?z)',
    '[b-a]',
    'a{3,2}',
    '\\p{Nope}',
    '(?',
  ])('refuses %s', (source) => {
    expect(() => parseRegex(source)).toThrow(/regular expression is wrong/);
  });

  test('refuses groups nested without end instead of running out of stack', () => {
    expect(() => parseRegex('('.repeat(100_000))).toThrow(/nested more than/);
  });
});

describe('keeping to the linear engine', () => {
  test.each([
    ['a look-ahead that the next character implies', '[0-9]+(?![0-9])/x'],
    ['an atomic group in which the next character decides', '(?>[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+) x'],
    ['an atomic group at the very end', 'a(?>b|bc)'],
    ['a fixed atomic group', '(?>\\d\\d){1,2}x'],
    ['a counted repetition in another', '(?:[0-9a-f]{1,4}:){7}'],
    ['a long counted repetition', '[a-z]{0,62}x'],
    ['a possessive quantifier in front of something else', '[^"]*+"'],
  ])('drops or rewrites %s', (_what, source) => {
    expect(translate(source).linear).toBe(true);
  });

  test.each(['a+(?!b)', '(?>a|ab)c', '(a)\\1', '(?=a)', '(?>a+)ab'])('keeps %s as it is', (source) => {
    expect(translate(source).linear).toBe(false);
  });
});

/** A random expression: in Java's syntax, and by hand in JavaScript's, where an atomic group is (?=(X))\N. */
interface Sample {
  readonly java: string;
  readonly script: (count: () => number) => string;
}

const leaf = fc
  .constantFrom('a', 'b', 'c', '[ab]', '[^a]', '\\b', 'ab', '(?!a)', '(?!b)', '(?<!a)', '(?![bc])')
  .map((text): Sample => ({ java: text, script: () => text }));

const sample: fc.Memo<Sample> = fc.memo((depth): fc.Arbitrary<Sample> => {
  if (depth <= 1) return leaf;
  const inner = sample(depth - 1);
  return fc.oneof(
    leaf,
    fc.array(inner, { minLength: 2, maxLength: 3 }).map(
      (items): Sample => ({
        java: items.map((item) => `(?:${item.java})`).join(''),
        script: (count) => items.map((item) => `(?:${item.script(count)})`).join(''),
      }),
    ),
    fc.tuple(inner, inner).map(
      ([x, y]): Sample => ({
        java: `(?:${x.java}|${y.java})`,
        script: (count) => `(?:${x.script(count)}|${y.script(count)})`,
      }),
    ),
    fc.tuple(inner, fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '*?', '+?', '??')).map(
      ([x, quantifier]): Sample => ({
        java: `(?:${x.java})${quantifier}`,
        script: (count) => `(?:${x.script(count)})${quantifier}`,
      }),
    ),
    inner.map(
      (x): Sample => ({
        java: `(?>${x.java})`,
        script: (count) => {
          const number = count();
          return `(?=(${x.script(count)}))\\${number}(?:)`;
        },
      }),
    ),
  );
});

test('a translated expression finds what the original finds', () => {
  fc.assert(
    fc.property(
      sample(4),
      sample(3),
      fc.array(fc.stringMatching(/^[abc ]{0,8}$/), { minLength: 4, maxLength: 8 }),
      (x, y, texts) => {
        let groups = 0;
        const count = () => ++groups;
        const first = count();
        const left = x.script(count);
        const second = count();
        const script = new RegExp(`(${left})(${y.script(count)})`);
        const { regex, names } = translate(`(?<x>${x.java})(?<y>${y.java})`);
        for (const text of texts) {
          const expected = script.exec(text);
          const found = regex.exec(text);
          expect([found?.index, found?.[names.get('x')!], found?.[names.get('y')!]]).toEqual([
            expected?.index,
            expected?.[first],
            expected?.[second],
          ]);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
