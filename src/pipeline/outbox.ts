/**
 * Records that the pipeline appends to other topics: failures, and messages that are redirected through a topic.
 *
 * The events of a batch and its records are kept in two stores (index and bus), and a crash may come between the two. So the
 * records are appended first, in one transaction of the bus with the position that they go up to (group `pipeline`). A batch that
 * is worked again after a crash appends only what came from records at or behind that position: none stands in a topic twice.
 */
import type { EventLog, LogRecord, PartitionAppend, TopicDescription } from '../bus/index.ts';
import type { SourceRange } from '../index/index.ts';

export const outboxGroup = 'pipeline';

export interface OutboxRecord {
  readonly topic: string;
  /** Offset of the record of the batch's source that it came from. */
  readonly offset: number;
  readonly record: LogRecord;
}

export interface OutboxBatch {
  readonly source: SourceRange;
  readonly records: readonly OutboxRecord[];
}

export class Outbox {
  readonly #log: EventLog;
  /** How many partitions a topic has. */
  readonly #partitions = new Map<string, number>();
  #sent: Map<string, number> | null = null;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** Appends what was not appended before; durable when it resolves. Batches of one partition come in their order. */
  async append(batches: readonly OutboxBatch[]): Promise<void> {
    if (batches.every(({ records }) => records.length === 0)) return;
    const sent = (this.#sent ??= await this.#committed());
    const appends = new Map<string, PartitionAppend & { records: LogRecord[] }>();
    const ends = new Map<string, { topic: string; partition: number; nextOffset: number }>();
    for (const { source, records } of batches) {
      if (records.length === 0) continue;
      const { topic: from, partition: fromPartition, nextOffset } = source;
      const key = `${fromPartition}/${from}`;
      const done = sent.get(key) ?? 0;
      for (const { topic, offset, record } of records) {
        if (offset < done) continue;
        // What comes from one partition stays in its order.
        const partition = fromPartition % (await this.#partitionsOf(topic));
        const to = `${partition}/${topic}`;
        let append = appends.get(to);
        if (append === undefined) appends.set(to, (append = { topic, partition, records: [] }));
        append.records.push(record);
      }
      if (nextOffset > done) ends.set(key, { topic: from, partition: fromPartition, nextOffset });
    }
    if (ends.size === 0) return;
    await this.#log.appendTogether([...appends.values()], {
      group: outboxGroup,
      positions: [...ends.values()],
    });
    for (const [key, { nextOffset }] of ends) sent.set(key, nextOffset);
  }

  async #committed(): Promise<Map<string, number>> {
    const positions = await this.#log.committed(outboxGroup);
    return new Map(
      positions.map(({ topic, partition, nextOffset }) => [`${partition}/${topic}`, nextOffset]),
    );
  }

  async #partitionsOf(topic: string): Promise<number> {
    let count = this.#partitions.get(topic);
    if (count === undefined) {
      count = (await this.#described(topic)).partitions.length;
      this.#partitions.set(topic, count);
    }
    return count;
  }

  /** Made where it could not be made before (the disk was full, say): records for it must not hold up all others. */
  async #described(topic: string): Promise<TopicDescription> {
    try {
      return await this.#log.describe(topic);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SKP_BUS_TOPIC_UNKNOWN') throw error;
      await this.#log.ensureTopic(topic, { partitions: 1 });
      return this.#log.describe(topic);
    }
  }
}
