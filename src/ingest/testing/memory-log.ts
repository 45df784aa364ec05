/** An event log in memory, for the tests of this folder until the durable one is there. */
import type { AppendedRange, EventLog, LogRecord, RecordBatch } from '../../bus/index.ts';

export interface MemoryLog extends EventLog {
  readonly records: Map<string, LogRecord[][]>;
  values(topic: string): string[];
  /** Appends wait while this is set. */
  hold: Promise<void> | null;
  fail: Error | null;
}

export function memoryLog(): MemoryLog {
  const records = new Map<string, LogRecord[][]>();
  const unused = () => {
    throw new Error('not part of this log');
  };
  return {
    records,
    hold: null,
    fail: null,
    values: (topic) =>
      (records.get(topic) ?? []).flat().map((record) => Buffer.from(record.value).toString('latin1')),
    async ensureTopic(topic, { partitions }) {
      if (!records.has(topic))
        records.set(
          topic,
          Array.from({ length: partitions }, () => []),
        );
    },
    topics: async () => [...records.keys()],
    describe: async (topic) => ({
      topic,
      partitions: (records.get(topic) ?? []).map((list, partition) => ({
        partition,
        startOffset: 0,
        endOffset: list.length,
        bytes: 0,
      })),
    }),
    async append(topic, partition, added): Promise<AppendedRange> {
      await this.hold;
      if (this.fail !== null) throw this.fail;
      const list = records.get(topic)![partition]!;
      const baseOffset = list.length;
      list.push(...added.map((record) => ({ ...record, value: Buffer.from(record.value) })));
      return { topic, partition, baseOffset, count: added.length };
    },
    read(topic, partition, offset): RecordBatch | null {
      const list = records.get(topic)?.[partition]?.slice(offset) ?? [];
      if (list.length === 0) return null;
      return {
        topic,
        partition,
        baseOffset: offset,
        count: list.length,
        nextOffset: offset + list.length,
        offset: (i) => offset + i,
        key: (i) => list[i]!.key ?? null,
        value: (i) => Buffer.from(list[i]!.value),
        headers: (i) => list[i]!.headers ?? {},
        timestamp: (i) => list[i]!.timestamp ?? 0,
      };
    },
    subscribe: unused,
    committed: unused,
    commit: unused,
    lag: unused,
    onAppend: unused,
    enforceRetention: async () => {},
    close: async () => {},
  };
}
