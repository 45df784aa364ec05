import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatQuery, parseQuery, QueryError, type QueryOptions, type QueryWarning } from './index.ts';

const options: QueryOptions = {
  now: Date.UTC(2026, 4, 20, 10, 30),
  fields: [
    'source.type',
    'ip_src_addr',
    'ip_dst_addr',
    'enrichments.geo.ip_dst_addr.country',
    'timestamp',
    'http.uri',
  ],
};

const cases = readFileSync(path.join(import.meta.dirname, 'cases.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.includes('=>') && !line.startsWith('#'))
  .map((line) => line.split(' => '));

describe('A query is understood', () => {
  it.each(cases)('%s => %s', (query, meaning) => {
    const tree = parseQuery(query!, options);
    expect(formatQuery(tree)).toBe(meaning);
    expect(parseQuery(meaning!, options)).toEqual(tree);
  });
});

function refusal(query: string, more: QueryOptions = {}): QueryError {
  try {
    parseQuery(query, { ...options, ...more });
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was accepted`);
}

describe('A query that cannot be read', () => {
  it.each([
    ['(a', 2, '")"'],
    ['a)', 1, 'a term or an operator'],
    ['()', 1, 'a term inside of the parentheses'],
    ['a AND', 5, 'a term after the operator'],
    ['a AND OR b', 6, 'a term'],
    ['AND a', 0, 'a term before the operator'],
    ['(OR a)', 1, 'a term before the operator'],
    ['NOT', 3, 'a term after the operator'],
    ['-', 1, 'a term after the operator'],
    ['a "b', 2, 'a closing double quote'],
    ['user:', 5, 'a value after user:'],
    ['(user: )', 7, 'a value after user:'],
    [':x', 0, 'the name of a field before ":"'],
    ['port:[1 2]', 8, 'TO between the bounds of the range'],
    ['port:[1 to 2]', 8, 'TO between the bounds of the range'],
    ['port:[TO 2]', 6, 'a bound of the range'],
    ['port:[1 TO]', 10, 'a bound of the range'],
    ['port:[1 TO 2', 12, '"]" or "}"'],
    ['port:[1 TO 2 3]', 13, '"]" or "}" after the upper bound'],
    ['[1 TO 2]', 0, 'the name of a field before a range'],
    ['port:>', 6, 'a value after >'],
    ['a ]', 2, 'a term'],
    ['user:/a(/', 5, 'a regular expression'],
    ['a\\', 2, 'a character after the backslash'],
    ['_exists_:(a b)', 0, 'the name of a field after _exists_:'],
  ])('%s says at character %d that it expected %s', (query, offset, expected) => {
    const error = refusal(query);
    expect(error).toMatchObject({ code: 'SKP_QUERY_SYNTAX', offset, expected });
  });

  it('shows the place under the query, of a long one only what is around it', () => {
    expect(refusal('user:root AND (a').caret).toBe(`user:root AND (a\n${' '.repeat(16)}^`);
    const [line, caret] = refusal(`${'a '.repeat(500)}) ${'b '.repeat(500)}`).caret.split('\n');
    expect(line!.length).toBeLessThan(90);
    expect(line!.charAt(caret!.indexOf('^'))).toBe(')');
  });

  it('refuses fuzziness and says what to use instead', () => {
    for (const query of ['roam~', 'roam~1', '"a b"~2', 'user:roam~0.8']) {
      expect(refusal(query)).toMatchObject({
        code: 'SKP_QUERY_UNSUPPORTED',
        hint: expect.stringContaining('wildcards'),
      });
    }
  });

  it('refuses patterns that no engine of linear time can run', () => {
    for (const query of ['/(?=a)b/', '/(?<!a)b/', '/(a)\\1/']) {
      expect(refusal(query).code).toBe('SKP_QUERY_UNSUPPORTED');
    }
  });

  it('refuses a field name with a wildcard that fits no known field', () => {
    expect(refusal('nothing*:x').code).toBe('SKP_QUERY_UNSUPPORTED');
  });
});

describe('Limits', () => {
  it('refuses a query that is too long, too deep or of too many clauses', () => {
    expect(refusal('a'.repeat(40_000)).code).toBe('SKP_QUERY_LIMIT');
    expect(refusal(`${'('.repeat(10_000)}a${')'.repeat(10_000)}`).code).toBe('SKP_QUERY_LIMIT');
    expect(refusal('a '.repeat(2000)).code).toBe('SKP_QUERY_LIMIT');
    expect(refusal('a:'.repeat(10_000)).code).toMatch(/SKP_QUERY/);
    expect(parseQuery(`${'('.repeat(64)}a${')'.repeat(64)}`)).toMatchObject({ type: 'term', value: 'a' });
  });

  it('reads long hostile queries within a moment', () => {
    const hostile = [
      'a:'.repeat(16_000),
      `a${':'.repeat(30_000)}`,
      '/'.repeat(30_000),
      '\\'.repeat(30_000),
      'f:/'.repeat(10_000),
      '~^'.repeat(15_000),
      '"'.repeat(30_001),
      `x:${'1:'.repeat(15_000)}*`,
      `${'*a?'.repeat(10_000)}:x`,
    ];
    const start = performance.now();
    for (const query of hostile) {
      try {
        parseQuery(query, options);
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('Options', () => {
  it('joins clauses with AND where that is the default operator', () => {
    const read = (query: string) => formatQuery(parseQuery(query, { defaultOperator: 'AND' }));
    expect(read('a b')).toBe('a AND b');
    expect(read('a OR b')).toBe('a OR b');
    expect(read('a b OR c')).toBe('a');
  });

  it('leaves "now" to the index when the time is not told', () => {
    expect(parseQuery('timestamp:>now-1h')).toMatchObject({ type: 'range', from: 'now-1h' });
  });

  it('takes the fields that the caller says for dates', () => {
    const query = parseQuery('seen:2026-05-01', { isDateField: (field) => field === 'seen' });
    expect(query).toMatchObject({ type: 'range', from: '1777593600000' });
  });

  it('warns of a clause that has no effect beside required ones', () => {
    const warnings: QueryWarning[] = [];
    const onWarning = (warning: QueryWarning) => warnings.push(warning);
    parseQuery('a OR b AND c', { onWarning });
    expect(warnings).toMatchObject([{ offset: 0 }]);
    warnings.length = 0;
    for (const query of ['a OR (b AND c)', '+a b', 'a AND b', 'a OR b']) parseQuery(query, { onWarning });
    expect(warnings).toEqual([]);
  });
});

const vectors = path.join(process.env['SKOPOS_VECTORS'] ?? '../shared/vectors', 'pcap.jsonl');

describe.skipIf(!existsSync(vectors))("Queries of the reference system's pages", () => {
  const sent = existsSync(vectors)
    ? readFileSync(vectors, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"ui_search_query"'))
        .map((line) => JSON.parse(line) as { id: string; input: { typed?: string }; expect: string })
    : [];

  it.each(sent.map(({ id, expect: query }) => [id, query]))('%s is read: %s', (_, query) => {
    expect(() => parseQuery(query!, options)).not.toThrow();
  });

  it('mean for the alert itself what was typed', () => {
    for (const { input, expect: query } of sent) {
      if (input.typed === undefined) continue;
      const alone = query.replaceAll(/ OR metron_alert\.(?:\\:|[^\s:])+:(?:\([^)]*\)|[^\s)]+)/g, '');
      expect(parseQuery(alone, options)).toEqual(parseQuery(input.typed.trim(), options));
    }
  });
});
