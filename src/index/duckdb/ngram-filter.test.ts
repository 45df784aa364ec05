import { describe, expect, it } from 'vitest';
import { bitsOf, mayHave, type Needed, NgramFilterBuilder } from './ngram-filter.ts';

/** Numbers from a seed (Park and Miller). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function filterOf(texts: readonly string[], withSet = true) {
  const builder = new NgramFilterBuilder(withSet);
  for (let at = 0; at < texts.length; at += 100)
    builder.add(
      texts
        .slice(at, at + 100)
        .join('\n')
        .toLowerCase(),
    );
  const { facts, set } = builder.finish(0);
  const has = (needed: Needed): boolean =>
    mayHave(facts, needed) && bitsOf(facts, needed).every(({ byte, bit }) => (set[byte]! & (1 << bit)) !== 0);
  return { facts, set, has, contains: (text: string) => has({ text, exact: false }) };
}

describe('a set of pieces of texts', () => {
  const alphabets: Record<string, string> = {
    'letters and digits': 'ABCDEFGHIJKLMabcdefghijklmnopqrstuvwxyz0123456789',
    hexadecimal: '0123456789abcdef',
    digits: '0123456789',
    'one letter': 'a',
    'other letters': 'aäßІK\u{1f600}\n-. ',
  };
  it.each(Object.entries(alphabets))('has all that is in texts of %s', (_, alphabet) => {
    const letters = [...alphabet];
    const next = numbers(7);
    const text = (length: number): string =>
      Array.from({ length }, () => letters[next(letters.length)]).join('');
    const texts = Array.from({ length: 2000 }, () => text(next(30)));
    const { contains, has } = filterOf(texts);
    for (const one of texts) {
      const from = next(one.length + 1);
      const piece = one.slice(from, from + next(12));
      for (const spelling of [piece, piece.toUpperCase().toLowerCase(), one])
        if (one.toLowerCase().includes(spelling.toLowerCase())) expect(contains(spelling)).toBe(true);
      expect(has({ text: one, exact: true })).toBe(true);
    }
  });

  it('excludes much of what is not from five letters on, and nearly all from seven', () => {
    const next = numbers(11);
    const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
    const text = (length: number): string =>
      Array.from({ length }, () => letters[next(letters.length)]).join('');
    const { contains, facts } = filterOf(Array.from({ length: 120_000 }, () => text(17)));
    expect(facts).toMatchObject({ size: 5, shortest: 17, longest: 17, log2: 22 });
    const wrong = (length: number): number => {
      let count = 0;
      for (let i = 0; i < 2000; i++) if (contains(text(length))) count++;
      return count / 2000;
    };
    expect(wrong(5)).toBeLessThan(0.4);
    expect(wrong(7)).toBeLessThan(0.06);
    expect(wrong(9)).toBeLessThan(0.02);
  });

  it('takes longer pieces where there are few characters', () => {
    const hex = numbers(3);
    const texts = Array.from({ length: 500 }, () => hex(2 ** 31 - 1).toString(16));
    expect(filterOf(texts).facts.size).toBe(6);
    expect(filterOf(texts.map((one) => one.replace(/[a-f]/g, '7'))).facts.size).toBe(7);
  });

  it('is as small as the texts are few, and is left out where it would say yes to everything', () => {
    expect(filterOf(['abcd', 'efgh']).set.length).toBe(2 ** 10 / 8);
    expect(filterOf(['abc'], false).set.length).toBe(0);
    const texts = Array.from({ length: 1_500_000 }, (_, i) => `${i}abcdefghijklmnopqrstuvwxyz`.slice(0, 9));
    expect(filterOf(texts.slice(0, 1000)).set.length).toBeLessThan(2 ** 17);
  });

  it('knows by characters and lengths alone what is nowhere', () => {
    const { has, contains } = filterOf(['0a1b-2c', '0a1b-2d4'], false);
    expect(contains('evil')).toBe(false);
    expect(contains('1B-2')).toBe(true);
    expect(contains('0a1b-2d40a1b')).toBe(false);
    expect(has({ text: '0a1b', exact: true })).toBe(false);
    expect(has({ text: '0a1b', exact: false })).toBe(true);
    // In lower case other letters may become these: the Kelvin sign becomes k.
    expect(contains('\u212a')).toBe(true);
  });

  it('of no texts excludes all but the empty one', () => {
    const { contains } = filterOf([]);
    expect(contains('a')).toBe(false);
    expect(contains('')).toBe(true);
  });
});
