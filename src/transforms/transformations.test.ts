import { describe, expect, it } from 'vitest';
import type { Message } from '../parsers/index.ts';
import { compile, standardRegistry } from '../stellar/index.ts';
import { createTransformations, transformationRegistry } from './transformations.ts';

type Written = Parameters<typeof createTransformations>[0][number];

const services = {
  compile: (source: string) => compile(source, standardRegistry),
  capabilities: { clock: { now: () => 0 } },
};

function apply(
  written: Written | readonly Written[],
  message: Message,
  context: { parserConfig?: Message; metadata?: Message | null } = {},
): Message {
  const list = Array.isArray(written) ? (written as readonly Written[]) : [written as Written];
  for (const transformation of createTransformations(list, services)) {
    transformation.apply(message, { parserConfig: {}, metadata: null, ...context } as never);
  }
  return message;
}

describe('STELLAR', () => {
  it('writes the outputs, and each statement sees the results before it', () => {
    const written = { transformation: 'STELLAR', output: ['b', 'c'], config: { b: 'a + 1', c: 'b + 1' } };
    expect(apply(written, { a: 1 })).toEqual({ a: 1, b: 2, c: 3 });
  });

  it('keeps what is no output to itself', () => {
    const written = { transformation: 'STELLAR', output: 'c', config: { temp: 'a + 1', c: 'temp + 1' } };
    expect(apply(written, { a: 1 })).toEqual({ a: 1, c: 3 });
  });

  it('removes an output whose expression gives null', () => {
    expect(apply({ transformation: 'STELLAR', output: 'a', config: { a: 'null' } }, { a: 1, b: 2 })).toEqual({
      b: 2,
    });
  });

  it('sees the inputs alone where they are named', () => {
    const written = { transformation: 'STELLAR', input: 'a', output: 'x', config: { x: 'EXISTS(b)' } };
    expect(apply(written, { a: 1, b: 2 })).toEqual({ a: 1, b: 2, x: false });
  });

  it("sees the parser's settings and the record's metadata behind the message", () => {
    const written = { transformation: 'STELLAR', output: 'x', config: { x: 'a + b + c' } };
    expect(
      apply(written, { a: 1 }, { parserConfig: { a: 10, b: 2 }, metadata: { b: 20, c: 3 } }),
    ).toMatchObject({ x: 6 });
  });

  it('cannot wait', () => {
    const written = {
      transformation: 'STELLAR',
      output: 'x',
      config: { x: "ENRICHMENT_EXISTS('t', a, 'e', 'f')" },
    };
    expect(() => createTransformations([written], services)).toThrow(/cannot wait/);
  });

  it('makes plain data of maps and lists', () => {
    const written = {
      transformation: 'STELLAR',
      output: ['x', 'y'],
      config: { x: "{'k': 1}", y: "['a', 2]" },
    };
    expect(JSON.parse(JSON.stringify(apply(written, {})))).toEqual({ x: { k: 1 }, y: ['a', 2] });
  });
});

describe('REMOVE', () => {
  it('removes its fields', () => {
    expect(apply({ transformation: 'REMOVE', input: ['a', 'b'] }, { a: 1, b: 2, c: 3 })).toEqual({ c: 3 });
  });

  it('does so only where its condition is true', () => {
    const written = { transformation: 'REMOVE', input: 'a', config: { condition: 'a == 1' } };
    expect(apply(written, { a: 1 })).toEqual({});
    expect(apply(written, { a: 2 })).toEqual({ a: 2 });
  });
});

describe('SELECT', () => {
  it('keeps its fields and those that every event has', () => {
    const message = { a: 1, b: 2, timestamp: 3, original_string: 'x', 'source.type': 's' };
    expect(apply({ transformation: 'SELECT', output: ['a'] }, message)).toEqual({
      a: 1,
      timestamp: 3,
      original_string: 'x',
      'source.type': 's',
    });
  });

  it('needs to be told which', () => {
    expect(() => createTransformations([{ transformation: 'SELECT' }], services)).toThrow(
      /neither input nor output/,
    );
  });
});

