/** The topics of the bus for KAFKA_*. */
import type { EventLog, RecordBatch } from '../bus/index.ts';
import { argumentError, type Bus, type BusPartition, type BusRecord } from '../stellar/index.ts';

const mostAtOnce = 1_000;
const mostBytes = 8 * 1024 * 1024;

/** `open` is asked at each call: the log may be opened when it is first needed. */
export function createBus(open: () => EventLog, properties: Readonly<Record<string, unknown>> = {}): Bus {
  const partitionsOf = async (topic: string): Promise<readonly BusPartition[]> => {
    const log = open();
    return (await log.topics()).includes(topic) ? (await log.describe(topic)).partitions : [];
  };
  return {
    partitions: partitionsOf,
    async read(topic, partition, offset, most) {
      const limit = { maxRecords: Math.min(most, mostAtOnce), maxBytes: mostBytes };
      const batch = await open().read(topic, partition, offset, limit);
      return batch === null ? [] : recordsOf(batch);
    },
    async append(topic, values) {
      const partitions = await partitionsOf(topic);
      // A call's messages stay together and in order, in the partition that has the fewest.
      const [target] = [...partitions].sort((a, b) => a.endOffset - b.endOffset);
      if (target === undefined) {
        throw argumentError(
          `there is no topic ${JSON.stringify(topic.slice(0, 80))}`,
          `topics: ${(await open().topics()).join(', ').slice(0, 500)}`,
        );
      }
      const timestamp = Date.now();
      const { partition, baseOffset } = await open().append(
        topic,
        target.partition,
        values.map((value) => ({ value: Buffer.from(value, 'utf8'), timestamp })),
      );
      return values.map((value, at) => ({
        topic,
        partition,
        offset: baseOffset + at,
        timestamp,
        key: null,
        value,
      }));
    },
    async committed(group, topic) {
      const positions = await open().committed(group);
      return new Map(
        positions.filter((one) => one.topic === topic).map((one) => [one.partition, one.nextOffset]),
      );
    },
    async commit(group, topic, positions) {
      await open().commit(
        group,
        Array.from(positions, ([partition, nextOffset]) => ({ topic, partition, nextOffset })),
      );
    },
    grown: (topic, milliseconds) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          stop();
          resolve();
        };
        const timer = setTimeout(finish, milliseconds);
        const stop = open().onAppend(topic, finish);
      }),
    properties: () => properties,
  };
}

function recordsOf(batch: RecordBatch): BusRecord[] {
  return Array.from({ length: batch.count }, (_, at) => ({
    topic: batch.topic,
    partition: batch.partition,
    offset: batch.offset(at),
    timestamp: batch.timestamp(at),
    key: textOrNull(batch.key(at)),
    value: batch.value(at).toString('utf8'),
  }));
}

function textOrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
