import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog, LogRecord } from '../event-log.ts';
import { all, bytes, type EventLogSuite, records, until } from './suite.ts';

/** Topics, and how long they keep records. */
export function topicCases(suite: EventLogSuite): void {
  const { readAll } = suite;
  let log: EventLog;
  let topic: string;
  let group: string;
  beforeEach(() => {
    ({ log, topic, group } = suite);
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

    it('that are compacted keep the newest record of each key, and have no retention', async () => {
      const name = `${topic}-compacted`;
      await log.ensureTopic(name, { partitions: 1, compacted: true });
      const keyed = (key: string, value: string): LogRecord => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
      });
      await log.append(name, 0, [keyed('a', '1'), keyed('b', '2'), keyed('a', '3')]);
      const batch = await log.read(name, 0, 0, all);
      const newest = new Map<string, string>();
      for (let at = 0; at < (batch?.count ?? 0); at++)
        newest.set(Buffer.from(batch?.key(at) ?? []).toString(), batch?.value(at).toString() ?? '');
      expect([...newest].sort()).toEqual([
        ['a', '3'],
        ['b', '2'],
      ]);
      await expect(
        log.ensureTopic(name, { partitions: 1, compacted: true, retentionMs: 1 }),
      ).rejects.toMatchObject({ code: 'SKP_BUS_TOPIC_OPTIONS' });
    });

    it('that do not exist, or a partition that does not, are refused with a code', async () => {
      await expect(log.append('absent', 0, records('a'))).rejects.toMatchObject({
        code: 'SKP_BUS_TOPIC_UNKNOWN',
      });
      await expect(log.append(topic, 2, records('a'))).rejects.toMatchObject({ code: 'SKP_BUS_PARTITION' });
      await expect(log.subscribe(group, ['absent'])).rejects.toMatchObject({
        code: 'SKP_BUS_TOPIC_UNKNOWN',
      });
      await expect((async () => log.read(topic, -1, 0, all))()).rejects.toMatchObject({
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
      const other = await suite.another();
      await log.append(topic, 0, records('a'));
      expect(await readAll(other)).toEqual(['a']);
      await other.append(topic, 0, records('b'));
      expect(await readAll(log)).toEqual(['a', 'b']);
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
      log = await suite.reopen();
      expect((await log.append(topic, 0, records('c'))).baseOffset).toBe(2);
      expect(await readAll()).toEqual(['c']);
    });

    it('deletes the oldest records while a partition is larger than its size', async () => {
      const unit = suite.retentionUnit;
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
}
