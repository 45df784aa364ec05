import { describe, expect, it } from 'vitest';
import type { Query } from '../query/ast.ts';
import { fieldBase } from './names.ts';
import { queryText, quoted } from './query.ts';

const textFields = new Set(['original_string']);
const text = (query: Query): string => queryText(query, textFields);

/** What of a query stands neither between quotation marks, nor in an expression, nor behind a backslash. */
function unescapedPart(query: string): string {
  return query
    .replaceAll(/\\./gsu, 'e')
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\/[^/]*\//g, '');
}

const hostile = [
  '" OR *:* OR "',
  '\\" OR *:*',
  '\\',
  '\\\\',
  '*:*',
  'a) OR (b',
  '{!join from=a to=b}x',
  '_query_:"{!func}1"',
  '/.*/',
  '/ OR *:* /',
  '[* TO *]',
  'a AND b',
  'OR',
  'x OR id:y',
  '~2^5',
  '+a -b && c || !d',
  '\u0000\n\t',
  "' $ignored &fq=*:*",
  '👾"',
];

describe('a query for Solr', () => {
  const structure = /^(?:[\w.:*?()[\]{}+ -]|TO|skopos_\w+)*$/;

  it.each(hostile)('has %j only as a value', (value) => {
    const queries: Query[] = [
      { type: 'term', field: 'host', value, quoted: false },
      { type: 'term', field: 'original_string', value, quoted: true },
      { type: 'term', field: null, value, quoted: false },
      { type: 'range', field: 'host', from: value, to: value, includeFrom: true, includeTo: false },
      { type: 'exists', field: value },
      { type: 'term', field: value, value: 'x', quoted: false },
      { type: 'wildcard', field: 'host', pattern: value.replaceAll(/[*?\\]/g, '\\$&') },
      { type: 'wildcard', field: 'original_string', pattern: value.replaceAll(/[*?\\]/g, '\\$&') },
    ];
    for (const query of queries) {
      const asked = text(query);
      const harmless = text(
        JSON.parse(JSON.stringify(query).replaceAll(JSON.stringify(value).slice(1, -1), 'harmless')) as Query,
      );
      const left = unescapedPart(asked);
      expect(left, asked).toMatch(structure);
      expect(left).not.toMatch(/\b(?:OR|AND|NOT)(?![\w.])|[^(]\*:\*|\{!|_query_:/);
      expect(unescapedPart(harmless)).toMatch(structure);
    }
  });

  it('ends an expression nowhere but at its end', () => {
    const inner = /^\(x\.as_keyword:\/(.*)\/ x\.as_written:\/\1\/\)$/s.exec(
      text({ type: 'regex', field: 'x', pattern: 'a/b[/"]' }),
    )?.[1];
    expect(inner?.replaceAll(/\\./gs, '')).not.toContain('/');
  });

  it('turns its parts into one question', () => {
    expect(
      text({
        type: 'and',
        clauses: [
          { type: 'term', field: 'up', value: 'true', quoted: false },
          { type: 'not', clause: { type: 'exists', field: 'a:b' } },
        ],
      }),
    ).toBe('(+(up.as_keyword:"true" up.as_written:"true") +(*:* -skopos_names:"a.b"))');
    expect(text({ type: 'cidr', field: 'ip', network: '10.0.0.0', prefix: 8 })).toBe(
      'ip.as_address:[40a000000 TO 40affffff]',
    );
  });
});

describe('a value between quotation marks', () => {
  it.each(hostile)('%j has no mark and no backslash that stands for itself', (value) => {
    const inner = quoted(value).slice(1, -1);
    expect(inner.replaceAll(/\\u00(?:5c|22)/g, '')).not.toMatch(/[\\"]/);
    expect(JSON.parse(`"${inner.replaceAll(/\p{Cc}/gu, ' ')}"`)).toBe(value.replaceAll(/\p{Cc}/gu, ' '));
  });
});

describe('a name of a field', () => {
  it('is different for different fields, whatever they are called', () => {
    const names = ['a-b', 'a-2d-b', 'a b', 'a_b', 'A_b', '', '-', '1a', 'über', '漢', '__proto__', 'a\nb'];
    const bases = names.map(fieldBase);
    expect(new Set(bases).size).toBe(names.length);
    for (const base of bases) expect(base).toMatch(/^[A-Za-z0-9_.-]+$/);
    expect(fieldBase('a:b')).toBe(fieldBase('a.b'));
  });
});
