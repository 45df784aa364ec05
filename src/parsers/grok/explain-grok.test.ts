import { describe, expect, it } from 'vitest';
import { readDictionary } from './dictionary.ts';
import { explainGrok } from './explain-grok.ts';
import { patternElements } from './pattern-elements.ts';

const dictionary = readDictionary(
  'WORD \\b\\w+\\b\nINT (?:[+-]?(?:[0-9]+))\nIP (?:[0-9]{1,3}\\.){3}[0-9]{1,3}\nPAIR %{WORD:key}=%{INT:value}',
);

describe('elements of a pattern', () => {
  it.each([
    ['%{IP:a} %{WORD}', ['%{IP:a}', ' ', '%{WORD}']],
    ['(a|b)+?x{2,3}\\[', ['(a|b)+?', 'x{2,3}', '\\[']],
    ['[^]a-z]*\\p{Alpha}\\d?', ['[^]a-z]*', '\\p{Alpha}', '\\d?']],
    ['a|b', ['a|b']],
    ['(?:(x[)])|y)z', ['(?:(x[)])|y)', 'z']],
    ['(unclosed', ['(unclosed']],
  ])('of %s are %j', (pattern, elements) => {
    expect(patternElements(pattern)).toEqual(elements);
  });
});

describe('why a line does not fit', () => {
  it('shows how far the pattern fits, and the element that does not', () => {
    expect(
      explainGrok('%{IP:ip} %{WORD:method} %{INT:status}', dictionary, '10.0.0.1 GET abc'),
    ).toMatchObject({
      matches: false,
      fitting: '%{IP:ip} %{WORD:method} ',
      failing: '%{INT:status}',
      start: 0,
      end: 13,
      captured: { ip: '10.0.0.1', method: 'GET' },
    });
  });

  it('looks into what a reference stands for', () => {
    expect(explainGrok('%{IP} %{PAIR} end', dictionary, '10.0.0.1 size=big end')).toMatchObject({
      fitting: '%{IP} %{WORD:key}=',
      failing: '%{INT:value}',
      rest: ' end',
    });
  });

  it('says that nothing fits', () => {
    expect(explainGrok('%{IP} x', dictionary, 'no address')).toMatchObject({
      fitting: '',
      failing: '%{IP}',
      end: 0,
    });
  });

  it('gives what a fitting line captures', () => {
    expect(explainGrok('%{PAIR}', dictionary, 'a=1')).toMatchObject({
      matches: true,
      failing: null,
      captured: { key: 'a', value: 1 },
    });
  });

  it('tells of a pattern that is wrong', () => {
    expect(() => explainGrok('%{WROD:x}', dictionary, 'a')).toThrow('not defined');
  });
});
