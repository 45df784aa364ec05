import { describe, expect, it } from 'vitest';
import { type CompiledExpression, compile, standardRegistry } from '../stellar/index.ts';
import { compileStellarGroups, inputFields, runGroup } from './stellar-block.ts';

const compileStandard = (source: string): CompiledExpression => compile(source, standardRegistry);
const capabilities = { clock: { now: () => 0 } };

type Block = Parameters<typeof compileStellarGroups>[0];

/** Fields of each group. */
async function run(
  block: Block,
  message: Record<string, unknown> = {},
  outer: Record<string, unknown>[] = [],
) {
  const found: Record<string, Record<string, unknown>> = {};
  for (const group of compileStellarGroups(block, compileStandard)) {
    const { keys, values } = await runGroup(group, message, outer, capabilities);
    found[group.name] = Object.fromEntries(keys.map((key, at) => [key, values[at]]));
  }
  return found;
}

describe('a Stellar block', () => {
  it('may be a map of assignments', async () => {
    expect(await run({ a: '1 + 1', b: 'a + 1' })).toEqual({ '': { a: 2, b: 3 } });
  });

  it('may be a list of assignments, in order', async () => {
    expect(await run(['a := 1 + 1', 'b := a + 1'])).toEqual({ '': { a: 2, b: 3 } });
  });

  it('may have groups, which do not see each other', async () => {
    const block = {
      one: { a: '1', shared: 'a + 1' },
      two: ['b := 2', 'sees := EXISTS(a)'],
    } as unknown as Block;
    expect(await run(block)).toEqual({ one: { a: 1, shared: 2 }, two: { b: 2, sees: false } });
  });

  it('lets go of temporaries that are null', async () => {
    expect(await run(['a := 1', 'b := a + 1', 'a := null'])).toEqual({ '': { b: 2 } });
  });

  it('makes one field of each entry of a map', async () => {
    expect(await run({ place: "{'city': 'Oslo', 'zip': 1}" })).toEqual({
      '': { 'place.city': 'Oslo', 'place.zip': 1 },
    });
  });

  it('sees the message, then the settings behind it, the nearest first', async () => {
    expect(
      await run({ x: 'a + b + c' }, { a: 1 }, [
        { a: 10, b: 2 },
        { b: 20, c: 3 },
      ]),
    ).toEqual({ '': { x: 6 } });
  });

  it('does not change the message', async () => {
    const message = { a: 1 };
    await run({ a: '2' }, message);
    expect(message).toEqual({ a: 1 });
  });

  it('names what it reads of a message', () => {
    const [group] = compileStellarGroups({ a: 'x + y', b: 'x + a' }, compileStandard);
    expect(inputFields(group!)).toEqual(['x', 'y', 'a']);
  });

  it('cannot assign to __proto__', () => {
    expect(() => compileStellarGroups(['__proto__ := 1'], compileStandard)).toThrow(/__proto__/);
  });

  it('raises the error of a statement that fails, and does not run what follows', () => {
    const [group] = compileStellarGroups(['a := 1 / 0', 'b := 1'], compileStandard);
    expect(() => runGroup(group!, {}, [], capabilities)).toThrow();
  });
});
