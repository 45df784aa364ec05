import { describe, expect, it } from 'vitest';
import { compile, standardRegistry } from '../src/stellar/index.ts';
import { bytesPerEvaluation, compiledCode, heapProfile, predicate } from './stellar.bench.ts';
import { mixedMessages, sixteen, sixty } from './stellar-expressions.ts';

describe('the benchmark of Stellar', () => {
  it('has sixty different expressions, all of which give values over messages of each sensor', () => {
    expect(new Set(sixty).size).toBe(60);
    expect(sixty.slice(0, 16)).toEqual(sixteen);
    for (const message of mixedMessages(16)) {
      for (const source of sixty)
        expect(
          compile(source, standardRegistry).evaluate([message], { timeZone: 'UTC' }),
          source,
        ).toBeDefined();
    }
  });

  it('shows that a predicate without texts allocates nothing for an event', () => {
    // The smallest object takes 12 bytes; what is left is the engine's own.
    expect(bytesPerEvaluation(predicate, 500_000)).toBeLessThan(2);
    expect(bytesPerEvaluation('TO_UPPER(user)', 500_000)).toBeGreaterThan(2);
  });

  it('shows it in the heap profile too, where the code of others allocates', async () => {
    const ofPredicate = await heapProfile(predicate, 500_000);
    // What is made once, such as feedback of the engine, may be in a sample.
    expect(ofPredicate.get(compiledCode) ?? 0).toBeLessThan(500_000 * 0.02);
    expect([...ofPredicate.keys()].filter((name) => name.includes('src/stellar'))).toEqual([]);
    expect((await heapProfile('TO_UPPER(user)', 500_000)).get(compiledCode)).toBeGreaterThan(500_000);
  });
});
