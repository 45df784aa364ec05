import { describe, expect, test } from 'vitest';
import { createParser } from './builtin.ts';
import { ParserConfigError } from './errors.ts';
import { runParser, testClock } from './parser-harness.ts';
import { ParserRunner } from './runner.ts';

const config = {
  recordTypeRegex: '(?<kind>a|B)',
  messageHeaderRegex: ['^(?<never>zzz)', '^<(?<pri>\\d+)>'],
  fields: [
    { recordType: 'a', regex: ['.*a(?<digits>\\d+)', '.*a(?<restOfLine>.*)'] },
    { recordType: 'b', regex: '.*B at (?<when>\\d+).*' },
  ],
};
const read = (text: string, more: Record<string, unknown> = {}) =>
  runParser('regex', { ...config, ...more }, text);

describe('the parser of regular expressions', () => {
  test('takes the first header that is found and the first expression that fits the whole line', () => {
    expect(read(' <7>a12 ').messages).toEqual([
      { pri: '7', digits: '12', kind: 'a', original_string: '<7>a12', timestamp: testClock },
    ]);
    expect(read('<7>a12x').messages[0]).toMatchObject({ restOfLine: '12x' });
  });

  test('keeps a line of no kind, and skips a blank one', () => {
    expect(read('<9>zz').messages[0]).toMatchObject({ pri: '9', original_string: '<9>zz' });
    expect(read('  ').skipped).toEqual(['blank']);
  });

  test('writes names with underscores when told to', () => {
    expect(read('a-', { convertCamelCaseToUnderScore: true }).messages[0]).toMatchObject({
      rest_of_line: '-',
    });
  });

  test('takes the time from a field that is named for it', () => {
    expect(read('B at 1767258061123', { timestampField: 'when' }).messages[0]?.['timestamp']).toBe(
      1767258061123,
    );
    expect(
      read('B at 20260102', { timestampField: 'when', dateFormat: 'yyyyMMdd' }).messages[0]?.['timestamp'],
    ).toBe(Date.UTC(2026, 0, 2));
  });

  test('does not give the time of one line to the next', () => {
    const parser = createParser(
      'regex',
      { ...config, timestampField: 'when' },
      { now: () => testClock, timeZone: 'UTC', readFile: () => '' },
    );
    const times: unknown[] = [];
    const runner = new ParserRunner({ sensor: 'test', parser });
    for (const line of ['B at 1767258061123', 'zz'])
      runner.run(line, null, {
        emit: ({ timestamp }) => times.push(timestamp),
        fail: ({ error }) => times.push(error.message),
        drop: (reason) => times.push(reason),
      });
    expect(times).toEqual([1767258061123, testClock]);
  });

  test.each([
    ['no record type', { recordTypeRegex: ' ' }],
    ['no fields', { fields: null }],
    ['a broken expression', { recordTypeRegex: '(' }],
    ['a name that Java does not know', { messageHeaderRegex: '(?<a_b>x)' }],
    ['an entry without an expression', { fields: [{ recordType: 'a' }] }],
    ['a flag that is text', { convertCamelCaseToUnderScore: 'true' }],
  ])('is not configured with %s', (_what, wrong) => {
    expect(() => read('x', wrong)).toThrow(ParserConfigError);
  });

  test('does not hang on text that makes an expression go back and forth', () => {
    const outcome = read(`a${'x'.repeat(50)}!`, {
      fields: [{ recordType: 'a', regex: '(?<all>(?:x+x+)+y)' }],
    });
    expect(outcome.messages.length + outcome.failures.length).toBe(1);
  });
});
