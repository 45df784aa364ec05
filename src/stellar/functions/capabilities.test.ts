import { describe, expect, it } from 'vitest';
import { type Bus, capabilityHint } from '../capabilities.ts';
import { checkExpression } from '../check.ts';
import { compile } from '../compiler.ts';
import { Lambda } from '../values.ts';
import { standardFunctions, standardRegistry } from './index.ts';

// These take what another function made with the same capability, or give null for what cannot be seen.
const others = new Set([
  'PARSER_PARSE',
  'PARSER_CONFIG',
  'PROFILER_APPLY',
  'PROFILER_FLUSH',
  'SYSTEM_ENV_GET',
  'SYSTEM_PROPERTY_GET',
  'THREAT_TRIAGE_SCORE',
]);
const reaching = standardFunctions.filter(({ capability }) => capability !== undefined);

describe('a function that reaches out of the expression', () => {
  it.each(reaching.filter(({ name }) => !others.has(name)).map((one) => [one.name, one] as const))(
    '%s raises an error with the capability that is absent',
    async (name, definition) => {
      const count = Math.max(1, definition.arity?.[0] ?? 0);
      const args = Array.from({ length: count }, (_, at) =>
        name === 'KAFKA_FIND' && at === 1
          ? new Lambda(1, false, () => true)
          : name === 'CONFIG_GET' || name === 'CONFIG_PUT'
            ? 'GLOBAL'
            : 'a',
      );
      const call = async () => await definition.call({}, ...args);
      await expect(call()).rejects.toMatchObject({
        code: 'SKP_STELLAR_CAPABILITY',
        message: expect.stringContaining(`'${definition.capability}'`),
        hint: capabilityHint(definition.capability ?? ''),
      });
    },
  );

  it('searches a topic in large steps', async () => {
    let reads = 0;
    const record = { topic: 't', partition: 0, timestamp: 0, key: null };
    const bus = {
      partitions: async () => [{ partition: 0, startOffset: 0, endOffset: 0 }],
      read: async (_: string, __: number, offset: number, most: number) => {
        reads += 1;
        return Array.from({ length: Math.min(most, 3000 - offset) }, (_, at) => ({
          ...record,
          offset: offset + at,
          value: `{"n": ${offset + at}}`,
        }));
      },
    } as unknown as Bus;
    const { evaluate } = compile("KAFKA_FIND('t', m -> MAP_GET('n', m) == 2500)", standardRegistry);
    expect(await evaluate([], { bus })).toEqual(['{"n": 2500}']);
    expect(reads).toBeLessThan(10);
  });

  it('is a problem where its capability is not offered, with its place', () => {
    const source = 'MAP(list, x -> LOCAL_READ(x)) != [] or GEO_GET(ip) == null';
    expect(checkExpression(source, standardRegistry)).toEqual([]);
    expect(checkExpression(source, standardRegistry, { capabilities: new Set(['geo']) })).toEqual([
      {
        code: 'SKP_STELLAR_CAPABILITY',
        message: expect.stringContaining("LOCAL_READ needs the capability 'localFiles'"),
        hint: 'the files of this machine: to be had in the shell',
        position: expect.objectContaining({ offset: 15, line: 1, column: 16 }),
      },
    ]);
    expect(() => compile(source, standardRegistry, { capabilities: new Set(['geo']) })).toThrow(
      /LOCAL_READ[\s\S]*\n {15}\^/,
    );
  });

  it('is no problem where its capability is offered', () => {
    const all = new Set(reaching.map(({ capability }) => capability!));
    for (const { name, arity } of reaching) {
      const args = Array.from({ length: arity?.[0] ?? 0 }, () => 'x').join(', ');
      expect(checkExpression(`${name}(${args})`, standardRegistry, { capabilities: all }), name).toEqual([]);
    }
  });
});
