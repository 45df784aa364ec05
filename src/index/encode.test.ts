import { describe, expect, it } from 'vitest';
import { encodeEvents } from './encode.ts';
import { FieldKind } from './event-index.ts';

function lines(messages: readonly Record<string, unknown>[]): string[] {
  const { ndjson, lineEnds } = encodeEvents('s', messages);
  let start = 0;
  return [...lineEnds].map((end) => {
    const line = new TextDecoder('utf-8', { fatal: true }).decode(ndjson.subarray(start, end));
    start = end;
    return line;
  });
}

describe('encoded events', () => {
  it('are one object a line, with the guid first wherever it stood', () => {
    expect(
      lines([
        { guid: 'a', x: 1 },
        { y: 'two', guid: 'b' },
      ]),
    ).toEqual(['{"guid":"a","x":1}\n', '{"guid":"b","y":"two"}\n']);
  });

  it('tell the kinds of values seen in each field', () => {
    const { fields, count } = encodeEvents('s', [
      { guid: 'a', i: 1, r: 0.5, t: 'x', b: true, j: [], n: null, mixed: 1, big: 2 ** 53 },
      { guid: 'b', late: 1, mixed: 'x' },
      { guid: 'c', mixed: { a: 1 }, i: -3, left: undefined },
    ]);
    expect(count).toBe(3);
    expect(fields).toEqual({
      guid: FieldKind.text,
      i: FieldKind.integer,
      r: FieldKind.number,
      t: FieldKind.text,
      b: FieldKind.boolean,
      j: FieldKind.json,
      n: FieldKind.null,
      mixed: FieldKind.integer | FieldKind.text | FieldKind.json,
      big: FieldKind.number,
      late: FieldKind.integer,
    });
  });

  it('tell which are alerts', () => {
    const { alerts } = encodeEvents('s', [
      { guid: 'a', is_alert: 'true' },
      { guid: 'b', is_alert: 'false' },
      { guid: 'c', is_alert: true },
      { guid: 'd' },
    ]);
    expect([...alerts]).toEqual([0, 2]);
  });

  it('have null for numbers that JSON has not', () => {
    expect(lines([{ guid: 'a', x: Number.NaN, y: Number.POSITIVE_INFINITY }])).toEqual([
      '{"guid":"a","x":null,"y":null}\n',
    ]);
    expect(encodeEvents('s', [{ guid: 'a', x: Number.NaN }]).fields['x']).toBe(FieldKind.null);
  });

  it('keep odd values, or what JSON can say of them', () => {
    const [line] = lines([
      {
        guid: 'a',
        small: 5n,
        big: 2n ** 70n,
        half: '\ud83d!',
        ['k\udc00']: 1,
        whole: '🦉',
        when: new Date(0),
        f: () => 1,
        list: [1n, undefined, '\ud800'],
      },
    ]);
    expect(JSON.parse(line!)).toEqual({
      guid: 'a',
      small: 5,
      big: '1180591620717411303424',
      half: '\ufffd!',
      'k\ufffd': 1,
      whole: '🦉',
      when: '1970-01-01T00:00:00.000Z',
      list: [1, null, '\ufffd'],
    });
  });

  it('leave alone what only looks like an unpaired surrogate', () => {
    expect(JSON.parse(lines([{ guid: 'a', x: '\\ud800' }])[0]!)).toEqual({ guid: 'a', x: '\\ud800' });
  });

  it('hold own fields only, whatever their names', () => {
    const message = JSON.parse('{"__proto__":"p","constructor":"c","guid":"a"}');
    const [line] = lines([message]);
    expect(line).toBe('{"guid":"a","__proto__":"p","constructor":"c"}\n');
    expect(Object.hasOwn(encodeEvents('s', [message]).fields, '__proto__')).toBe(true);
    expect(lines([Object.assign(Object.create({ inherited: 1 }), { guid: 'a' })])).toEqual([
      '{"guid":"a"}\n',
    ]);
  });

  it('do not end with an object that is nested too deeply', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const [line, next] = lines([{ guid: 'a', deep, ok: 1 }, { guid: 'b' }]);
    expect(line).toContain('nested too deeply');
    expect(line).toContain('"ok":1');
    expect(next).toBe('{"guid":"b"}\n');
  });

  it('share no memory', () => {
    const first = encodeEvents('s', [{ guid: 'a' }]);
    encodeEvents('s', [{ guid: 'b' }]);
    expect(new TextDecoder().decode(first.ndjson)).toBe('{"guid":"a"}\n');
    expect(first.ndjson.buffer.byteLength).toBe(first.ndjson.byteLength);
  });

  it('take lines of any length', () => {
    const [line] = lines([{ guid: 'a', x: '漢'.repeat(1 << 20) }]);
    expect(JSON.parse(line!).x).toHaveLength(1 << 20);
  });
});
