/** What the tests of listeners share: a bus, an appender, a folder, configurations, and waiting for a condition. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventLog, openLmdbEventLog } from '../../bus/index.ts';
import type { SyslogListenerConfig } from '../../config/index.ts';
import { Appender, type AppenderOptions } from '../appender.ts';
import type { ListenerContext } from '../listener.ts';

export interface StoredRecord {
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestamp: number;
}

export interface TestContext extends ListenerContext {
  readonly log: EventLog;
  readonly folder: string;
  readonly reported: Error[];
  /** All records of a topic, values as latin1 (each byte a character); none when there is no such topic. */
  records(topic: string): StoredRecord[];
  values(topic: string): string[];
  /** Appends wait while `hold` is set, fail while `fail` is, and fail for the topics in `refuse`. */
  readonly gate: { hold: Promise<void> | null; fail: Error | null; readonly refuse: Set<string> };
  close(): Promise<void>;
}

export async function testContext(options: AppenderOptions = {}): Promise<TestContext> {
  const folder = await mkdtemp(join(tmpdir(), 'skopos-ingest-'));
  const log = openLmdbEventLog(join(folder, 'bus'));
  const gate: TestContext['gate'] = { hold: null, fail: null, refuse: new Set() };
  const reported: Error[] = [];
  const read = new Map<string, StoredRecord[][]>();
  const gated: Pick<EventLog, 'append' | 'topics' | 'ensureTopic' | 'describe'> = {
    append: async (topic, partition, records) => {
      await gate.hold;
      if (gate.fail !== null) throw gate.fail;
      if (gate.refuse.has(topic)) throw new Error('this topic is full');
      return log.append(topic, partition, records);
    },
    topics: () => log.topics(),
    ensureTopic: (topic, topicOptions) => log.ensureTopic(topic, topicOptions),
    describe: async (topic) => {
      const description = await log.describe(topic);
      if (!read.has(topic))
        read.set(
          topic,
          description.partitions.map(() => []),
        );
      return description;
    },
  };
  const records = (topic: string) => {
    const partitions = read.get(topic) ?? [];
    for (const [partition, into] of partitions.entries()) readOn(log, topic, partition, into);
    return partitions.flat();
  };
  return {
    log,
    folder,
    reported,
    gate,
    records,
    values: (topic) => records(topic).map((record) => record.value),
    appender: new Appender(gated, { partitions: 1, ...options }),
    configFolder: folder,
    stateFolder: folder,
    report: (_listener, error) => reported.push(error),
    close: async () => {
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a topic's partition on from where `into` ends. */
function readOn(log: EventLog, topic: string, partition: number, into: StoredRecord[]): void {
  for (;;) {
    const batch = log.read(topic, partition, into.length, { maxRecords: 10_000, maxBytes: 64 * 1024 * 1024 });
    if (batch === null) return;
    if (batch instanceof Promise) throw new Error('this log answers at once');
    for (let i = 0; i < batch.count; i++) {
      into.push({
        value: batch.value(i).toString('latin1'),
        headers: { ...batch.headers(i) },
        timestamp: batch.timestamp(i),
      });
    }
  }
}

export function syslogConfig(
  given: Partial<SyslogListenerConfig> & Pick<SyslogListenerConfig, 'transport'>,
): SyslogListenerConfig {
  return {
    name: 'test',
    type: 'syslog',
    enabled: true,
    host: '127.0.0.1',
    port: 0,
    sensor: 'syslog',
    framing: 'auto',
    maxMessageBytes: 1024 * 1024,
    requestClientCertificate: false,
    ...given,
  };
}

/** Resolves when `condition` holds; rejects with what `describe` says when it does not within some seconds. */
export async function until(condition: () => boolean, describe: () => unknown = () => ''): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
