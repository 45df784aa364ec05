import { describe, expect, it } from 'vitest';
import { cachedPattern, compilePattern } from './java-regex.ts';

describe('a pattern of Java', () => {
  it.each([
    ['(?i)abc', 'ABC'],
    ['(?i)[a-c]+x', 'AbCX'],
    ['a(?i:b)c', 'aBc'],
    ['(?s)a.b', 'a\nb'],
    ['(?x) a b # comment\n c', 'abc'],
    ['\\Qa.b*\\E+', 'a.b**'],
    ['[\\w.-]+@[\\w.]+', 'me.you-x@example.com'],
    ['\\p{Alpha}+\\p{Digit}\\P{Digit}', 'abc1x'],
    ['\\p{L}+', 'größe'],
    ['[a-c[x-z]]+', 'abxz'],
    ['[^\\d\\s]+', 'ab-c'],
    ['a++b*+', 'aaabb'],
    ['(?>a|ab)c', 'ac'],
    ['(?<year>\\d{4})-\\k<year>', '2024-2024'],
    ['(a)\\1', 'aa'],
    ['\\x41\\u0042\\t', 'AB\t'],
    ['[]a]+', ']a'],
    ['\\Aab\\z', 'ab'],
    ['a{2,3}', 'aaa'],
    ['\\/path/[/]', '/path//'],
    ['(?m)^a$\\n^b$', 'a\nb'],
  ])('%s matches %j', (pattern, text) => {
    expect(compilePattern(pattern).whole.test(text)).toBe(true);
  });

  it.each([
    ['abc', 'ABC'],
    ['a.b', 'a\nb'],
    ['b', 'abc'],
    ['a(?i:b)c', 'aBC'],
    ['\\s', '\u00a0'],
    ['a|b', 'ab'],
  ])('%s does not match %j', (pattern, text) => {
    expect(compilePattern(pattern).whole.test(text)).toBe(false);
  });

  it.each([
    '(',
    ')',
    '[',
    '[a',
    'a{',
    '*',
    '\\',
    '(?<n',
    '(?z)',
    '\\p{Nothing}',
    '\\y',
    'a{99999}',
    '[a&&b]',
    '('.repeat(500),
  ])('%s is refused by an error that a person can read', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/regular expression/);
  });

  it('does not hang on text made to make it backtrack', () => {
    const started = performance.now();
    expect(cachedPattern('(a+)+b').whole.test('a'.repeat(40))).toBe(false);
    expect(cachedPattern('(?i)(x+x+)+y').whole.test('X'.repeat(40))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
