import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { type EventLogSuite, records, textsOf, until } from './suite.ts';

/** What is appended together is there together. */
export function batchCases(suite: EventLogSuite): void {
  const { readAll } = suite;
  let log: EventLog;
  let topic: string;
  let group: string;
  beforeEach(() => {
    ({ log, topic, group } = suite);
  });

  describe('a batch', () => {
    it('is all or nothing: one bad record refuses the rest', async () => {
      const tooLarge = { value: { length: 2 ** 32 } as Uint8Array };
      await expect(log.append(topic, 0, [...records('a', 'b'), tooLarge])).rejects.toMatchObject({
        code: 'SKP_BUS_TOO_LARGE',
      });
      expect(await readAll()).toEqual([]);
    });

    it('is refused when it is empty', async () => {
      await expect(log.append(topic, 0, [])).rejects.toMatchObject({ code: 'SKP_BUS_EMPTY_BATCH' });
    });

    it('of several megabytes keeps its order and its consecutive offsets', async () => {
      const values = Array.from({ length: 3_000 }, (_, i) => `${i} ${'y'.repeat(1_000)}`);
      const { baseOffset, count } = await log.append(topic, 0, records(...values));
      expect(count).toBe(3_000);
      expect(await readAll(log, 0, 0, { maxRecords: 700, maxBytes: 1 << 20 })).toEqual(values);
      const batch = await log.read(topic, 0, baseOffset + 1_234, { maxRecords: 1, maxBytes: 1 });
      expect(batch && textsOf(batch)).toEqual([values[1_234]]);
    });

    it('to several partitions is there whole with the positions that came with it, or not at all', async () => {
      const other = `${topic}-other`;
      await log.ensureTopic(other, { partitions: 1 });
      const commit = (nextOffset: number) => ({ group, positions: [{ topic, partition: 1, nextOffset }] });
      const ranges = await log.appendTogether(
        [
          { topic, partition: 0, records: records('a', 'b') },
          { topic: other, partition: 0, records: records('c') },
        ],
        commit(7),
      );
      expect(ranges.map(({ count }) => count)).toEqual([2, 1]);
      await expect(
        log.appendTogether(
          [
            { topic, partition: 0, records: records('d') },
            { topic: 'absent', partition: 0, records: records('e') },
          ],
          commit(9),
        ),
      ).rejects.toMatchObject({ code: 'SKP_BUS_TOPIC_UNKNOWN' });
      await expect(
        log.appendTogether([{ topic, partition: 0, records: records('d') }], commit(-1)),
      ).rejects.toMatchObject({ code: 'SKP_BUS_POSITION' });
      // Durable at once; where it is a transaction, seen when its end is written in every partition.
      await until(async () => (await readAll()).length >= 2);
      expect(await readAll()).toEqual(['a', 'b']);
      expect(await log.committed(group)).toEqual([{ topic, partition: 1, nextOffset: 7 }]);
      expect(await log.appendTogether([], commit(8))).toEqual([]);
      expect(await log.committed(group)).toEqual([{ topic, partition: 1, nextOffset: 8 }]);
    });

    it('is never cut by another appender', async () => {
      const other = await suite.another();
      const appends: Promise<unknown>[] = [];
      for (let i = 0; i < 100; i++) {
        const batch = Array.from({ length: 7 }, (_, j) => `${i}.${j}`);
        appends.push((i % 2 ? other : log).append(topic, 0, records(...batch)));
      }
      await Promise.all(appends);
      const texts = await readAll();
      expect(texts).toHaveLength(700);
      for (let i = 0; i < 700; i += 7) {
        const batch = texts[i]?.split('.')[0];
        expect(texts.slice(i, i + 7)).toEqual(Array.from({ length: 7 }, (_, j) => `${batch}.${j}`));
      }
      expect(new Set(texts).size).toBe(700);
    });

    it('is given the offsets that its append reported', async () => {
      const ranges = await Promise.all(
        Array.from({ length: 50 }, (_, i) => log.append(topic, 1, records(`v${i}`, 'w'))),
      );
      for (const [i, { baseOffset }] of ranges.entries()) {
        const batch = await log.read(topic, 1, baseOffset, { maxRecords: 1, maxBytes: 1 << 20 });
        expect(batch && textsOf(batch)).toEqual([`v${i}`]);
      }
    });
  });
}
