import { expect, vi } from 'vitest';
import type { EventLog, LogRecord, ReadLimit, RecordBatch, Subscription } from '../event-log.ts';

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

/** The log that a case works on, with a topic of two partitions and a group's name, new for each; and what cases do over and over. */
export interface EventLogSuite {
  readonly log: EventLog;
  readonly topic: string;
  readonly group: string;
  readonly retentionUnit: number;
  /** Closed after the case. */
  readonly subscriptions: Subscription[];
  reopen(): Promise<EventLog>;
  another(): Promise<EventLog>;
  join(by?: EventLog, topics?: readonly string[]): Promise<Subscription>;
  readAll(by?: EventLog, partition?: number, from?: number, limit?: ReadLimit): Promise<string[]>;
}

export const all: ReadLimit = { maxRecords: 1_000_000, maxBytes: 1 << 30 };
let names = 0;

/** `begin` before each case, `end` after it. */
export function eventLogSuite(factory: () => Promise<EventLogUnderTest>): {
  readonly suite: EventLogSuite;
  begin(): Promise<void>;
  end(): Promise<void>;
} {
  let place: EventLogUnderTest;
  let log: EventLog;
  let topic: string;
  let group: string;
  const subscriptions: Subscription[] = [];
  return {
    suite: {
      get log() {
        return log;
      },
      get topic() {
        return topic;
      },
      get group() {
        return group;
      },
      get retentionUnit() {
        return place.retentionUnit ?? 100_000;
      },
      subscriptions,
      async reopen() {
        log = await place.reopen();
        return log;
      },
      another: () => place.another(),
      async join(by = log, topics = [topic]) {
        const subscription = await by.subscribe(group, topics);
        subscriptions.push(subscription);
        return subscription;
      },
      async readAll(by = log, partition = 0, from = 0, limit = all) {
        const texts: string[] = [];
        for (let offset = from; ; ) {
          const batch = await by.read(topic, partition, offset, limit);
          if (!batch) return texts;
          texts.push(...textsOf(batch));
          offset = batch.nextOffset;
        }
      },
    },
    async begin() {
      place = await factory();
      log = place.log;
      const suffix = `${process.pid}-${names++}`;
      topic = `topic-${suffix}`;
      group = `group-${suffix}`;
      await log.ensureTopic(topic, { partitions: 2 });
    },
    async end() {
      for (const subscription of subscriptions.splice(0)) await subscription.close();
      await place.close();
    },
  };
}

export async function take(member: Subscription, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const batch = await member.next(all);
    if (!batch) break;
    texts.push(...textsOf(batch));
  }
  return texts;
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 10 });
}

export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

export function records(...texts: string[]): LogRecord[] {
  return texts.map((text) => ({ value: bytes(text) }));
}

export function textsOf(batch: RecordBatch): string[] {
  return Array.from({ length: batch.count }, (_, i) => batch.value(i).toString());
}
