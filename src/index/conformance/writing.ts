import { describe, expect, it } from 'vitest';
import { encodeEvents } from '../encode.ts';
import { all, type IndexSuite } from './suite.ts';

/** What is written, once. */
export function writingCases(suite: IndexSuite): void {
  const { write, search, found } = suite;

  describe('writing', () => {
    const position = { topic: 'indexing', partition: 3, fromOffset: 0, nextOffset: 2 };
    const two = [
      { guid: 'a', timestamp: 1, n: 1 },
      { guid: 'b', timestamp: 2, n: 2 },
    ];

    it('keeps the position with the events and skips what was written before', async () => {
      expect(await write(two, 'conn', position)).toMatchObject({ written: 2, duplicates: 0 });
      expect(await write(two, 'conn', position)).toMatchObject({ written: 0, duplicates: 2 });
      expect((await search(all)).total).toBe(2);
      expect(await suite.index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
    });

    it('writes only what is new of a batch that overlaps the position', async () => {
      await write(two, 'conn', position);
      const report = await write([two[1]!, { guid: 'c', timestamp: 3 }], 'conn', {
        ...position,
        fromOffset: 1,
        nextOffset: 3,
      });
      expect(report).toMatchObject({ written: 1, duplicates: 1 });
      expect(await found(all)).toEqual(['a', 'b', 'c']);
    });

    it('compares by guid without a position', async () => {
      await write(two);
      expect(await write([...two, { guid: 'c', timestamp: 3 }, { guid: 'c', timestamp: 3 }])).toMatchObject({
        written: 1,
        duplicates: 3,
      });
      expect(await found(all)).toEqual(['a', 'b', 'c']);
    });

    it('compares by guid with a position too when events may have come from elsewhere before', async () => {
      await write(two, 'conn', position);
      const again = { topic: 'indexing', partition: 3, fromOffset: 2, nextOffset: 4 };
      const three = [...two, { guid: 'new', timestamp: 3 }];
      const report = await suite.index.write([
        { events: [encodeEvents('conn', three)], source: again, mayRepeat: true },
      ]);
      await suite.settle();
      expect(report).toMatchObject({ written: 1, duplicates: 2 });
      expect((await search(all)).total).toBe(3);
      expect(await suite.index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 4 }]);
    });

    it('has positions and events after it was opened again', async () => {
      await write(two, 'conn', position);
      await suite.reopen();
      expect(await suite.index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
      expect((await suite.index.find('a'))?.source).toEqual(two[0]);
      expect(await write(two, 'conn', position)).toMatchObject({ written: 0 });
    });

    it('takes many calls at once', async () => {
      const reports = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          suite.index.write([
            {
              events: [encodeEvents(`s${i % 3}`, [{ guid: `g${i}`, timestamp: i }])],
              source: { topic: 't', partition: i, fromOffset: 0, nextOffset: 1 },
            },
          ]),
        ),
      );
      await suite.settle();
      expect(reports.every((report) => report.written === 1)).toBe(true);
      expect((await search(all)).total).toBe(20);
      expect(await suite.index.positions()).toHaveLength(20);
    });

    it('takes an empty batch that only moves the position', async () => {
      await suite.index.write([{ events: [], source: position }]);
      expect(await suite.index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
    });
  });
}
