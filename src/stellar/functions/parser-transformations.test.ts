import { expect, it } from 'vitest';
import { compile } from '../compiler.ts';
import { standardRegistry } from './index.ts';

function change(expression: string, config: unknown): unknown {
  const compiled = compile(expression, standardRegistry);
  return JSON.parse(String(compiled.evaluate([{ config: JSON.stringify(config) }], {})));
}

const config = {
  parserClassName: 'csv',
  fieldTransformations: [
    { transformation: 'STELLAR', config: { first: '1' } },
    { transformation: 'REMOVE', input: ['x'] },
    { transformation: 'STELLAR', output: ['b'], config: { tmp: '1', b: 'tmp + 1' } },
  ],
};

it('adds to the last Stellar transformation, and leaves its intermediates what they are', () => {
  expect(change("PARSER_STELLAR_TRANSFORM_ADD(config, {'c': 'b + 1', 'tmp': '2'})", config)).toEqual({
    ...config,
    fieldTransformations: [
      ...config.fieldTransformations.slice(0, 2),
      {
        transformation: 'STELLAR',
        output: ['b', 'c', 'tmp'],
        config: { tmp: '2', b: 'tmp + 1', c: 'b + 1' },
      },
    ],
  });
});

it('removes from it, also from its outputs', () => {
  expect(change("PARSER_STELLAR_TRANSFORM_REMOVE(config, ['b', 'none'])", config)).toMatchObject({
    fieldTransformations: [{}, {}, { output: [], config: { tmp: '1' } }],
  });
});

it('takes names such as __proto__ for fields like any other', () => {
  const added = change("PARSER_STELLAR_TRANSFORM_ADD(config, {'__proto__': '1', 'constructor': '2'})", {});
  expect(JSON.stringify(added)).toBe(
    '{"fieldTransformations":[{"transformation":"STELLAR","config":{"__proto__":"1","constructor":"2"},"output":["__proto__","constructor"]}]}',
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
