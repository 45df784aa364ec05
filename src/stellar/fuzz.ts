import fc from 'fast-check';
import { standardFunctions } from './functions/index.ts';

/** Random expressions and messages, for tests. */

const names = standardFunctions.filter(({ capability }) => capability === undefined).map(({ name }) => name);
const fields = ['a', 'b.c', 'source.type', 'constructor', '__proto__', '_'];

/** Expressions of every kind, mostly of the grammar, over fields that `arbitraryMessage` has. */
export const { expression: arbitraryExpression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
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

export const arbitraryMessage = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.json(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
  .map(
    ([a, bc, type, rest]): Record<string, unknown> => ({
      ...rest,
      a: JSON.parse(a),
      'b.c': JSON.parse(bc),
      'source.type': type,
    }),
  );
