import type { MessageToProduce } from '@platformatic/kafka';
import { BusError } from '../bus-error.ts';
import type { LogRecord } from '../event-log.ts';

/**
 * The client writes a record's time as its distance from that of the batch's first record, and writes distances of 2^31 ms (24 days)
 * and more wrongly. Such a record gets the time of the first one, and its own in a header that readers of the bus do not see.
 */
export const timestampHeader = 'skopos.timestamp';

/** Milliseconds. */
const farTimestamp = 2 ** 31;

/**
 * Records as the client takes them. Copies: the caller's buffers are its own again. Throws `SKP_BUS_TOO_LARGE` for a batch of more than
 * `most` bytes.
 */
export function messagesOf(
  topic: string,
  partition: number,
  records: readonly LogRecord[],
  most: number,
): MessageToProduce[] {
  let bytes = 0;
  for (const { value, key } of records) bytes += value.length + (key?.length ?? 0) + 32;
  if (bytes > most) {
    throw new BusError(
      'SKP_BUS_TOO_LARGE',
      `A batch of ${bytes} bytes cannot be appended to ${topic}/${partition}: ${most} are the most`,
      { hint: 'Append it in parts.' },
    );
  }
  const now = Date.now();
  const first = Math.trunc(records[0]?.timestamp ?? now);
  // One buffer for all: each by itself would be memory outside of the heap, which drives the collector.
  const copies = Buffer.allocUnsafe(bytes);
  let end = 0;
  const copied = (part: Uint8Array): Buffer => {
    const from = end;
    end += part.length;
    copies.set(part, from);
    return copies.subarray(from, end);
  };
  return records.map(({ value, key, headers = {}, timestamp }) => {
    const time = Math.trunc(timestamp ?? now);
    const near = Math.abs(time - first) < farTimestamp;
    const entries = Object.entries(headers).map(([name, text]): [Buffer, Buffer] => [
      Buffer.from(name),
      Buffer.from(text),
    ]);
    if (!near) entries.push([Buffer.from(timestampHeader), Buffer.from(String(time))]);
    return {
      topic,
      partition,
      value: copied(value),
      ...(key === undefined || key === null ? {} : { key: copied(key) }),
      ...(entries.length === 0 ? {} : { headers: new Map(entries) }),
      timestamp: BigInt(near ? time : first),
    };
  });
}
