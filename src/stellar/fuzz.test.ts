import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile } from './compiler.ts';
import { StellarError } from './errors.ts';
import { standardRegistry } from './functions/index.ts';
import { arbitraryExpression, arbitraryMessage } from './fuzz.ts';
import { textOf, toPlain } from './values.ts';

/** Anything that is raised must be a StellarError. */
async function raisesOnlyStellarErrors(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StellarError)) throw error;
  }
}

it('meets any text with an expression or a StellarError', async () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '?',
    '->',
    '=>',
    '==',
    '-',
    '1',
    '.5',
    'a',
    "'",
    '"',
    '\\',
    ' ',
    'in',
    'and',
    'not',
    'match',
    'if',
    'then',
    'default',
    'exists',
    '//',
    'e5',
    '0x',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
  );
  await fc.assert(
    fc.asyncProperty(text, (source) => raisesOnlyStellarErrors(() => compile(source, standardRegistry))),
    { numRuns: Number(process.env['SKOPOS_FUZZ_RUNS'] ?? 2000) },
  );
});

it('meets any message with a value that can be shown and written, or a StellarError', async () => {
  let evaluated = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryExpression, arbitraryMessage, async (source, scope) => {
      await raisesOnlyStellarErrors(async () => {
        const compiled = compile(source, standardRegistry, { calls: 'deferred' });
        const value = await compiled.evaluate([scope, { x: 1 }], {
          clock: { now: () => 0 },
          timeZone: 'UTC',
        });
        evaluated += 1;
        expect(value).not.toBeUndefined();
        textOf(value);
        JSON.stringify(toPlain(value));
      });
      expect(Object.prototype).not.toHaveProperty('a');
    }),
    { numRuns: Number(process.env['SKOPOS_FUZZ_RUNS'] ?? 2000) },
  );
  expect(evaluated).toBeGreaterThan(300);
});
