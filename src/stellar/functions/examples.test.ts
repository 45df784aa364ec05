import { describe, expect, it } from 'vitest';
import { compile } from '../compiler.ts';
import { toPlain } from '../values.ts';
import { standardFunctions, standardRegistry } from './index.ts';

const capabilities = { timeZone: 'UTC', clock: { now: () => 1_790_000_000_000 } };

describe('the examples of the functions', () => {
  const examples = standardFunctions.flatMap((definition) => definition.examples);
  it.each(examples)('$expression', async ({ expression, result, variables }) => {
    const compiled = compile(expression, standardRegistry);
    expect(toPlain(await compiled.evaluate([variables ?? {}], capabilities))).toEqual(result);
  });
});

describe('the functions', () => {
  it('are documented, each with an example unless it needs a service', () => {
    for (const { name, category, description, returns, examples, capability } of standardFunctions) {
      expect(category, name).not.toBe('');
      expect(description, name).toMatch(/\.$/);
      expect(returns.description, name).not.toBe('');
      if (capability === undefined) expect(examples.length, name).toBeGreaterThan(0);
    }
  });

  it('take no fewer parameters than their argument count asks for', () => {
    for (const { name, arity, parameters } of standardFunctions) {
      expect(parameters.length, name).toBeGreaterThanOrEqual(arity?.[0] ?? 0);
    }
  });
});
