import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilityNotes } from '../capabilities.ts';
import { compile } from '../compiler.ts';
import type { Capabilities } from '../expression.ts';
import { openTestServices, type TestServices } from '../services.testing.ts';
import { toPlain } from '../values.ts';
import { standardFunctions, standardRegistry } from './index.ts';

const clock = { now: () => 1_790_000_000_000 };
let services: TestServices;
let capabilities: Capabilities;

beforeAll(async () => {
  services = await openTestServices({ 'bad-domains.json': { 'evil.example': { threat: 'malware' } } }, clock);
  const two = { name: 'two', value: 2, expression: '1 + 1' };
  capabilities = {
    ...services.capabilities,
    timeZone: 'UTC',
    system: nothing,
    http: assets,
    editor: { edit: async (text) => `${text}\n` },
    shell: { variables: () => [two], variable: (name) => (name === two.name ? two : undefined) },
  };
});
afterAll(() => services.close());

/** A service that knows the owner of an address, asked by GET or POST. */
const assets: NonNullable<Capabilities['http']> = {
  request: async ({ url, body: sent }) => {
    const known = url === 'https://assets.example/owner?ip=192.0.2.7' || sent === '{"ip":"192.0.2.7"}';
    const body = known ? '{"owner": "ann"}' : '{}';
    return { status: 200, contentLength: body.length, body, bytes: body.length };
  },
};

/** Parts of the reference that this program does not have yet. */
const laterParts = ['models', 'profiles', 'profiler'];

const nothing = { environment: () => undefined, property: () => undefined };

describe('the examples of the functions', () => {
  const examples = standardFunctions.flatMap((definition) => definition.examples);
  it.each(examples)('$expression', async ({ expression, result, variables }) => {
    const compiled = compile(expression, standardRegistry);
    const value = toPlain(await compiled.evaluate([variables ?? {}], capabilities));
    expect(JSON.parse(JSON.stringify(value))).toEqual(result);
  });
});

describe('the functions', () => {
  it('are documented, each with an example unless it needs a part that is not there yet', () => {
    for (const { name, category, description, returns, examples, capability, since } of standardFunctions) {
      expect(category, name).not.toBe('');
      expect(description, name).toMatch(/\.$/);
      expect(returns.description, name).not.toBe('');
      expect(since, name).toMatch(/^\d+\.\d+\.\d+$/);
      if (!laterParts.includes(capability ?? '')) expect(examples.length, name).toBeGreaterThan(0);
      if (capability !== undefined) expect(Object.keys(capabilityNotes), name).toContain(capability);
    }
  });

  it('take no fewer parameters than their argument count asks for', () => {
    for (const { name, arity, parameters } of standardFunctions) {
      expect(parameters.length, name).toBeGreaterThanOrEqual(arity?.[0] ?? 0);
    }
  });
});
