import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { all, bytes, type EventLogSuite, records, until } from './suite.ts';

/** Opening again, listening and closing. */
export function lifetimeCases(suite: EventLogSuite): void {
  const { readAll } = suite;
  let log: EventLog;
  let topic: string;
  let group: string;
  beforeEach(() => {
    ({ log, topic, group } = suite);
  });

  describe('reopening', () => {
    it('keeps records, topics and committed offsets', async () => {
      await log.append(topic, 0, [{ value: bytes('a'), key: bytes('k'), headers: { h: 'v' }, timestamp: 5 }]);
      await log.commit(group, [{ topic, partition: 0, nextOffset: 1 }]);
      log = await suite.reopen();
      expect(await readAll()).toEqual(['a']);
      const batch = await log.read(topic, 0, 0, all);
      expect([batch?.timestamp(0), { ...batch?.headers(0) }]).toEqual([5, { h: 'v' }]);
      expect(await log.topics()).toContain(topic);
      expect(await log.committed(group)).toEqual([{ topic, partition: 0, nextOffset: 1 }]);
      const { baseOffset } = await log.append(topic, 0, records('b'));
      expect(baseOffset).toBeGreaterThanOrEqual(1);
      expect(await readAll()).toEqual(['a', 'b']);
    });
  });

  describe('listening', () => {
    it('tells of appends to the topic, from here and elsewhere, until it is stopped', async () => {
      const other = await suite.another();
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
}
