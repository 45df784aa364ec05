import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { makeKind, skeletonOf } from './json-kind-source.ts';
import { JsonKinds } from './json-kinds.ts';

const kinds = (learned: string): JsonKinds => {
  const all = new JsonKinds();
  all.learn(learned);
  return all;
};

describe('JSON of kinds that came before', () => {
  it('is read with other values as parseJson reads it', () => {
    const known = kinds('{"a":"x","b":[1,"y"],"c":{"d":1.5,"e":true,"f":null},"g":[{"h":"C:\\\\x"}]}');
    for (const text of [
      '{"a":"","b":[],"c":{"d":-0,"e":false,"f":null},"g":[{"h":""}]}',
      '{"a":null,"b":["\\u0041,]",null,true,-1.25],"c":{"d":null,"e":null,"f":null},"g":[{"h":"\\"\\n\\u00e9"}]}',
      '{"a":"ünï \u{1f600}","b":[[]],"c":{"d":12345678901234567890,"e":"text","f":null},"g":[{"h":null}]}'.replace(
        '[[]]',
        '[ 1 , 2 ]',
      ),
    ]) {
      const value = known.read(text);
      expect(value, text).toEqual(parseJson(text));
      expect(JSON.stringify(value)).toBe(JSON.stringify(parseJson(text)));
    }
  });

  it('is left to the usual way when a value is of a form that was not seen', () => {
    const known = kinds('{"a":"x","b":1}');
    for (const text of [
      '{"a":"x\\n","b":1}',
      '{"a":"x\n","b":1}',
      '{"a":"x","b":1e3}',
      '{"a":"x","b":01}',
      '{"a":"x","b":"1"}',
      '{"a":"x","b":1} ',
      '{"a":"x","b":1,"c":2}',
      '{"b":1,"a":"x"}',
      '{"a":"x","b":}',
      '{"a":"x""b":1}',
    ])
      expect(known.read(text), text).toBeUndefined();
  });

  it('learns what else a value may be', () => {
    const known = kinds('{"a":"x","b":1,"c":null}');
    for (const text of [
      '{"a":"x\\ny","b":1,"c":null}',
      '{"a":"z","b":"1","c":true}',
      '{"a":"z","b":2,"c":[]}',
    ]) {
      expect(known.read(text)).toBeUndefined();
      known.learn(text);
      expect(known.read(text)).toEqual(JSON.parse(text));
    }
    expect(known.read('{"a":"x","b":1,"c":null}')).toEqual({ a: 'x', b: 1, c: null });
  });

  it('keeps __proto__, numbers as names and names that come twice as JSON.parse does', () => {
    for (const text of [
      '{"__proto__":{"x":1},"2":"b","1":"a"}',
      '{"a":1,"b":2,"a":"3"}',
      '{"a b\'`$1":"x"}',
    ]) {
      const value = kinds(text).read(text);
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  it('is not made of names with escapes, of very deep or very many values', () => {
    expect(skeletonOf('{"a\\n":1}')).toBeUndefined();
    expect(skeletonOf(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`)).toBeUndefined();
    expect(skeletonOf(`{${Array.from({ length: 300 }, (_, i) => `"a${i}":1`).join(',')}}`)).toBeUndefined();
    expect(skeletonOf('{}')).toBeUndefined();
  });

  it('stops trying where no kind comes again, and begins anew later', () => {
    const known = new JsonKinds();
    for (let i = 0; i < 3000; i++) {
      const text = `{"a${i}":1}`;
      expect(known.read(text)).toBeUndefined();
      known.learn(text);
    }
    known.learn('{"a":1}');
    expect(known.read('{"a":1}')).toBeUndefined();
    for (let i = 0; i < 20_000; i++) known.read('{"a":1}');
    known.learn('{"a":1}');
    expect(known.read('{"a":2}')).toEqual({ a: 2 });
  });

  it('is refused in linear time', () => {
    const { pattern } = makeKind(skeletonOf('{"a":"x","b":"y\\n","c":[1],"d":1}')!);
    const start = performance.now();
    for (const filling of ['\\n', 'x', '"', '1,', ' '])
      expect(pattern.test(`{"a":"x","b":"${filling.repeat(4000)}`)).toBe(false);
    expect(pattern.test(`{"a":"x","b":"","c":[${'1,'.repeat(4000)}`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('agrees with parseJson on random values', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const scalars = [
      '"x"',
      '""',
      '"a\\\\b\\"c"',
      '"\\u00fc"',
      '0',
      '-1.5',
      '1e5',
      '9007199254740993',
      'null',
      'true',
    ];
    const value = (depth: number): string => {
      const kind = random(depth > 3 ? 4 : 6);
      if (kind < 4) return scalars[random(scalars.length)]!;
      const items = Array.from({ length: random(4) }, () => value(depth + 1));
      return kind === 4
        ? `[${items.join(', ')}]`
        : `{${items.map((item, i) => `"k${i}": ${item}`).join(',')}}`;
    };
    const known = new JsonKinds();
    let hits = 0;
    for (let i = 0; i < 20_000; i++) {
      const text = `{"k":${value(2)},"l":${value(3)}}`;
      const read = known.read(text);
      if (read === undefined) known.learn(text);
      else {
        hits++;
        expect(JSON.stringify(read)).toBe(JSON.stringify(parseJson(text)));
      }
    }
    expect(hits).toBeGreaterThan(200);
  });
});
