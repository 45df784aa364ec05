import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile } from './compiler.ts';
import { StellarError } from './errors.ts';
import { standardFunctions, standardRegistry } from './functions/index.ts';
import { textOf, toPlain } from './values.ts';

const names = standardFunctions.filter(({ capability }) => capability === undefined).map(({ name }) => name);
const fields = ['a', 'b.c', 'source.type', 'constructor', '__proto__', '_'];

/** Anything that is raised must be a StellarError. */
async function raisesOnlyStellarErrors(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StellarError)) throw error;
  }
}

const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(
      ...fields,
      'x',
      'null',
      'true',
      'false',
      'NaN',
      '[]',
      '{}',
      '1',
      '-1',
      '0',
      '2147483647',
      '5L',
      '1.0',
      '2.5f',
      "''",
      "'a'",
    ),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((n) => (/^-?\d+\.\d+(e[+-]?\d+)?$/.test(String(n)) ? String(n) : '1.5')),
    fc.string().map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
    fc.constantFrom(
      "'yyyy-MM-dd'",
      "'%s %d'",
      "'(a)(b)?'",
      "'10.0.0.0/8'",
      '\'[{"a": 1.0}]\'',
      "'http://a.co.uk:1/x?y'",
      "'2016-01-05'",
    ),
  ),
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(fc.constantFrom(...names), fc.array(tie('expression'), { maxLength: 4 }))
      .map(([name, args]) => `${name}(${args.map((arg) => `(${arg})`).join(', ')})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '==', '!=', '<', '>=', 'and', 'or', 'in', 'not in'),
        tie('expression'),
      )
      .map(([l, o, r]) => `(${l}) ${o} (${r})`),
    fc
      .tuple(tie('leaf'), fc.constantFrom('+', '-', '*', '/', '==', '<', 'in'), tie('leaf'))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([c, t, e]) => `if ${c} then ${t} else ${e}`),
    tie('expression').map((e) => `not(${e})`),
    fc
      .tuple(fc.constantFrom('MAP', 'FILTER'), tie('leaf'), tie('expression'))
      .map(([f, l, e]) => `${f}(${l}, x -> ${e})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([c, a, d]) => `match{ ${c} => ${a}, default => ${d} }`),
    fc.array(tie('leaf'), { maxLength: 9 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(tie('leaf'), tie('expression')), { maxLength: 3 })
      .map((entries) => `{${entries.map(([k, v]) => `${k} : ${v}`).join(', ')}}`),
  ),
}));

const message = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.json(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
  .map(
    ([a, bc, type, rest]): Record<string, unknown> => ({
      ...rest,
      a: JSON.parse(a),
      'b.c': JSON.parse(bc),
      'source.type': type,
    }),
  );

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
    fc.asyncProperty(expression, message, async (source, scope) => {
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
