import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatQuery, parseQuery } from './index.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../../../docs/search.md'), 'utf8');
const options = { now: Date.UTC(2026, 4, 20), fields: ['source.type'] };

describe('The guide to searching', () => {
  it('shows queries that can be read', () => {
    const rows = [...guide.matchAll(/^\| (`.*?`) +\| [a-z]/gm)];
    const queries = rows.flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, query]) => query!));
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) expect(() => parseQuery(query, options), query).not.toThrow();
  });

  it('says truly how operators bind', () => {
    const rows = [...guide.matchAll(/^\| `([^`]+)` +\| `([^`]+)` +\|$/gm)];
    expect(rows).toHaveLength(7);
    for (const [, query, meaning] of rows) expect(formatQuery(parseQuery(query!))).toBe(meaning);
  });

  it('says truly where names end', () => {
    expect(parseQuery('source:type:snort', options)).toMatchObject({ field: 'source.type', value: 'snort' });
    expect(parseQuery('my_ip:2001:db8::1', options)).toMatchObject({ field: 'my_ip', value: '2001:db8::1' });
    expect(parseQuery('uri:/index.html', options)).toMatchObject({ type: 'term', value: '/index.html' });
    expect(parseQuery('msg:\\10.0.0.0/8', options)).toMatchObject({ type: 'term', value: '10.0.0.0/8' });
  });
});