describe('RENAME', () => {
  it('renames what is there', () => {
    expect(apply({ transformation: 'RENAME', config: { old: 'new', none: 'never' } }, { old: 1 })).toEqual({
      new: 1,
    });
  });

  it('lets no name from the data or the configuration reach a prototype', () => {
    const message = apply({ transformation: 'RENAME', config: { a: '__proto__' } }, { a: { polluted: 1 } });
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.keys(message)).toEqual(['__proto__']);
    expect(apply({ transformation: 'RENAME', config: { constructor: 'c' } }, {})).toEqual({});
  });
});

describe('IP_PROTOCOL', () => {
  it('names a protocol by its number', () => {
    expect(apply({ transformation: 'IP_PROTOCOL', input: 'protocol' }, { protocol: 6 })).toEqual({
      protocol: 'TCP',
    });
    expect(apply({ transformation: 'IP_PROTOCOL', input: 'p', output: 'name' }, { p: 17 })).toEqual({
      p: 17,
      name: 'UDP',
    });
  });

  it('leaves a text as it is', () => {
    expect(apply({ transformation: 'IP_PROTOCOL', input: 'protocol' }, { protocol: 'icmp' })).toEqual({
      protocol: 'icmp',
    });
  });
});

describe('REGEX_SELECT', () => {
  const written = {
    transformation: 'REGEX_SELECT',
    input: 'tag',
    output: 'kind',
    config: { web: ['^http', '^nginx'], mail: 'smtp\\-in', broken: '(' },
  };

  it.each([
    ['httpd', 'web'],
    ['nginx: worker', 'web'],
    ['my smtp-in 1', 'mail'],
    ['other', undefined],
  ])('of %s says %s: the first pattern found anywhere in the text', (tag, kind) => {
    expect(apply(written, { tag })['kind']).toBe(kind);
  });

  it('answers the same for the same text again and again', () => {
    const [select] = createTransformations([written], services);
    for (let at = 0; at < 3; at++) {
      const message: Message = { tag: 'xx smtp-in' };
      select!.apply(message, { parserConfig: {}, metadata: null } as never);
      expect(message['kind']).toBe('mail');
    }
  });

  it('does not hang on hostile text', () => {
    const hostile = { ...written, config: { web: '^(a+)+$' } };
    const before = performance.now();
    apply(hostile, { tag: `${'a'.repeat(40)}!` });
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('a transformation', () => {
  it("may be named by the reference system's class name", () => {
    const name = 'org.apache.metron.common.field.transformation.RemoveTransformation';
    expect(apply({ transformation: name, input: 'a' }, { a: 1 })).toEqual({});
  });

  it('that does not exist is refused, and those that do are named', () => {
    expect(() => createTransformations([{ transformation: 'RENMAE' }], services)).toThrow(/RENMAE/);
  });

  it('sees what those before it did', () => {
    const list = [
      { transformation: 'RENAME', config: { a: 'b' } },
      { transformation: 'STELLAR', output: 'c', config: { c: 'b + 1' } },
    ];
    expect(apply(list, { a: 1 })).toEqual({ b: 1, c: 2 });
  });

  it('may be one of a plug-in, under its class name', () => {
    const registry = transformationRegistry([
      {
        name: 'SHOUT',
        classNames: ['com.example.Shout'],
        description: 'Writes a field in capitals.',
        create: (written) => (message) => {
          const field = String(written.input);
          message[field] = String(message[field]).toUpperCase();
        },
      },
    ]);
    const message: Message = { a: 'x' };
    const [shout] = createTransformations(
      [{ transformation: 'com.example.Shout', input: 'a' }],
      services,
      registry,
    );
    shout!.apply(message, { parserConfig: {}, metadata: null } as never);
    expect(message).toEqual({ a: 'X' });
    expect(() => registry.register({ ...registry.get('SHOUT'), name: 'OTHER' })).toThrow(/belongs to SHOUT/);
  });
});
