import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { runParser } from './parser-harness.ts';

function grok(statement: string, text: string, config: Record<string, unknown> = {}) {
  return runParser('grok', { patternLabel: 'LINE', grokStatement: `LINE ${statement}`, ...config }, text);
}

describe('the Grok parser', () => {
  test('makes a field of each reference and keeps the line', () => {
    expect(grok('%{WORD:verb} %{INT:count} %{NOTSPACE:rest}', 'GET 007 "x"').messages).toEqual([
      { verb: 'GET', count: 7, rest: 'x', original_string: 'GET 007 "x"' },
    ]);
  });

  test('finds the pattern anywhere in the line', () => {
    expect(grok('%{IP:ip}', 'from 192.0.2.1, late').messages[0]).toMatchObject({ ip: '192.0.2.1' });
  });

  test('refuses a line that does not fit, and a blank one', () => {
    expect(grok('%{INT:n}', 'no number')).toMatchObject({
      messages: [],
      rejected: ['no number'],
      failures: [],
    });
    expect(grok('%{SPACE:s}', '  ').rejected).toEqual(['  ']);
  });

  test('reads each line of a record when it has several', () => {
    const { messages, rejected } = grok('%{WORD:k}=%{INT:v}', 'a=1\r\nb=2\n\nbad\nc=3\n', {
      multiLine: 'true',
    });
    expect(messages.map((message) => message['v'])).toEqual([1, 2, 3]);
    expect(messages[0]?.['original_string']).toBe('a=1');
    expect(rejected).toEqual(['', 'bad']);
  });

  test('takes the timestamp from a field: digits around a dot are seconds and milliseconds', () => {
    const config = { timestampField: 't' };
    expect(grok('%{NUMBER:t}', '1461576382.642', config).messages[0]?.['timestamp']).toBe(1461576382642);
    expect(grok('%{WORD:t}', 'soon', config).failures[0]?.message).toMatch(/timestamp field t is/);
    expect(grok('%{WORD:x}', 'soon', config).failures).toHaveLength(1);
  });

  test('reads dates by dateFormat in a zone, under either name of the setting', () => {
    const config = { timestampField: 't', timeFields: ['t'], dateFormat: 'yyyy-MM-dd HH:mm' };
    const at = (more: object) =>
      grok('%{GREEDYDATA:t}', '2016-07-01 02:00', { ...config, ...more }).messages[0]?.['timestamp'];
    expect(at({})).toBe(Date.UTC(2016, 6, 1, 2));
    expect(at({ timeZone: 'Europe/Berlin' })).toBe(Date.UTC(2016, 6, 1, 0));
    expect(at({ timezone: 'Europe/Berlin' })).toBe(Date.UTC(2016, 6, 1, 0));
    expect(at({ timeZone: 'Nowhere/Land' })).toBe(Date.UTC(2016, 6, 1, 2));
  });

  test('a time field that is no date fails the record', () => {
    const config = { timeFields: ['t'], dateFormat: 'yyyy' };
    expect(grok('%{GREEDYDATA:t}', 'never', config).failures[0]?.message).toMatch(/no time by dateFormat/);
    expect(grok('%{INT:t}', '2016', config).failures[0]?.message).toMatch(/time field t is 2016/);
  });

  test('in the Logstash dialect names may have dots, types count, and unnamed references leave nothing', () => {
    const statement = '%{IP:[source][ip]} %{IP:dest.ip} %{NUMBER:ms:float} %{INT:n} %{WORD}';
    expect(grok(statement, '10.0.0.1 10.0.0.2 1.5 7 x', { grokDialect: 'logstash' }).messages).toEqual([
      {
        'source.ip': '10.0.0.1',
        'dest.ip': '10.0.0.2',
        ms: 1.5,
        n: '7',
        original_string: '10.0.0.1 10.0.0.2 1.5 7 x',
      },
    ]);
  });

  test('a user file takes the place of a built-in one and adds to the common patterns', () => {
    const files = new Map([['/patterns/mine', 'LINE %{WORD:a}-%{MINE:b}\n# a comment\nMINE [xyz]+']]);
    const readFile = (path: string): string => {
      const text = files.get(path);
      if (text === undefined) throw new Error('absent');
      return text;
    };
    const { messages } = runParser('grok', { patternLabel: 'LINE', grokPath: '/patterns/mine' }, 'q-xx', {
      readFile,
    });
    expect(messages[0]).toMatchObject({ a: 'q', b: 'xx' });
  });

  test.each([
    ['no pattern at all', {}],
    ['a file that is absent', { patternLabel: 'X', grokPath: '/patterns/none' }],
    ['a label that is not defined', { patternLabel: 'NOPE', grokPath: '/patterns/squid' }],
    ['a pattern that refers to itself', { patternLabel: 'A', grokStatement: 'A x%{A}' }],
    ['an expression that is wrong', { patternLabel: 'A', grokStatement: 'A (x' }],
    ['a field name with a dot', { patternLabel: 'A', grokStatement: 'A %{IP:a.b}' }],
    ['a character set that is unknown', { patternLabel: 'A', grokStatement: 'A x', readCharset: 'klingon' }],
    ['a broken date format', { patternLabel: 'A', grokStatement: 'A x', dateFormat: 'nonsense' }],
  ])('is not configured with %s', (_what, config) => {
    expect(() => runParser('grok', config, 'x')).toThrow(ParserConfigError);
  });

  test('names the nearest pattern when one is not defined', () => {
    expect(() => grok('%{HOSTNAM:h}', 'x')).toThrow(
      expect.objectContaining({ hint: 'Did you mean HOSTNAME?' }),
    );
  });

  test('gives up the rest of a record whose lines take long', () => {
    const slow = `${'a'.repeat(5_000)}\n`.repeat(200);
    const before = process.cpuUsage();
    const { rejected } = grok('(?:(?=a)a+)+(?:a+)+b', slow, { multiLine: true });
    expect(rejected.length).toBeLessThan(12);
    expect(rejected.join('\n').length).toBeGreaterThan(1_000_000 - 200);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2_000);
  });
});
