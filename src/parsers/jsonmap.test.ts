import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { jsonMap } from './jsonmap.ts';
import type { Message } from './parser.ts';

const environment = { now: () => 1000, timeZone: 'UTC', readFile: () => '' };

function run(text: string, config: Record<string, unknown> = {}): { messages: Message[]; errors: Error[] } {
  const out = { messages: [] as Message[], errors: [] as Error[] };
  jsonMap.configure(config, environment).parse(text, {
    emit: (message) => void out.messages.push(message),
    reject: (_line, error) => void out.errors.push(error),
    fail: (error) => void out.errors.push(error),
    skip: () => {},
  });
  return out;
}

const one = (text: string, config?: Record<string, unknown>): Message => run(text, config).messages[0] ?? {};

describe('JSONMap', () => {
  test('keeps a flat object as it is and adds the present time', () => {
    expect(one('{"a":1,"b":[{"c":1}],"d":null}')).toEqual({ a: 1, b: [{ c: 1 }], d: null, timestamp: 1000 });
  });

  test.each([
    ['DROP', { e: 1, timestamp: 1 }],
    ['UNFOLD', { 'a.b.c': 2, 'a.d': [1], e: 1, timestamp: 1 }],
    ['ALLOW', { a: { b: { c: 2 }, d: [1] }, e: 1, timestamp: 1 }],
  ])('with mapStrategy %s', (mapStrategy, expected) => {
    expect(one('{"a":{"b":{"c":2},"d":[1]},"e":1,"timestamp":1}', { mapStrategy })).toEqual(expected);
  });

  test('unfolds under the name "" too, and lets the later of two equal names win', () => {
    expect(one('{"":{"a":1},"x.y":1,"x":{"y":2},"timestamp":1}', { mapStrategy: 'UNFOLD' })).toEqual({
      '.a': 1,
      'x.y': 2,
      timestamp: 1,
    });
  });

  test('makes __proto__ a field like any other, in every strategy', () => {
    for (const mapStrategy of ['DROP', 'UNFOLD', 'ALLOW']) {
      const message = one('{"x":{"__proto__":{"polluted":1}},"__proto__":{"polluted":2},"timestamp":1}', {
        mapStrategy,
      });
      expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
      expect(message['polluted']).toBeUndefined();
    }
    const scalar = one('{"__proto__":"p","x":{"y":1},"timestamp":1}', { mapStrategy: 'UNFOLD' });
    expect(JSON.stringify(scalar)).toBe('{"__proto__":"p","x.y":1,"timestamp":1}');
  });

  test('keeps every digit of numbers that a double cannot hold, as text, wherever they stand', () => {
    const text =
      '{"a":9007199254740993,"b":[-12345678901234567890],"c":1e999,"d":9007199254740991,"e":1e20,"timestamp":1}';
    expect(one(text)).toEqual({
      a: '9007199254740993',
      b: ['-12345678901234567890'],
      c: '1e999',
      d: 9007199254740991,
      e: 1e20,
      timestamp: 1,
    });
  });

  test('passes over comments, a byte order mark and what follows the object', () => {
    expect(one('\ufeff// one\n{"a": /* {"b":2} */ "/* kept */", "timestamp":1} {"c":3}')).toEqual({
      a: '/* kept */',
      timestamp: 1,
    });
  });

  test('refuses what is nested too deeply to be written again', () => {
    expect(run(`{"a":${'['.repeat(501)}${']'.repeat(501)}}`).errors[0]?.message).toContain('deeper than 500');
  });

  test('gives one message for each object that a query finds', () => {
    expect(
      run('{"list":[{"a":1},{"a":2}]}', { jsonpQuery: '$.list' }).messages.map((message) => message['a']),
    ).toEqual([1, 2]);
    expect(run('{"list":[{"a":1},3]}', { jsonpQuery: '$.list' })).toMatchObject({
      messages: [],
      errors: [expect.any(Error)],
    });
    expect(run('{"other":1}', { jsonpQuery: '$.list' })).toEqual({ messages: [], errors: [] });
  });

  test('wraps bare objects in a list, even when they end in a comment', () => {
    const config = { jsonpQuery: '$.messages', wrapInEntityArray: true };
    expect(run('{"a":1},{"a":2}, ', config).messages).toHaveLength(2);
    expect(run('{"a":1} // end', config).messages).toHaveLength(1);
  });

  test.each([
    [{ mapStrategy: 'unfold' }],
    [{ overrideOriginalString: 'true' }],
    [{ jsonpQuery: '$.a[' }],
    [{ jsonpQuery: 5 }],
  ])('refuses the configuration %j', (config) => {
    expect(() => jsonMap.configure(config, environment)).toThrow(ParserConfigError);
  });
});
