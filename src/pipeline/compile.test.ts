import { describe, expect, it } from 'vitest';
import { compileStellar, stellarRegistry, streamCapabilities } from './compile.ts';

const reaching = stellarRegistry()
  .list()
  .filter(({ capability }) => capability !== undefined)
  .map((definition) => [definition.name, definition] as const);

describe('an expression on the stream', () => {
  it.each(reaching)('may call %s only when the stream has what it reaches', (name, { capability, arity }) => {
    const call = `${name}(${Array.from({ length: arity?.[0] ?? 0 }, () => 'x').join(', ')})`;
    // Also where evaluation would hardly get.
    for (const source of [call, `MAP([], x -> ${call})`, `false and ${call}`, `if a then 1 else ${call}`]) {
      const compiling = () => compileStellar(source);
      if (streamCapabilities.has(capability ?? '')) expect(compiling, source).not.toThrow();
      else expect(compiling, source).toThrow(expect.objectContaining({ code: 'SKP_STELLAR_CAPABILITY' }));
    }
  });

  it('has no files, no shell, no bus and no configuration to change', () => {
    const refused = [
      'localFiles',
      'platformFiles',
      'shell',
      'editor',
      'bus',
      'configuration',
      'system',
      'parsers',
    ];
    expect(refused.filter((capability) => streamCapabilities.has(capability))).toEqual([]);
  });
});
