import type { Consumer, RecordsBatch } from '@platformatic/kafka';

/** What the client does not export by name. */
export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;
export type FetchedPartition = FetchResponse['responses'][number]['partitions'][number];

const transactional = 0x10;
const control = 0x20;

/** What of a fetched partition may be read, and the offset to go on from. */
export interface CommittedRecords {
  readonly batches: readonly RecordsBatch[];
  readonly nextOffset: number;
}

/**
 * Leaves out the records of aborted transactions and the markers that end transactions (Kafka's protocol guide, "Fetch": aborted
 * transactions of a response, in the order of their first offsets). The client's own filter lets aborted records through when one
 * producer aborted several times within a response, or when the marker lies outside of it.
 */
export function committedRecords(partition: FetchedPartition, from: number): CommittedRecords {
  const batches = partition.records ?? [];
  const aborted = [...(partition.abortedTransactions ?? [])].sort((a, b) =>
    a.firstOffset < b.firstOffset ? -1 : a.firstOffset > b.firstOffset ? 1 : 0,
  );
  const aborting = new Set<bigint>();
  const kept: RecordsBatch[] = [];
  let nextAborted = 0;
  let nextOffset = from;
  for (const batch of batches) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    nextOffset = Math.max(nextOffset, Number(last) + 1);
    for (let found = aborted[nextAborted]; found !== undefined && found.firstOffset <= last; ) {
      aborting.add(found.producerId);
      nextAborted += 1;
      found = aborted[nextAborted];
    }
    if ((batch.attributes & control) !== 0) {
      // A marker's key: version, then type; type 0 is an abort.
      const key = batch.records[0]?.key;
      if (key !== undefined && key !== null && key.length >= 4 && key.readInt16BE(2) === 0) {
        aborting.delete(batch.producerId);
      }
      continue;
    }
    if ((batch.attributes & transactional) !== 0 && aborting.has(batch.producerId)) continue;
    kept.push(batch);
  }
  return { batches: kept, nextOffset };
}
