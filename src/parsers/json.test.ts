import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';

describe('numbers that a double does not hold', () => {
  test.each([
    ['[9007199254740991,-9007199254740991]', [9007199254740991, -9007199254740991]],
    ['[9007199254740992,-9007199254740993]', ['9007199254740992', '-9007199254740993']],
    ['{"a":12345678901234567890 ,"b":1}', { a: '12345678901234567890', b: 1 }],
    ['12345678901234567890', '12345678901234567890'],
    ['[12345678901234567890,1e999,-1e999,1e20]', ['12345678901234567890', '1e999', '-1e999', 1e20]],
    [
      '[12345678901234567890,0.12345678901234567890]',
      ['12345678901234567890', Number('0.12345678901234567890')],
    ],
    [
      '[12345678901234567890,1.5E+12345678901234567890]',
      ['12345678901234567890', '1.5E+12345678901234567890'],
    ],
    [
      '[12345678901234567890,12345678901234567890.5]',
      ['12345678901234567890', Number('12345678901234567890.5')],
    ],
  ])('%s are text as written', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test.each([
    '{12345678901234567890:1}',
    '{"a":1,12345678901234567890 :1}',
    '[00000000000000000001]',
    '[-00000000000000000001]',
    '[12345678901234567890"a"]',
    '12345678901234567890a',
    '[--12345678901234567890]',
  ])('do not make JSON of %s', (text) => {
    expect(() => parseJson(text)).toThrow('Not a JSON value');
    // Nor when the text before had such numbers.
    parseJson('12345678901234567890');
    expect(() => parseJson(text)).toThrow('Not a JSON value');
  });

  test('are the same whatever the text before had', () => {
    const texts = [
      '[1,"12345678901234567890"]',
      '[12345678901234567890]',
      '[1e999,12345678901234567890]',
      '[1.5e300]',
    ];
    const alone = texts.map((text) => {
      parseJson('1');
      return parseJson(text);
    });
    for (const before of texts)
      for (const [i, text] of texts.entries()) {
        parseJson(before);
        expect(parseJson(text)).toEqual(alone[i]);
      }
  });

  test('do not change digits that stand in texts and names', () => {
    const digits = '12345678901234567890';
    const text = `{"${digits}":"${digits}","\\"${digits}":"a\\\\","b":":${digits},","c":${digits}}`;
    expect(parseJson(text)).toEqual({
      [digits]: digits,
      [`"${digits}`]: 'a\\',
      b: `:${digits},`,
      c: digits,
    });
  });

  test('are read in time that grows with the text, whatever it is', () => {
    for (const unit of ['9', '99999999999999999999,', '"\\\\",', '1e5,', '1.9,']) {
      const body = unit.repeat(200_000).replace(/,$/, '');
      const text = `[12345678901234567890,${body}]`;
      const start = process.threadCpuUsage();
      expect(parseJson(text)).toHaveLength(body.split(',').length + 1);
      const { user, system } = process.threadCpuUsage(start);
      expect(user + system).toBeLessThan(5_000_000);
    }
  });
});
