import { describe, expect, test } from 'vitest';
import { FlatJsonReader } from './flat-json.ts';

function taught(...texts: string[]): FlatJsonReader {
  const reader = new FlatJsonReader();
  for (const text of texts) reader.learn(text, JSON.parse(text) as Record<string, unknown>);
  return reader;
}

describe('reading flat objects of a known kind', () => {
  const reader = taught('{"a":"x","b":1,"c":true}');

  test.each([
    '{"a":"","b":0,"c":false}',
    '{"a":"\u00e9 y","b":123456789012345,"c":null}',
    '{"a":1,"b":"z","c":"t"}',
  ])('gives what JSON.parse gives: %s', (text) => {
    const read = reader.read(text);
    expect(read).toEqual(JSON.parse(text));
    expect(Object.keys(read ?? {})).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['other members', '{"a":"x","b":1,"d":true}'],
    ['one more', '{"a":"x","b":1,"c":true,"d":1}'],
    ['blanks', '{"a": "x","b":1,"c":true}'],
    ['an escape', '{"a":"\\n","b":1,"c":true}'],
    ['a line end inside of a text', '{"a":"\n","b":1,"c":true}'],
    ['a fraction', '{"a":"x","b":1.5,"c":true}'],
    ['an exponent', '{"a":"x","b":1e5,"c":true}'],
    ['a number below nought', '{"a":"x","b":-1,"c":true}'],
    ['a leading zero', '{"a":"x","b":01,"c":true}'],
    ['a number of more digits than a double keeps', '{"a":"x","b":1234567890123456,"c":true}'],
    ['a list', '{"a":"x","b":[],"c":true}'],
    ['text behind it', '{"a":"x","b":1,"c":true} '],
    ['no end', '{"a":"x","b":1,"c":true'],
    ['a text without an end', '{"a":"x'],
  ])('leaves %s to JSON.parse', (_what, text) => {
    expect(reader.read(text)).toBeUndefined();
  });

  test('learns no kind that it would read otherwise', () => {
    const twice = taught('{"a":1,"a":2}', '{"2":1,"1":2}');
    expect(twice.read('{"a":1,"a":2}')).toBeUndefined();
    expect(twice.read('{"2":1,"1":2}')).toBeUndefined();
  });

  test('makes a member called __proto__ a member', () => {
    const read = taught('{"__proto__":1}').read('{"__proto__":5}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read ?? {})).toEqual(['__proto__']);
  });
});
