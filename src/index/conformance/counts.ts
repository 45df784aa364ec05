import { beforeEach, describe, expect, it } from 'vitest';
import { all, type IndexSuite, term } from './suite.ts';

/** Facets, groups and histograms. */
export function countCases(suite: IndexSuite): void {
  const { write, search } = suite;

  describe('counts', () => {
    beforeEach(() =>
      write([
        { guid: 'a', timestamp: 0, ip: '10.0.0.2', port: 80, s: 1.5, 'threat.triage.score': 10 },
        { guid: 'b', timestamp: 10, ip: '10.0.0.10', port: 80, s: 2, 'threat.triage.score': 80 },
        { guid: 'c', timestamp: 20, ip: '10.0.0.2', port: 443, s: 3, 'threat.triage.score': 25 },
        { guid: 'd', timestamp: 25, ip: '10.0.0.2', port: 80, 'threat.triage.score': 74.9 },
        { guid: 'e', timestamp: 39, port: 80 },
        { guid: 'f', timestamp: 40, ip: '10.0.0.3' },
      ]),
    );

    it('the ten most frequent values of a field', async () => {
      const { facetCounts } = await search(all, {
        size: 0,
        facetFields: ['ip', 'port', 'source:type', 'nowhere'],
      });
      expect(facetCounts).toEqual({
        ip: { '10.0.0.2': 3, '10.0.0.10': 1, '10.0.0.3': 1 },
        port: { 80: 4, 443: 1 },
        'source:type': { conn: 6 },
        nowhere: {},
      });
      const many = Array.from({ length: 40 }, (_, i) => ({
        guid: `m${i}`,
        timestamp: i,
        many: `v${i % 15}`,
      }));
      await write(many, 'many');
      const counted = (await search(all, { sensors: ['many'], size: 0, facetFields: ['many'] }))
        .facetCounts?.['many'];
      expect(Object.keys(counted!)).toHaveLength(10);
      expect(Object.values(counted!).every((n) => n === 3)).toBe(true);
    });

    it('each element of a list, once an event', async () => {
      await write([
        { guid: 'l1', timestamp: 50, answers: ['a', 'b', 'a'] },
        { guid: 'l2', timestamp: 51, answers: ['b', 5, null] },
        { guid: 'l3', timestamp: 52, answers: 'b' },
        { guid: 'l4', timestamp: 53, answers: { a: 1 } },
        { guid: 'l5', timestamp: 54, answers: [] },
      ]);
      const { facetCounts } = await search(all, { size: 0, facetFields: ['answers'] });
      expect(facetCounts).toEqual({ answers: { b: 3, 5: 1, a: 1, '{"a":1}': 1 } });
    });

    it('only what the query finds', async () => {
      const { facetCounts } = await search(term('port', '80'), { size: 0, facetFields: ['ip'] });
      expect(facetCounts).toEqual({ ip: { '10.0.0.2': 2, '10.0.0.10': 1 } });
      expect((await search(all)).facetCounts).toBeUndefined();
    });

    it('groups within groups, terms descending by value unless told otherwise', async () => {
      expect(
        await suite.index.group({
          query: all,
          groups: [{ field: 'ip' }, { field: 'port' }],
          scoreField: 's',
        }),
      ).toEqual([
        {
          key: '10.0.0.10',
          total: 1,
          score: 2,
          groupedBy: 'port',
          groupResults: [{ key: '80', total: 1, score: 2, groupedBy: null, groupResults: null }],
        },
        { key: '10.0.0.3', total: 1, score: 0, groupedBy: 'port', groupResults: [] },
        {
          key: '10.0.0.2',
          total: 3,
          score: 4.5,
          groupedBy: 'port',
          groupResults: [
            { key: '443', total: 1, score: 3, groupedBy: null, groupResults: null },
            { key: '80', total: 2, score: 1.5, groupedBy: null, groupResults: null },
          ],
        },
      ]);
    });

    it('groups by count, ascending and limited', async () => {
      const order = { groupOrderType: 'count', sortOrder: 'desc' } as const;
      const groups = await suite.index.group({ query: all, groups: [{ field: 'ip', order }], limit: 1 });
      expect(groups).toEqual([{ key: '10.0.0.2', total: 3, groupedBy: null, groupResults: null }]);
      const ascending = { groupOrderType: 'term', sortOrder: 'asc' } as const;
      const ports = await suite.index.group({ query: all, groups: [{ field: 'port', order: ascending }] });
      expect(ports.map((group) => group.key)).toEqual(['80', '443']);
      expect(await suite.index.group({ query: all, groups: [{ field: 'nowhere' }] })).toEqual([]);
    });

    it('events over time by severity', async () => {
      const buckets = await suite.index.histogram({
        query: all,
        timeRange: { from: 0, to: 40 },
        interval: 20,
      });
      expect(buckets).toEqual([
        { time: 0, none: 0, low: 1, medium: 0, high: 0, critical: 1 },
        { time: 20, none: 1, low: 0, medium: 1, high: 1, critical: 0 },
      ]);
      await expect(
        suite.index.histogram({ query: all, timeRange: { from: 0, to: 40 }, interval: 0 }),
      ).rejects.toMatchObject({
        code: 'SKP_INDEX_REQUEST',
      });
    });
  });
}
