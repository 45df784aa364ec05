import { describe, expect, it } from 'vitest';
import { luceneRegex } from './regex.ts';

describe('a regular expression for the server', () => {
  it.each([
    ['abc', 'abc'],
    ['a.c*', 'a.c*'],
    ['^abc$', 'abc'],
    ['^a$|^b$', 'a|b'],
    ['[a-c]+', '[a-cA-C]+'],
    ['[^x]', '[^xX]'],
    ['\\d{2,3}', '[0-9]{2,3}'],
    ['\\W', '[^A-Za-z0-9_]'],
    ['(?:ab|cd)?', '(ab|cd)?'],
    ['(?<name>a)', '(a)'],
    ['a*?b+?', 'a*b+'],
    ['\\.\\\\', '\\.\\\\'],
    ['a"@~<1-2>#&', 'a\\"\\@\\~\\<1\\-2\\>\\#\\&'],
    ['[\\w.-]', '[A-Za-z0-9_.\\-]'],
    ['\\x41|\\x{1F600}', 'A|\\😀'],
    ['a{b', 'a\\{b'],
    ['\\😀+\\𝒜', '\\😀+𝒜'],
  ])('%s is %s', (pattern, expected) => expect(luceneRegex(pattern)).toBe(expected));

  it.each([
    '(',
    ')',
    'a)',
    '[a',
    'a**',
    '*a',
    '\\',
    '\\bword',
    '(?=a)',
    '(?<!a)b',
    '(a)\\1',
    'a^b',
    'a{2000}',
    '[b-a]',
    'a++',
  ])('refuses %s', (pattern) => expect(() => luceneRegex(pattern)).toThrow(/not a regular expression/));
});
