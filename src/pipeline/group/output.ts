/** Events as records of the topic `indexing`: JSON without a key, as Metron's enrichment writes them. */
import type { EncodedEvents } from '../../index/index.ts';
import type { OutboxRecord } from '../outbox.ts';

/** What enrichment hands to indexing, in Metron's name. */
export const indexingTopic = 'indexing';

export function eventRecords({ ndjson, lineEnds, count }: EncodedEvents, offset: number): OutboxRecord[] {
  const records = new Array<OutboxRecord>(count);
  let start = 0;
  for (let at = 0; at < count; at++) {
    const end = lineEnds[at] ?? start;
    // Without the line's end.
    records[at] = { topic: indexingTopic, offset, record: { value: ndjson.subarray(start, end - 1) } };
    start = end;
  }
  return records;
}
