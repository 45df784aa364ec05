import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { all, bytes, type EventLogSuite, records, textsOf, until } from './suite.ts';

/** Appending to a partition and reading from it, byte for byte. */
export function readingCases(suite: EventLogSuite): void {
  const { readAll } = suite;
  let log: EventLog;
  let topic: string;
  beforeEach(() => {
    ({ log, topic } = suite);
  });

  describe('appending and reading', () => {
    it('gives records of a partition back in the order of their offsets', async () => {
      const first = await log.append(topic, 0, records('a', 'b'));
      const second = await log.append(topic, 0, records('c'));
      expect(second.baseOffset).toBeGreaterThanOrEqual(first.baseOffset + 2);
      expect(first).toMatchObject({ topic, partition: 0, count: 2 });
      const batch = await log.read(topic, 0, first.baseOffset, all);
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
      expect(await log.read(topic, 0, end, all)).toBeNull();
      expect(await log.read(topic, 0, end + 1_000, all)).toBeNull();
      expect(await log.read(topic, 1, 0, all)).toBeNull();
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
      const hostile = JSON.parse('{"__proto__":"p","constructor":"c","":"empty name","näme":"wért\\u0000"}');
      await log.append(topic, 0, [
        { value: bytes('1'), key: bytes('key'), headers: { sensor: 'bro' }, timestamp: 1_700_000_000_123 },
        { value: bytes('2') },
        { value: bytes('3'), key: new Uint8Array(0), headers: {} },
        { value: bytes('4'), key: null, headers: hostile, timestamp: 1 },
      ]);
      const batch = await log.read(topic, 0, 0, all);
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
      const values = [new Uint8Array(0), binary, big, bytes('\0\r\n'), big, Uint8Array.of(0xff, 0xfe, 0xc0)];
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
      const values = Array.from({ length: 3 }, () => Buffer.from('as it was'));
      const [alone, first, second] = values.map((value) => [{ value }]);
      const appended = [
        log.append(topic, 0, alone!),
        log.appendTogether([
          { topic, partition: 0, records: first! },
          { topic, partition: 1, records: second! },
        ]),
      ];
      for (const value of values) value.fill(0);
      await Promise.all(appended);
      // Where it is a transaction, seen when its end is written in every partition.
      await until(async () => (await readAll(log, 0)).length === 2 && (await readAll(log, 1)).length === 1);
      expect([...(await readAll(log, 0)), ...(await readAll(log, 1))]).toEqual(Array(3).fill('as it was'));
    });

    it('leaves a batch as it is while much is written after it', async () => {
      await log.append(topic, 0, records('first', 'second'));
      const batch = await log.read(topic, 0, 0, all);
      for (let i = 0; i < 20; i++) await log.append(topic, 0, records('x'.repeat(200_000)));
      await log.read(topic, 0, 5, all);
      expect(batch && textsOf(batch)).toEqual(['first', 'second']);
    });

    it('gives records in any order of access', async () => {
      await log.append(topic, 0, records('a', 'b'));
      await log.append(topic, 0, records('c'));
      await log.append(topic, 0, records('d', 'e'));
      const batch = await log.read(topic, 0, 1, all);
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
      const kept = await log.read(topic, 0, 100, all);
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
}
