import { describe, expect, it } from 'vitest';
import { StellarError } from './errors.ts';
import { parse } from './parser.ts';

function failure(source: string): StellarError {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof StellarError) return error;
    throw error;
  }
  throw new Error(`${source} parsed`);
}

describe('a syntax error', () => {
  it('tells the line, the column and what was expected, with a caret below', () => {
    const error = failure('1 == 1 and\n  (2 > ]');
    expect(error.code).toBe('SKP_STELLAR_SYNTAX');
    expect(error.position).toEqual({ offset: 18, line: 2, column: 8 });
    expect(error.caret).toBe('  (2 > ]\n       ^');
    expect(error.detail).toBe("']' stands where a value was expected");
  });

  it('names the nearest keyword', () => {
    expect(failure('a == 1 adn b == 2').hint).toBe("did you mean 'and'?");
  });

  it('explains that a colon may be part of a name', () => {
    expect(failure('{a:1}').hint).toContain('set it off by blanks');
  });

  it.each([
    "'abc",
    '"abc',
    "'\\d'",
    '1 = 2',
    'a!',
    '2147483648',
    '9223372036854775808L',
    '1 //',
    '',
    'f(',
    '[1,',
    'e5',
    'tést',
  ])('is raised for %j', (source) => {
    expect(failure(source)).toBeInstanceOf(StellarError);
  });

  it('cuts a long line to what surrounds the place', () => {
    const error = failure(`${'a + '.repeat(1000)}]`);
    expect(error.caret!.split('\n')[0]!.length).toBeLessThan(170);
    const [line, caret] = error.caret!.split('\n');
    expect(line![caret!.indexOf('^')]).toBe(']');
  });
});

describe('the grammar', () => {
  it('binds * tighter than /', () => {
    expect(parse('10/4*2')).toMatchObject({ operator: '/', right: { operator: '*' } });
  });

  it('groups and and or to the right on one level', () => {
    expect(parse('a and b or c')).toMatchObject({ operator: 'and', right: { operator: 'or' } });
  });

  it('lets in take the whole comparison on its right', () => {
    expect(parse("'a' in b == c")).toMatchObject({ kind: 'in', container: { kind: 'comparison' } });
  });

  it('reads dots and colons as parts of names', () => {
    expect(parse('source.type:x == 1')).toMatchObject({ left: { kind: 'variable', name: 'source.type:x' } });
  });

  it.each([
    '+1',
    "'a' - 1",
    'null + 1',
    '[a and b]',
    '1[0]',
    'a ??',
    'a[',
    'a[]',
    'F(a or b)',
    '(match{a => 1, default => 2}) + 1',
    'match{default => 1}',
    'not a',
    'a ? b',
  ])('refuses %s', (source) => {
    expect(failure(source).code).toBe('SKP_STELLAR_SYNTAX');
  });

  it('reads a row of a thousand terms', () => {
    const row = Array.from({ length: 1000 }, (_, i) => `a == ${i}`).join(' or ');
    expect(parse(row)).toMatchObject({ kind: 'logic' });
  });

  it('refuses what nests too deeply, by an error and not by a crash', () => {
    expect(failure(`${'('.repeat(5000)}1${')'.repeat(5000)}`).code).toBe('SKP_STELLAR_TOO_DEEP');
    expect(failure(`${'not('.repeat(5000)}a${')'.repeat(5000)}`).code).toBe('SKP_STELLAR_TOO_DEEP');
    expect(failure(`${'[{1:'.repeat(5000)}`).code).toBe('SKP_STELLAR_TOO_DEEP');
    expect(failure(`${'a in '.repeat(5000)}b`).code).toBe('SKP_STELLAR_TOO_DEEP');
    expect(failure(`${'x -> '.repeat(5000)}b`).code).toBe('SKP_STELLAR_TOO_DEEP');
  });

  it('refuses what is too long', () => {
    expect(failure(`'${'a'.repeat(2 ** 20)}'`).code).toBe('SKP_STELLAR_TOO_LONG');
  });
});

describe('what Metron refuses and has a meaning here', () => {
  it('is a minus behind an operand, which subtracts also where it touches a digit', () => {
    for (const source of ['a-1', 'a -1', 'f(a)-1', 'a[0]-1', '(a)-1'])
      expect(parse(source), source).toMatchObject({ operator: '-', right: { value: 1 } });
    expect(parse('2-1-1')).toMatchObject({ operator: '-', left: { operator: '-' } });
    expect(parse('a * -1')).toMatchObject({ operator: '*', right: { kind: 'literal', value: -1 } });
    expect(parse('1--1')).toMatchObject({ operator: '-', right: { kind: 'literal', value: -1 } });
  });

  it('is a minus before an operand, which binds tighter than *', () => {
    expect(parse('-a * b')).toMatchObject({ operator: '*', left: { kind: 'negate' } });
    expect(parse('- -a')).toMatchObject({ kind: 'negate', operand: { kind: 'negate' } });
  });

  it('is %, on one level with /', () => {
    expect(parse('10 % 4 * 2')).toMatchObject({ operator: '%', right: { operator: '*' } });
    expect(parse('10 / 4 % 2')).toMatchObject({ operator: '%', left: { operator: '/' } });
  });

  it('is ??, looser than + and tighter than a comparison, grouped to the right', () => {
    expect(parse('a ?? b + 1 == c')).toMatchObject({
      operator: '==',
      left: { kind: 'coalesce', right: { operator: '+' } },
    });
    expect(parse('a ?? b ?? null')).toMatchObject({ right: { kind: 'coalesce' } });
    expect(parse("(a ?? 0) + 1 in [b ?? 'x']")).toMatchObject({ kind: 'in', item: { operator: '+' } });
  });

  it('is ?? not behind a lambda, whose body was meant', () => {
    expect(failure('MAP(a, x -> match{ x == 1 => 2, default => null } ?? 3)').hint).toContain(
      'body of the lambda',
    );
  });

  it('is an index behind a value', () => {
    expect(parse("_['odd name'][0].x".replace('.x', ''))).toMatchObject({
      kind: 'index',
      container: { kind: 'index', container: { name: '_' } },
    });
    expect(parse('a in [b[0], c]')).toMatchObject({ kind: 'in', container: { kind: 'list' } });
    expect(parse("'abc'[-1]")).toMatchObject({ kind: 'index', index: { value: -1 } });
    expect(parse('if a[0] == 1 then [1] else [2][0]')).toMatchObject({ otherwise: { kind: 'index' } });
  });

  it('is an escape that names a character', () => {
    expect(parse(String.raw`'\u0041\x42\u{1F600}\f\0\/\"'`.replaceAll('\\\\', '\\'))).toMatchObject({
      value: 'AB\u{1F600}\f\0/"',
    });
    expect(failure(String.raw`'\u{110000}'`.replaceAll('\\\\', '\\')).hint).toContain(
      'also in regular expressions',
    );
  });
});
