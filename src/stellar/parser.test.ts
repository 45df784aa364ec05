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

  it('explains that a minus belongs to the number that it touches', () => {
    expect(failure('a -1').hint).toContain("write '- 1'");
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
    "'a' + 1",
    '[a and b]',
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
