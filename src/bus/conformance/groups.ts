import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog, GroupPosition, RecordBatch } from '../event-log.ts';
import { all, type EventLogSuite, records, take, textsOf, until } from './suite.ts';

/** Consumer groups: who reads what, from where. */
export function groupCases(suite: EventLogSuite): void {
  const { join, subscriptions } = suite;
  let log: EventLog;
  let topic: string;
  let group: string;
  beforeEach(() => {
    ({ log, topic, group } = suite);
  });

  describe('a consumer group', () => {
    it('reads every partition from the start when nothing was committed', async () => {
      await log.append(topic, 0, records('a', 'b'));
      await log.append(topic, 1, records('c'));
      const member = await join();
      expect((await take(member, 3)).sort()).toEqual(['a', 'b', 'c']);
    });

    it('waits for what is appended later, from here and from another client', async () => {
      const other = await suite.another();
      const member = await join();
      const waiting = member.next(all);
      await log.append(topic, 0, records('later'));
      expect(textsOf((await waiting) as RecordBatch)).toEqual(['later']);
      const again = member.next(all);
      await other.append(topic, 1, records('elsewhere'));
      expect(textsOf((await again) as RecordBatch)).toEqual(['elsewhere']);
    });

    it('answers null when the signal aborts, and reads on afterwards', async () => {
      const member = await join();
      const controller = new AbortController();
      const waiting = member.next(all, controller.signal);
      controller.abort();
      expect(await waiting).toBeNull();
      expect(await member.next(all, controller.signal)).toBeNull();
      await log.append(topic, 0, records('a'));
      expect(await take(member, 1)).toEqual(['a']);
    });

    it('answers null when the subscription closes', async () => {
      const member = await join();
      const waiting = member.next(all);
      await member.close();
      expect(await waiting).toBeNull();
      expect(await member.next(all)).toBeNull();
    });

    it('resumes from what it committed, not from what it read', async () => {
      await log.append(topic, 0, records('a', 'b', 'c'));
      const member = await join();
      const batch = (await member.next({ maxRecords: 2, maxBytes: 1 << 20 })) as RecordBatch;
      await member.commit([{ topic, partition: 0, nextOffset: batch.offset(1) }]);
      await member.close();
      const heir = await join();
      expect(await take(heir, 2)).toEqual(['b', 'c']);
    });

    it('refuses to commit what is no offset of a partition', async () => {
      for (const nextOffset of [-1, 0.5, Number.NaN]) {
        await expect(log.commit(group, [{ topic, partition: 0, nextOffset }])).rejects.toMatchObject({
          code: 'SKP_BUS_POSITION',
        });
      }
      await expect(log.commit(group, [{ topic, partition: 2, nextOffset: 0 }])).rejects.toMatchObject({
        code: 'SKP_BUS_PARTITION',
      });
      const member = await join();
      await expect(member.commit([{ topic, partition: 0, nextOffset: -1 }])).rejects.toMatchObject({
        code: 'SKP_BUS_POSITION',
      });
      expect(await log.committed(group)).toEqual([]);
    });

    it('continues from where a member seeks', async () => {
      await log.append(topic, 0, records('a', 'b', 'c'));
      const member = await join();
      expect(await take(member, 3)).toEqual(['a', 'b', 'c']);
      member.seek({ topic, partition: 0, nextOffset: 1 });
      expect(await take(member, 2)).toEqual(['b', 'c']);
    });

    it('starts where a sink says, also for partitions that come to it later', async () => {
      await log.append(topic, 0, records('a0', 'a1', 'a2'));
      await log.append(topic, 1, records('b0', 'b1', 'b2'));
      await log.commit(group, [{ topic, partition: 0, nextOffset: 1 }]);
      const first = await join();
      await until(() => first.assigned().length === 2);
      const asked: number[] = [];
      const gate = Promise.withResolvers<void>();
      const sink = await log.subscribe(group, [topic], {
        async startAt({ partition }) {
          await gate.promise;
          asked.push(partition);
          return partition === 1 ? 2 : undefined;
        },
      });
      subscriptions.push(sink);
      await first.close();
      await until(() => sink.assigned().length === 2);
      const taken = take(sink, 3);
      gate.resolve();
      expect((await taken).sort()).toEqual(['a1', 'a2', 'b2']);
      expect(asked.sort()).toEqual([0, 1]);
    });

    it('does not share positions with another group', async () => {
      await log.append(topic, 0, records('a'));
      const member = await join();
      await take(member, 1);
      await member.commit([{ topic, partition: 0, nextOffset: 1 }]);
      const other = await log.subscribe(`${group}.other`, [topic]);
      subscriptions.push(other);
      expect(await take(other, 1)).toEqual(['a']);
      expect(await log.committed(`${group}.other`)).toEqual([]);
    });

    it('shares the partitions among its members, each partition having one', async () => {
      const one = await join();
      await until(() => one.assigned().length === 2);
      const two = await join(await suite.another());
      await until(() => one.assigned().length === 1 && two.assigned().length === 1);
      expect([...one.assigned(), ...two.assigned()].map(({ partition }) => partition).sort()).toEqual([0, 1]);
      await log.append(topic, 0, records('zero'));
      await log.append(topic, 1, records('one'));
      const [mine, theirs] = await Promise.all([take(one, 1), take(two, 1)]);
      expect([...mine, ...theirs].sort()).toEqual(['one', 'zero']);
    });

    it('drains a member before its partitions go to another, who starts at the commit', async () => {
      await log.append(topic, 0, records('a0', 'a1'));
      await log.append(topic, 1, records('b0', 'b1'));
      const one = await join();
      const read: GroupPosition[] = [];
      for (let i = 0; i < 2; i++) {
        const batch = (await one.next({ maxRecords: 1, maxBytes: 1 })) as RecordBatch;
        read.push({ topic, partition: batch.partition, nextOffset: batch.nextOffset });
      }
      const drained: number[] = [];
      const gate = Promise.withResolvers<void>();
      one.onRevoked(async (partitions) => {
        drained.push(...partitions.map(({ partition }) => partition));
        await gate.promise;
        await one.commit(
          read.filter(({ partition }) => partitions.some((lost) => lost.partition === partition)),
        );
      });
      const joining = join(await suite.another());
      await until(() => drained.length === 1);
      gate.resolve();
      const two = await joining;
      await until(() => two.assigned().length === 1);
      expect(two.assigned()[0]?.partition).toBe(drained[0]);
      expect(await take(two, 1)).toEqual([drained[0] === 0 ? 'a1' : 'b1']);
    });

    it('hears of a drain that failed, and lets the partitions go all the same', async () => {
      const one = await join();
      one.onRevoked(async () => {
        throw new Error('drain failed');
      });
      const two = await join();
      await until(() => two.assigned().length === 1);
      await expect(one.next(all)).rejects.toThrow('drain failed');
      await log.append(topic, one.assigned()[0]?.partition ?? -1, records('a'));
      expect(await take(one, 1)).toEqual(['a']);
    });

    it('gives the partitions of a member that leaves to those who stay', async () => {
      const one = await join();
      const two = await join();
      await until(() => one.assigned().length === 1 && two.assigned().length === 1);
      await one.close();
      await until(() => two.assigned().length === 2);
      await log.append(topic, 0, records('a'));
      await log.append(topic, 1, records('b'));
      expect((await take(two, 2)).sort()).toEqual(['a', 'b']);
    });

    it('reads several topics', async () => {
      await log.ensureTopic(`${topic}.b`, { partitions: 1 });
      await log.append(topic, 0, records('a'));
      await log.append(`${topic}.b`, 0, records('b'));
      const member = await join(log, [topic, `${topic}.b`]);
      expect((await take(member, 2)).sort()).toEqual(['a', 'b']);
    });

    it('knows how far it lags behind', async () => {
      await log.append(topic, 0, records('a', 'b', 'c'));
      await log.append(topic, 1, records('d'));
      await join();
      const total = async () => (await log.lag(group)).reduce((sum, { lag }) => sum + lag, 0);
      expect(await total()).toBe(4);
      await log.commit(group, [{ topic, partition: 0, nextOffset: 2 }]);
      expect(await log.lag(group)).toEqual(
        expect.arrayContaining([
          { topic, partition: 0, nextOffset: 2, lag: 1 },
          { topic, partition: 1, nextOffset: 0, lag: 1 },
        ]),
      );
    });
  });
}
