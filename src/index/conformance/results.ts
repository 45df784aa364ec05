import { beforeEach, describe, expect, it } from 'vitest';
import { all, type IndexSuite } from './suite.ts';

/** Which events a search gives, in which order, page by page. */
export function resultCases(suite: IndexSuite): void {
  const { write, search, guids } = suite;

  describe('sensors', () => {
    beforeEach(async () => {
      await write([{ guid: 'a', timestamp: 1, n: 1 }], 'conn');
      await write([{ guid: 'b', timestamp: 2, n: 'x' }], 'dns');
      await write([{ guid: 'c', timestamp: 3 }], 'error');
    });

    it('are all but `error` when none is named', async () => {
      expect(await guids(all)).toEqual(['b', 'a']);
      expect(await guids(all, { sensors: [] })).toEqual(['b', 'a']);
      expect(await guids(all, { sensors: ['error'] })).toEqual(['c']);
      expect([...(await suite.index.sensors())].sort()).toEqual(['conn', 'dns', 'error']);
    });

    it('that do not exist hold nothing', async () => {
      expect(await guids(all, { sensors: ['conn', 'nowhere'] })).toEqual(['a']);
      expect((await search(all, { sensors: ['nowhere'] })).total).toBe(0);
      expect(await suite.index.columns(['nowhere'])).toEqual({});
    });

    it('tell the types of their fields, `other` where they disagree', async () => {
      expect(await suite.index.columns(['conn'])).toMatchObject({
        guid: 'keyword',
        timestamp: 'date',
        n: 'long',
      });
      expect(await suite.index.columns()).toMatchObject({ n: 'other' });
    });

    it('have events of their own', async () => {
      expect((await suite.index.find('b', 'dns'))?.sensor).toBe('dns');
      expect(await suite.index.find('b', 'conn')).toBeNull();
      expect((await suite.index.find('c'))?.sensor).toBe('error');
      expect(await suite.index.find('nobody')).toBeNull();
    });
  });

  describe('pages', () => {
    it('hold every event once, newest first', async () => {
      for (let part = 0; part < 4; part++) {
        await write(
          Array.from({ length: 50 }, (_, i) => ({
            guid: `g${part}-${i}`,
            timestamp: Math.floor(i / 5),
            part,
          })),
          `s${part % 2}`,
        );
      }
      const seen: string[] = [];
      let last = Number.POSITIVE_INFINITY;
      for (let from = 0; from < 200; from += 7) {
        const { total, results } = await search(all, { from, size: 7 });
        expect(total).toBe(200);
        for (const event of results) {
          seen.push(event.guid);
          expect(Number(event.source['timestamp'])).toBeLessThanOrEqual(last);
          last = Number(event.source['timestamp']);
        }
      }
      expect(new Set(seen).size).toBe(200);
      expect(await guids(all, { from: 200 })).toEqual([]);
    });

    it('hold only the fields asked for', async () => {
      await write([{ guid: 'a', timestamp: 1, 'x.y': 1, z: 2 }]);
      const { results } = await search(all, { fields: ['x:y', 'nowhere'] });
      expect(results[0]).toMatchObject({ guid: 'a', source: { 'x.y': 1 } });
      expect(Object.keys(results[0]!.source)).toEqual(['x.y']);
    });

    it('of no size still count', async () => {
      await write([{ guid: 'a', timestamp: 1 }]);
      expect(await search(all, { size: 0 })).toEqual({ total: 1, results: [] });
    });
  });

  describe('order', () => {
    beforeEach(async () => {
      await write([
        { guid: 'a', timestamp: 1, score: 10, name: 'b' },
        { guid: 'b', timestamp: 2 },
        { guid: 'c', timestamp: 3, score: 9.5, name: 'A' },
      ]);
      await write([{ guid: 'd', timestamp: 4, score: 100, other: 1 }], 'dns');
    });

    it('puts events without the field last when descending and first when ascending', async () => {
      expect(await guids(all, { sort: [{ field: 'score', order: 'desc' }] })).toEqual(['d', 'a', 'c', 'b']);
      expect(await guids(all, { sort: [{ field: 'score', order: 'asc' }] })).toEqual(['b', 'c', 'a', 'd']);
    });

    it('by a field that no event has changes nothing else', async () => {
      const sort = [
        { field: 'nowhere', order: 'desc' },
        { field: 'timestamp', order: 'asc' },
      ] as const;
      expect(await guids(all, { sort })).toEqual(['a', 'b', 'c', 'd']);
    });

    it('by several fields goes from the first to the last', async () => {
      await write([{ guid: 'e', timestamp: 9, score: 10 }]);
      const sort = [
        { field: 'score', order: 'asc' },
        { field: 'timestamp', order: 'desc' },
      ] as const;
      expect(await guids(all, { sort })).toEqual(['b', 'c', 'e', 'a', 'd']);
    });

    it('works over a field that is text here and a number there', async () => {
      await write([{ guid: 'f', timestamp: 5, score: 'high' }], 'dns');
      expect(await guids(all, { sort: [{ field: 'score', order: 'asc' }] })).toHaveLength(5);
      expect((await guids(all, { sort: [{ field: 'score', order: 'desc' }] })).at(-1)).toBe('b');
    });

    it('over values of every type puts numbers by their size before all others by their text', async () => {
      const values = ['x', true, 10, { a: 1 }, '10', 9, 'A', -1.5, false];
      await write(
        values.map((score, i) => ({ guid: `v${i}`, timestamp: i, score })),
        'mixed',
      );
      const inOrder = ['v7', 'v5', 'v2', 'v4', 'v6', 'v8', 'v1', 'v0', 'v3'];
      const sort = (order: 'asc' | 'desc') => ({ sensors: ['mixed'], sort: [{ field: 'score', order }] });
      expect(await guids(all, sort('asc'))).toEqual(inOrder);
      expect(await guids(all, sort('desc'))).toEqual(inOrder.toReversed());
    });

    it('by time ascending begins with the oldest', async () => {
      expect(await guids(all, { size: 2, sort: [{ field: 'timestamp', order: 'asc' }] })).toEqual(['a', 'b']);
    });
  });
}
