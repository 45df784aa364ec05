/** What becomes of a record that ends every worker that works it: an error like others, with its bytes and the reason. */
import type { EventLog } from '../bus/index.ts';
import { SkoposError } from '../errors.ts';
import { encodeEvents } from '../index/index.ts';
import { errorEvent, errorRecord, errorSensor, errorTopic, type FailedRecord } from './error-event.ts';
import type { SinkBatch } from './index-sink.ts';
import { Places } from './places.ts';

/** Of the text in the index; the error topic keeps all bytes. */
const mostText = 1024 * 1024;

export interface PoisonedRecord {
  readonly sensor: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** How the last worker ended. */
  readonly reason: Error;
  /** What is wrong with it, when no worker ended. */
  readonly error?: SkoposError;
}

/** The batch that takes the record's place. */
export async function setAside(
  poisoned: PoisonedRecord,
  context: { readonly log: EventLog; readonly logId: string; readonly now: number },
): Promise<Omit<SinkBatch, 'done'>> {
  const { sensor, topic, partition, offset, reason, error } = poisoned;
  const record = await context.log.read(topic, partition, offset, { maxRecords: 1, maxBytes: 1 });
  const source = { topic: record?.identity ?? topic, partition, fromOffset: offset, nextOffset: offset + 1 };
  // Retention took it.
  if (record === null || record.baseOffset !== offset) return { batch: { events: [], source }, records: [] };
  const value = record.value(0);
  const failed: FailedRecord = {
    letter: {
      errorType: 'error',
      sensor,
      error:
        error ??
        new SkoposError(
          'SKP_PIPELINE_POISON',
          `This record ended each worker that worked it, the last time so: ${reason.message}`,
          { cause: reason },
        ),
      raw: value.toString('utf8', 0, mostText),
    },
    topic,
    ...(record.identity === undefined ? {} : { identity: record.identity }),
    partition,
    offset,
    number: 0,
    guid: new Places(context.logId, record.identity ?? topic, partition).errors.at(offset, 0),
    value,
    lineage: null,
    chain: [],
  };
  return {
    batch: { events: [encodeEvents(errorSensor, [errorEvent(failed, context.now)])], source },
    records: [{ topic: errorTopic, offset, record: errorRecord(failed, context.now) }],
  };
}
