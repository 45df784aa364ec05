import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  EventLog,
  GroupPosition,
  LogRecord,
  ReadLimit,
  RecordBatch,
  Subscription,
} from './event-log.ts';

/** One log under test. Topics and groups have fresh names in every test, so one cluster may serve all of them. */
export interface EventLogUnderTest {
  readonly log: EventLog;
  /** Closes the log and opens it again over the same data. */
  reopen(): Promise<EventLog>;
  /** Another client of the same data (a thread's or a process's); closed by `close`. */
  another(): Promise<EventLog>;
  close(): Promise<void>;
  /** Bytes in steps of which the oldest records are deleted, 100,000 when absent. */
  readonly retentionUnit?: number;
}

const ALL: ReadLimit = { maxRecords: 1_000_000, maxBytes: 1 << 30 };
let names = 0;

/** What every implementation of `EventLog` must do. */
export function eventLogConformance(name: string, factory: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    let test: EventLogUnderTest;
    let log: EventLog;
    let topic: string;
    let group: string;
    const subscriptions: Subscription[] = [];

    beforeEach(async () => {
      test = await factory();
      log = test.log;
      const suffix = `${process.pid}-${names++}`;
      topic = `topic-${suffix}`;
      group = `group-${suffix}`;
      await log.ensureTopic(topic, { partitions: 2 });
    });

    afterEach(async () => {
      for (const subscription of subscriptions.splice(0)) await subscription.close();
      await test.close();
    });

    async function join(by: EventLog = log, topics: readonly string[] = [topic]): Promise<Subscription> {
      const subscription = await by.subscribe(group, topics);
      subscriptions.push(subscription);
      return subscription;
    }

    async function readAll(
      by: EventLog = log,
      partition = 0,
      from = 0,
      limit: ReadLimit = ALL,
    ): Promise<string[]> {
      const texts: string[] = [];
      for (let offset = from; ; ) {
        const batch = await by.read(topic, partition, offset, limit);
        if (!batch) return texts;
        texts.push(...textsOf(batch));
        offset = batch.nextOffset;
      }
    }

    describe('appending and reading', () => {
      it('gives records of a partition back in the order of their offsets', async () => {
        const first = await log.append(topic, 0, records('a', 'b'));
        const second = await log.append(topic, 0, records('c'));
        expect(second.baseOffset).toBeGreaterThanOrEqual(first.baseOffset + 2);
        expect(first).toMatchObject({ topic, partition: 0, count: 2 });
        const batch = await log.read(topic, 0, first.baseOffset, ALL);
        expect(batch && Array.from({ length: batch.count }, (_, i) => batch.offset(i))).toEqual([
          first.baseOffset,
          first.baseOffset + 1,
          second.baseOffset,
        ]);
        expect(batch && textsOf(batch)).toEqual(['a', 'b', 'c']);
        expect(batch).toMatchObject({ topic, partition: 0, baseOffset: first.baseOffset, count: 3 });
      });

      it('keeps partitions apart', async () => {
        await log.append(topic, 0, records('zero'));
        await log.append(topic, 1, records('one'));
        expect(await readAll(log, 0)).toEqual(['zero']);
        expect(await readAll(log, 1)).toEqual(['one']);
      });

      it('keeps topics apart whose names begin alike', async () => {
        await log.ensureTopic(`${topic}-more`, { partitions: 1 });
        await log.append(`${topic}-more`, 0, records('other'));
        await log.append(topic, 0, records('mine'));
        expect(await readAll()).toEqual(['mine']);
        expect(await log.topics()).toEqual(expect.arrayContaining([topic, `${topic}-more`]));
      });

      it('begins at the start for an offset before it and answers null at the end', async () => {
        const { baseOffset } = await log.append(topic, 0, records('a', 'b', 'c'));
        expect(await readAll(log, 0, baseOffset + 1)).toEqual(['b', 'c']);
        expect(await readAll(log, 0, Math.max(0, baseOffset - 1))).toEqual(['a', 'b', 'c']);
        const end = (await log.describe(topic)).partitions[0]?.endOffset ?? -1;
        expect(await log.read(topic, 0, end, ALL)).toBeNull();
        expect(await log.read(topic, 0, end + 1_000, ALL)).toBeNull();
        expect(await log.read(topic, 1, 0, ALL)).toBeNull();
      });

      it('keeps to the limit of records and continues from nextOffset', async () => {
        await log.append(topic, 0, records('a', 'b', 'c', 'd', 'e'));
        await log.append(topic, 0, records('f', 'g'));
        const seen: string[] = [];
        for (let offset = 0; ; ) {
          const batch = await log.read(topic, 0, offset, { maxRecords: 2, maxBytes: 1 << 20 });
          if (!batch) break;
          expect(batch.count).toBeLessThanOrEqual(2);
          seen.push(...textsOf(batch));
          offset = batch.nextOffset;
        }
        expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
      });

      it('keeps to the limit of bytes but always gives one record', async () => {
        const big = 'x'.repeat(10_000);
        await log.append(topic, 0, records(big, big, big, 'small'));
        const batch = await log.read(topic, 0, 0, { maxRecords: 100, maxBytes: 100 });
        expect(batch && textsOf(batch)).toEqual([big]);
        expect(await readAll(log, 0, 0, { maxRecords: 100, maxBytes: 20_000 })).toEqual([
          big,
          big,
          big,
          'small',
        ]);
      });

      it('keeps keys, headers and timestamps, and their absence', async () => {
        const hostile = JSON.parse(
          '{"__proto__":"p","constructor":"c","":"empty name","näme":"wért\\u0000"}',
        );
        await log.append(topic, 0, [
          { value: bytes('1'), key: bytes('key'), headers: { sensor: 'bro' }, timestamp: 1_700_000_000_123 },
          { value: bytes('2') },
          { value: bytes('3'), key: new Uint8Array(0), headers: {} },
          { value: bytes('4'), key: null, headers: hostile, timestamp: 1 },
        ]);
        const batch = await log.read(topic, 0, 0, ALL);
        expect(batch?.count).toBe(4);
        if (!batch) return;
        const keys = [0, 1, 2, 3].map((i) => {
          const key = batch.key(i);
          return key && Buffer.from(key).toString();
        });
        expect(keys).toEqual(['key', null, '', null]);
        expect({ ...batch.headers(0) }).toEqual({ sensor: 'bro' });
        expect({ ...batch.headers(1) }).toEqual({});
        expect({ ...batch.headers(2) }).toEqual({});
        expect(Object.entries(batch.headers(3))).toEqual(Object.entries(hostile));
        expect(batch.timestamp(0)).toBe(1_700_000_000_123);
        expect(batch.timestamp(3)).toBe(1);
        expect(Math.abs(batch.timestamp(1) - Date.now())).toBeLessThan(60_000);
      });

      it('keeps empty values, binary values and values of 1 MiB byte for byte', async () => {
        const binary = Uint8Array.from({ length: 256 }, (_, i) => i);
        const big = Buffer.alloc(1 << 20, binary);
        const values = [
          new Uint8Array(0),
          binary,
          big,
          bytes('\0\r\n'),
          big,
          Uint8Array.of(0xff, 0xfe, 0xc0),
        ];
        await log.append(
          topic,
          0,
          values.map((value) => ({ value })),
        );
        let offset = 0;
        for (const value of values) {
          const batch = await log.read(topic, 0, offset, { maxRecords: 1, maxBytes: 1 });
          expect(batch && Buffer.compare(batch.value(0), value)).toBe(0);
          offset = batch?.nextOffset ?? -1;
        }
      });

      it('does not mind what the caller does with its buffers after the append', async () => {
        const value = Buffer.from('as it was');
        const appended = log.append(topic, 0, [{ value }]);
        value.fill(0);
        await appended;
        expect(await readAll()).toEqual(['as it was']);
      });

      it('leaves a batch as it is while much is written after it', async () => {
        await log.append(topic, 0, records('first', 'second'));
        const batch = await log.read(topic, 0, 0, ALL);
        for (let i = 0; i < 20; i++) await log.append(topic, 0, records('x'.repeat(200_000)));
        await log.read(topic, 0, 5, ALL);
        expect(batch && textsOf(batch)).toEqual(['first', 'second']);
      });

      it('gives records in any order of access', async () => {
        await log.append(topic, 0, records('a', 'b'));
        await log.append(topic, 0, records('c'));
        await log.append(topic, 0, records('d', 'e'));
        const batch = await log.read(topic, 0, 1, ALL);
        expect([3, 0, 2, 1].map((i) => batch?.value(i).toString())).toEqual(['e', 'b', 'd', 'c']);
      });
    });

    describe('a reader that lets its memory be used again', () => {
      it('reads what others read, over several partitions and cuts in turn, each batch until its next read', async () => {
        const sent = [0, 1].map((partition) =>
          Array.from({ length: 700 }, (_, i) => `${partition}-${i}-${'z'.repeat((i * 37) % 900)}`),
        );
        for (const partition of [0, 1]) {
          for (let at = 0; at < 700; at += 175)
            await log.append(topic, partition, records(...sent[partition]!.slice(at, at + 175)));
        }
        const read: string[][] = [[], []];
        const next = [0, 0];
        const kept = await log.read(topic, 0, 100, ALL);
        for (let turn = 0; read.some(({ length }) => length < 700); turn++) {
          const partition = turn % 2;
          const limit = { maxRecords: 1 + ((turn * 13) % 90), maxBytes: 1 << 20, reuse: true };
          const batch = await log.read(topic, partition, next[partition]!, limit);
          if (batch === null) continue;
          read[partition]!.push(...textsOf(batch));
          next[partition] = batch.nextOffset;
        }
        expect(read).toEqual(sent);
        // Nor does it touch what somebody else keeps.
        expect(kept && textsOf(kept)).toEqual(sent[0]!.slice(100));
      });
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
        const other = await test.another();
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

    describe('topics', () => {
      it('keep their partitions when they are ensured again', async () => {
        await log.ensureTopic(topic, { partitions: 9 });
        expect((await log.describe(topic)).partitions).toHaveLength(2);
      });

      it('report the offsets that they hold', async () => {
        const { baseOffset } = await log.append(topic, 1, records('a', 'b'));
        const { partitions } = await log.describe(topic);
        expect(partitions[0]).toMatchObject({ partition: 0, startOffset: 0, endOffset: 0, bytes: 0 });
        expect(partitions[1]).toMatchObject({ partition: 1, startOffset: 0 });
        expect(partitions[1]?.endOffset).toBeGreaterThanOrEqual(baseOffset + 2);
        expect(partitions[1]?.bytes).toBeGreaterThan(0);
      });

      it('that do not exist, or a partition that does not, are refused with a code', async () => {
        await expect(log.append('absent', 0, records('a'))).rejects.toMatchObject({
          code: 'SKP_BUS_TOPIC_UNKNOWN',
        });
        await expect(log.append(topic, 2, records('a'))).rejects.toMatchObject({ code: 'SKP_BUS_PARTITION' });
        await expect(log.subscribe(group, ['absent'])).rejects.toMatchObject({
          code: 'SKP_BUS_TOPIC_UNKNOWN',
        });
        await expect((async () => log.read(topic, -1, 0, ALL))()).rejects.toMatchObject({
          code: 'SKP_BUS_PARTITION',
        });
      });

      it('have names that every implementation can keep', async () => {
        for (const bad of ['', '.', '..', 'a/b', 'a\0b', 'ä', 'x'.repeat(250)]) {
          await expect(log.ensureTopic(bad, { partitions: 1 })).rejects.toMatchObject({
            code: 'SKP_BUS_NAME',
          });
        }
      });

      it('are the same for another client, who sees what was appended', async () => {
        const other = await test.another();
        await log.append(topic, 0, records('a'));
        expect(await readAll(other)).toEqual(['a']);
        await other.append(topic, 0, records('b'));
        expect(await readAll(log)).toEqual(['a', 'b']);
      });
    });

    describe('reopening', () => {
      it('keeps records, topics and committed offsets', async () => {
        await log.append(topic, 0, [
          { value: bytes('a'), key: bytes('k'), headers: { h: 'v' }, timestamp: 5 },
        ]);
        await log.commit(group, [{ topic, partition: 0, nextOffset: 1 }]);
        log = await test.reopen();
        expect(await readAll()).toEqual(['a']);
        const batch = await log.read(topic, 0, 0, ALL);
        expect([batch?.timestamp(0), { ...batch?.headers(0) }]).toEqual([5, { h: 'v' }]);
        expect(await log.topics()).toContain(topic);
        expect(await log.committed(group)).toEqual([{ topic, partition: 0, nextOffset: 1 }]);
        const { baseOffset } = await log.append(topic, 0, records('b'));
        expect(baseOffset).toBeGreaterThanOrEqual(1);
        expect(await readAll()).toEqual(['a', 'b']);
      });
    });

    describe('a consumer group', () => {
      it('reads every partition from the start when nothing was committed', async () => {
        await log.append(topic, 0, records('a', 'b'));
        await log.append(topic, 1, records('c'));
        const member = await join();
        expect((await take(member, 3)).sort()).toEqual(['a', 'b', 'c']);
      });

      it('waits for what is appended later, from here and from another client', async () => {
        const other = await test.another();
        const member = await join();
        const waiting = member.next(ALL);
        await log.append(topic, 0, records('later'));
        expect(textsOf((await waiting) as RecordBatch)).toEqual(['later']);
        const again = member.next(ALL);
        await other.append(topic, 1, records('elsewhere'));
        expect(textsOf((await again) as RecordBatch)).toEqual(['elsewhere']);
      });

      it('answers null when the signal aborts, and reads on afterwards', async () => {
        const member = await join();
        const controller = new AbortController();
        const waiting = member.next(ALL, controller.signal);
        controller.abort();
        expect(await waiting).toBeNull();
        expect(await member.next(ALL, controller.signal)).toBeNull();
        await log.append(topic, 0, records('a'));
        expect(await take(member, 1)).toEqual(['a']);
      });

      it('answers null when the subscription closes', async () => {
        const member = await join();
        const waiting = member.next(ALL);
        await member.close();
        expect(await waiting).toBeNull();
        expect(await member.next(ALL)).toBeNull();
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
        const two = await join(await test.another());
        await until(() => one.assigned().length === 1 && two.assigned().length === 1);
        expect([...one.assigned(), ...two.assigned()].map(({ partition }) => partition).sort()).toEqual([
          0, 1,
        ]);
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
        const joining = join(await test.another());
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
        await expect(one.next(ALL)).rejects.toThrow('drain failed');
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

    describe('retention', () => {
      const now = Date.now();
      const old = (text: string): LogRecord => ({ value: bytes(text), timestamp: now - 60_000 });

      it('deletes records older than the age and keeps their offsets used', async () => {
        await log.ensureTopic(topic, { partitions: 2, retentionMs: 30_000 });
        await log.append(topic, 0, [old('a'), old('b')]);
        const { baseOffset } = await log.append(topic, 0, records('young'));
        await log.enforceRetention(now);
        await until(async () => (await log.describe(topic)).partitions[0]?.startOffset === baseOffset);
        expect(await readAll()).toEqual(['young']);
      });

      it('never gives an offset twice, also when everything was deleted', async () => {
        await log.ensureTopic(topic, { partitions: 2, retentionMs: 30_000 });
        await log.append(topic, 0, [old('a'), old('b')]);
        await log.enforceRetention(now);
        await until(async () => (await log.describe(topic)).partitions[0]?.startOffset === 2);
        expect(await readAll()).toEqual([]);
        log = await test.reopen();
        expect((await log.append(topic, 0, records('c'))).baseOffset).toBe(2);
        expect(await readAll()).toEqual(['c']);
      });

      it('deletes the oldest records while a partition is larger than its size', async () => {
        const unit = test.retentionUnit ?? 100_000;
        await log.ensureTopic(topic, { partitions: 2, retentionBytes: 3 * unit });
        // Of no pattern: an implementation may compress.
        const filling = randomBytes(Math.ceil(unit / 2)).toString('hex');
        for (let i = 0; i < 10; i++) await log.append(topic, 0, records(`${i}${filling}`));
        await log.enforceRetention(now);
        await until(async () => ((await log.describe(topic)).partitions[0]?.startOffset ?? 0) > 0);
        await until(async () => ((await log.describe(topic)).partitions[0]?.bytes ?? 0) <= 5 * unit);
        const left = (await readAll()).map((text) => Number(text[0]));
        expect(left.length).toBeLessThan(10);
        expect(left.at(-1)).toBe(9);
        expect(left).toEqual(left.map((_, i) => 10 - left.length + i));
      });

      it('leaves topics without limits alone', async () => {
        await log.append(topic, 0, [old('a')]);
        await log.enforceRetention(now);
        expect(await readAll()).toEqual(['a']);
      });
    });

    describe('listening', () => {
      it('tells of appends to the topic, from here and elsewhere, until it is stopped', async () => {
        const other = await test.another();
        let calls = 0;
        const stop = log.onAppend(topic, () => calls++);
        await log.append(topic, 0, records('a'));
        await until(() => calls > 0);
        calls = 0;
        await other.append(topic, 1, records('b'));
        await until(() => calls > 0);
        stop();
        calls = 0;
        await log.append(topic, 0, records('c'));
        await readAll();
        expect(calls).toBe(0);
      });
    });

    it('refuses work after it was closed', async () => {
      await log.close();
      await expect(log.append(topic, 0, records('a'))).rejects.toMatchObject({ code: 'SKP_BUS_CLOSED' });
    });
  });
}

async function take(member: Subscription, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const batch = await member.next(ALL);
    if (!batch) break;
    texts.push(...textsOf(batch));
  }
  return texts;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 15_000, interval: 10 });
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function records(...texts: string[]): LogRecord[] {
  return texts.map((text) => ({ value: bytes(text) }));
}

function textsOf(batch: RecordBatch): string[] {
  return Array.from({ length: batch.count }, (_, i) => batch.value(i).toString());
}
