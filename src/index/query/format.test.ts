import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { and, not, or } from './build.ts';
import { formatQuery, parseQuery, type Query } from './index.ts';

const awkward = fc.constantFrom(
  'AND',
  'OR',
  'NOT',
  'TO',
  'now',
  'now-1d',
  '2026-05-01',
  '10.0.0.0/8',
  '>5',
  '<',
  'fe80::1',
  'a b',
  'a:b',
  '*',
  '\\',
  '"',
  '/a/',
  '~',
  'a~2',
  'a^2',
  '-x',
  '+',
  '!',
  '&&',
  '||',
  'u0041',
  '[',
  '{',
  '(',
  'http://x',
  'TOP',
  '\u3000',
  'é',
  '\u0000',
  '_exists_',
  '2026-05-01||/d',
);
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 5 }), awkward);
const name = fc
  .oneof(fc.stringMatching(/^[a-z_]{1,6}(\.[a-z_]{1,5})?$/), text)
  .filter((field) => field !== '' && field !== '_exists_' && !/[:*?]/.test(field));
const field = fc.option(name);
const bound = fc.option(text);
const pattern = fc
  .array(
    fc.oneof(
      fc.constantFrom('*', '?', '\\*', '\\?', '\\\\'),
      text.map((t) => t.replaceAll(/[*?\\]/g, '')),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''))
  .filter((made) => /(?:^|[^\\])(?:\\\\)*[*?]/.test(made) && !/^\*+$/.test(made));

const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc.constant<Query>({ type: 'all' }),
  fc.constant<Query>({ type: 'none' }),
  fc.record({
    type: fc.constant('term' as const),
    field,
    value: text.filter((t) => t !== ''),
    quoted: fc.constant(false),
  }),
  fc
    .record({ type: fc.constant('term' as const), field, value: text, quoted: fc.constant(true) })
    // A date in quotes is a date still.
    .filter((term) => !/^now|^\d{4}-\d\d/.test(term.value) && !term.value.includes('/')),
  fc.record({ type: fc.constant('wildcard' as const), field, pattern }),
  fc.record({
    type: fc.constant('regex' as const),
    field,
    pattern: fc.constantFrom('a+', 'a/b', '\\d{2} x', '(a|b)*"'),
  }),
  fc.record({ type: fc.constant('exists' as const), field: name }),
  fc.record({ type: fc.constant('cidr' as const), field, network: fc.ipV4(), prefix: fc.nat(32) }),
  fc.record({
    type: fc.constant('cidr' as const),
    field,
    network: fc.ipV6().filter((ip) => !ip.includes('.')),
    prefix: fc.nat(128),
  }),
  fc
    .record({
      type: fc.constant('range' as const),
      field: name,
      from: bound,
      to: bound,
      includeFrom: fc.boolean(),
      includeTo: fc.boolean(),
    })
    .filter((range) => range.from !== null || range.to !== null)
    .map((range) => ({
      ...range,
      includeFrom: range.from === null || range.includeFrom,
      includeTo: range.to === null || range.includeTo,
    })),
);

const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map(and),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map(or),
    tie('tree').map(not),
  ),
}));

describe('A tree written as a query', () => {
  it('is read as the same tree', () => {
    fc.assert(
      fc.property(tree, (query) => {
        expect(parseQuery(formatQuery(query), { now: 0 })).toEqual(query);
      }),
      { numRuns: 3000 },
    );
  });

  it('writes the same query when it was read again', () => {
    fc.assert(
      fc.property(tree, (query) => {
        const written = formatQuery(query);
        expect(formatQuery(parseQuery(written, { now: 0 }))).toBe(written);
      }),
    );
  });
});

describe('Any text at all', () => {
  it('is read or refused with an error that names a place within it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(text, fc.constantFrom('(', ')', ' ', ':', 'a:', '[', ' TO ', ']', '"', '/')), {
          maxLength: 12,
        }),
        (parts) => {
          const query = parts.join('');
          try {
            parseQuery(query, { now: 0 });
          } catch (error) {
            expect(error).toMatchObject({ name: 'QueryError', code: expect.stringMatching(/^SKP_QUERY_/) });
            expect((error as { offset: number }).offset).toBeLessThanOrEqual(query.length);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
