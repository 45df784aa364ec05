/** What every implementation of the bus refuses alike. */
import { BusError } from './bus-error.ts';
import type { GroupPosition, PartitionAppend, TopicOptions } from './event-log.ts';

/** Names of topics and groups: Kafka's rule. */
export function checkName(kind: 'topic' | 'group', name: string): void {
  if (/^[A-Za-z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..') return;
  throw new BusError('SKP_BUS_NAME', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a ${kind}`, {
    hint: 'Use 1 to 249 letters, digits, dots, underscores and hyphens.',
  });
}

export function checkTopicOptions(topic: string, options: TopicOptions): void {
  const { partitions, retentionMs, retentionBytes, compacted = false } = options;
  const valid = (value: number | undefined) => value === undefined || (value >= 0 && !Number.isNaN(value));
  if (
    Number.isInteger(partitions) &&
    partitions >= 1 &&
    partitions <= 4096 &&
    valid(retentionMs) &&
    valid(retentionBytes) &&
    !(compacted && (retentionMs !== undefined || retentionBytes !== undefined))
  ) {
    return;
  }
  throw new BusError(
    'SKP_BUS_TOPIC_OPTIONS',
    `Topic ${topic} cannot have the options ${JSON.stringify(options)}`,
    {
      hint: 'partitions: 1 to 4096; retentionMs and retentionBytes: 0 or more, or left out, as they are where compacted is set.',
    },
  );
}

export function checkRecords({ topic, partition, records }: PartitionAppend): void {
  if (records.length > 0) return;
  throw new BusError('SKP_BUS_EMPTY_BATCH', `An empty batch cannot be appended to ${topic}/${partition}`, {
    hint: 'Leave the append out when a batch has no records.',
  });
}

export function checkPosition({ topic, partition, nextOffset }: GroupPosition, group: string): void {
  if (Number.isSafeInteger(nextOffset) && nextOffset >= 0) return;
  throw new BusError(
    'SKP_BUS_POSITION',
    `${nextOffset} is not an offset (${topic}/${partition}, group ${group})`,
  );
}
