import { beforeEach, describe, expect, it } from 'vitest';
import { all, type IndexSuite, term } from './suite.ts';

/** Alerts, which change. */
export function alertCases(suite: IndexSuite): void {
  const { write, guids, found } = suite;

  describe('alerts', () => {
    beforeEach(() =>
      write([
        { guid: 'a', timestamp: 1, is_alert: 'true', n: 1 },
        { guid: 'b', timestamp: 2, n: 2 },
        { guid: 'c', timestamp: 3, is_alert: true, n: 3 },
        { guid: 'd', timestamp: 4, is_alert: 'false', n: 4 },
      ]),
    );

    it('can be searched alone, and are among all events once', async () => {
      expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'a']);
      expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
    });

    it('change by patches, which every search then shows', async () => {
      const patched = await suite.index.patch('a', 'conn', [
        { op: 'add', path: '/alert_status', value: 'OPEN' },
      ]);
      await suite.settle();
      expect(patched).toMatchObject({
        guid: 'a',
        sensor: 'conn',
        version: 1,
        source: { alert_status: 'OPEN', n: 1 },
      });
      expect(await found(term('alert_status', 'open'))).toEqual(['a']);
      expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
      expect((await suite.index.find('a'))?.source).toEqual({
        guid: 'a',
        timestamp: 1,
        is_alert: 'true',
        n: 1,
        alert_status: 'OPEN',
      });
      await suite.index.patch('a', undefined, [
        { op: 'remove', path: '/alert_status' },
        { op: 'replace', path: '/n', value: 'one' },
      ]);
      await suite.settle();
      expect(await suite.index.find('a')).toMatchObject({ version: 2, source: { n: 'one' } });
      expect(await found(term('alert_status', 'open'))).toEqual([]);
      expect(await found(term('n', 'one'))).toEqual(['a']);
    });

    it('are not changed on the ground of an old version', async () => {
      await suite.index.patch('a', 'conn', [{ op: 'add', path: '/x', value: 1 }], 0);
      await expect(
        suite.index.patch('a', 'conn', [{ op: 'add', path: '/x', value: 2 }], 0),
      ).rejects.toMatchObject({
        code: 'SKP_INDEX_CONFLICT',
      });
      expect((await suite.index.find('a'))?.source['x']).toBe(1);
    });

    it('changed by two at once are changed by one', async () => {
      const attempts = await Promise.allSettled(
        [1, 2, 3, 4].map((x) => suite.index.patch('a', 'conn', [{ op: 'add', path: '/x', value: x }], 0)),
      );
      expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    });

    it('refuse a patch that cannot be applied, and stay as they are', async () => {
      const before = await suite.index.find('a');
      await expect(
        suite.index.patch('a', 'conn', [
          { op: 'add', path: '/x', value: 1 },
          { op: 'test', path: '/n', value: 99 },
        ]),
      ).rejects.toMatchObject({ code: 'SKP_INDEX_PATCH' });
      await expect(suite.index.patch('nobody', 'conn', [])).rejects.toMatchObject({
        code: 'SKP_INDEX_MISSING',
      });
      expect(await suite.index.find('a')).toEqual(before);
    });

    it('may come of an event that was none', async () => {
      await suite.index.patch('b', 'conn', [{ op: 'add', path: '/alert_status', value: 'OPEN' }]);
      await suite.settle();
      expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
      expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'a']);
      await suite.index.patch('b', 'conn', [{ op: 'add', path: '/is_alert', value: 'true' }]);
      await suite.settle();
      expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'b', 'a']);
    });

    it('keep their changes and versions after it was opened again', async () => {
      await suite.index.patch('a', 'conn', [
        { op: 'add', path: '/comments', value: [{ comment: 'hm', username: 'u', timestamp: 5 }] },
      ]);
      await suite.reopen();
      expect(await suite.index.find('a')).toMatchObject({
        version: 1,
        source: { comments: [{ comment: 'hm', username: 'u', timestamp: 5 }] },
      });
      expect((await suite.index.patch('a', 'conn', [{ op: 'remove', path: '/comments' }], 1)).version).toBe(
        2,
      );
    });

    it('are not written again by a replay', async () => {
      await suite.index.patch('b', 'conn', [{ op: 'add', path: '/x', value: 1 }]);
      expect(
        await write([
          { guid: 'a', timestamp: 1 },
          { guid: 'b', timestamp: 2 },
        ]),
      ).toMatchObject({ written: 0, duplicates: 2 });
    });
  });
}
