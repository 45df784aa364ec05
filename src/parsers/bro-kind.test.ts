import { describe, expect, it } from 'vitest';
import { createParser } from './builtin.ts';
import { testClock } from './parser-harness.ts';

/** What one parser makes of records, one after the other. */
function readAll(texts: readonly string[]): unknown[] {
  const outcomes: unknown[] = [];
  const parser = createParser('bro', {}, { now: () => testClock, timeZone: 'UTC', readFile: () => '' });
  for (const text of texts)
    parser.parse(text, {
      emit: (message) => void outcomes.push(message),
      reject: (line) => void outcomes.push(`rejected ${line}`),
      fail: (error) => void outcomes.push(error.message),
      skip: (line) => void outcomes.push(`skipped ${line}`),
    });
  return outcomes;
}

describe('Bro records of a kind that came before', () => {
  const known =
    '{"conn": {"ts":1767258061.123456,"uid":"C1","id.orig_h":"192.0.2.1","id.orig_p":1,"duration":0.25,"tags":["a"],"tx_hosts":["192.0.2.9"]}}';
  const changed = (part: string, other: string): string => known.replace(part, other);
  it.each([
    ['other values', changed('C1', 'C2')],
    ['no decimals in the time', changed('1767258061.123456', '1767258061')],
    ['a time in milliseconds', changed('1767258061.123456', '1767258061123')],
    ['decimals of nought', changed('0.25', '300.0')],
    ['a nought at the end', changed('0.25', '0.250')],
    ['seven decimals', changed('0.25', '0.1234567')],
    ['eleven digits', changed('0.25', '12345678901.5')],
    ['a number below zero', changed('0.25', '-0')],
    ['digits that a double does not hold', changed('0.25', '12345678901234567890')],
    ['null', changed('"C1"', 'null')],
    ['a list with a fraction', changed('["a"]', '[1.50,2.0]')],
    ['a list with a slash', changed('["a"]', '["a/b"]')],
    ['a list with blanks', changed('["a"]', '[ "a" , "b" ]')],
    ['an empty list', changed('["a"]', '[]')],
    ['an empty list of hosts', changed('["192.0.2.9"]', '[]')],
    ['an escape', changed('C1', 'C\\\\1\\"')],
    ['another character set', changed('C1', 'Cü\u{1f600}')],
    ['whole numbers as names', '{"conn": {"b":2.5,"ts":1767258061.5,"1":3,"a":"z"}}'],
  ])('are read as anew: %s', (_what, text) => {
    const anew = readAll([text]);
    const again = readAll([known, text, text, text]);
    expect(again.slice(1)).toEqual([anew[0], anew[0], anew[0]]);
    expect(JSON.stringify(again[3])).toBe(JSON.stringify(anew[0]));
  });
});
