import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { runParser, testClock } from './parser-harness.ts';

const csv = (columns: unknown, text: string, config: Record<string, unknown> = {}) =>
  runParser('csv', { columns, ...config }, text);

describe('the CSV parser', () => {
  test('puts cells under the names of their columns, trimmed, with the clock as timestamp', () => {
    expect(csv({ ' a ': 0, b: '2' }, 'x, "y,1" , z').messages).toEqual([
      { a: 'x', b: 'z', timestamp: testClock, original_string: 'x, "y,1" , z' },
    ]);
  });

  test.each([['a,b:2'], [['a', 'b:2']]])('reads columns given as %j', (columns) => {
    expect(csv(columns, '1,2,3').messages[0]).toMatchObject({ a: '1', b: '3' });
  });

  test('skips blank lines and comments, and says so', () => {
    for (const text of ['', '  ', '# a', '  #a,b']) {
      const skipped = [text.trim() === '' ? 'blank' : 'a comment'];
      expect(csv('a', text)).toEqual({ messages: [], rejected: [], failures: [], skipped });
    }
  });

  test('fails a record with too few cells or an open quote', () => {
    expect(csv('a,b', 'x').failures[0]?.message).toMatch(/column b is number 2/);
    expect(csv('a', '"x').failures).toHaveLength(1);
  });

  test('cells of the record before do not stand in for missing ones', () => {
    const { failures } = csv('a,b', 'x');
    expect(failures).toHaveLength(1);
  });

  test('reads a timestamp column by a format, as a number, or leaves it', () => {
    const at = (text: string, timestampFormat?: string) =>
      csv('a,timestamp', text, timestampFormat === undefined ? {} : { timestampFormat }).messages[0]?.[
        'timestamp'
      ];
    expect(at('x,2016-04-25', 'yyyy-MM-dd')).toBe(Date.UTC(2016, 3, 25));
    expect(at('x,never', 'yyyy-MM-dd')).toBe('never');
    expect(at('x,1461576382642')).toBe(1461576382642);
    expect(at('x,soon')).toBe('soon');
  });

  test('a column called __proto__ is a field like any other', () => {
    const [message] = csv(['__proto__', 'constructor'], 'x,y').messages;
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.entries(message ?? {})).toContainEqual(['__proto__', 'x']);
  });

  test.each([[undefined], [[]], [{ a: -1 }], [{ a: 'x' }], [7]])(
    'is not configured with columns %j',
    (columns) => {
      expect(() => csv(columns, 'x')).toThrow(ParserConfigError);
    },
  );
});
