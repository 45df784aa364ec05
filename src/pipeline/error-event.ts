/** What becomes of a failure: an event of the sensor `error` with Metron's fields, and a record of the error topic. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { LogRecord } from '../bus/index.ts';
import { type Lineage, lineageHeaders, lineageKey, longestChain } from './lineage.ts';
import type { DeadLetter } from './outcome.ts';

export const errorTopic = 'errors';
/** Which failures were worked again: a record for each, its key the failure's id. */
export const replayedTopic = 'errors.replayed';
export const errorSensor = 'error';

/** A keyword longer than this is cut in the index (Lucene's term limit); the error topic keeps all of it. */
const longestStack = 8_000;

export interface FailedRecord {
  readonly letter: DeadLetter;
  /** Where it came from. */
  readonly topic: string;
  /** See `RecordBatch`. */
  readonly identity?: string;
  readonly partition: number;
  readonly offset: number;
  /** Counts the failures of one record. */
  readonly number: number;
  /** Id of the error event, derived from that place. */
  readonly guid: string;
  /** The record's bytes as they came in. */
  readonly value: Buffer;
  /** Where it first came from, when the pipeline itself appended it. */
  readonly lineage: Lineage | null;
  /** The sensors that the message went through before the one that it failed in. */
  readonly chain: readonly string[];
}

/** The event as the error index holds it. `now`: epoch milliseconds. */
export function errorEvent(failed: FailedRecord, now: number): Record<string, unknown> {
  const { letter } = failed;
  const event: Record<string, unknown> = {
    guid: failed.guid,
    'source.type': errorSensor,
    timestamp: now,
    error_type: letter.errorType,
    failed_sensor_type: letter.sensor,
    message: letter.error.message,
    exception: `${letter.error.name}: ${letter.error.message}`,
    stack: (letter.error.stack ?? '').slice(0, longestStack),
    hostname: hostname(),
    raw_message: letter.raw,
    error_hash: errorHash(letter),
    origin_topic: failed.topic,
    origin_partition: failed.partition,
    origin_offset: failed.offset,
  };
  if (letter.errorFields !== undefined && letter.errorFields.length > 0)
    event['error_fields'] = letter.errorFields.join(',');
  // Bytes that are no text are kept as they were: the text above shows replacement characters for them.
  if (letter.raw.includes('\ufffd')) event['raw_message_bytes'] = failed.value.toString('base64');
  if (failed.chain.length > 0) event['chain'] = [...failed.chain, letter.sensor].join(' > ');
  if (letter.metadata !== undefined) {
    for (const [key, value] of Object.entries(letter.metadata))
      if (!Object.hasOwn(event, key)) event[key] = value;
  }
  return event;
}

/** SHA-256 of the raw message, or of `field-value` pairs joined with a bar when the offending fields are known. */
function errorHash(letter: DeadLetter): string {
  return createHash('sha256').update(hashedText(letter)).digest('hex');
}

function hashedText({ raw, errorFields = [] }: DeadLetter): string {
  if (errorFields.length === 0) return raw;
  // The raw text is the refused message as JSON.
  const message = JSON.parse(raw) as Record<string, unknown>;
  return errorFields.map((field) => `${field}-${String(message[field] ?? null)}`).join('|');
}

/** The record of the error topic: the bytes untouched, and what is known of the failure in its headers. */
export function errorRecord(failed: FailedRecord, now: number): LogRecord {
  const origin = failed.lineage ?? ownLineage(failed);
  return {
    key: Buffer.from(failed.guid, 'utf8'),
    value: failed.value,
    timestamp: now,
    headers: {
      errorType: failed.letter.errorType,
      sensor: failed.letter.sensor,
      reason: failed.letter.error.message.slice(0, 1_000),
      origin: `${failed.topic}/${failed.partition}/${failed.offset}`,
      guid: failed.guid,
      ...(origin === null ? {} : lineageHeaders(origin)),
      ...(failed.letter.wentOn === true ? { wentOn: 'true' } : {}),
    },
  };
}

/** Where ids come from a topic's identity and not from its name, the record says which that was. */
function ownLineage({ identity, partition, offset }: FailedRecord): Lineage | null {
  return identity === undefined
    ? null
    : { topic: identity, partition, offset, numbers: null, chain: [], mayRepeat: false };
}

/** The record of a sensor's own error topic: the event as JSON, as in Metron; null when that would go round in circles. */
export function errorCopy(
  failed: FailedRecord,
  event: Readonly<Record<string, unknown>>,
  now: number,
): LogRecord | null {
  const chain = [...failed.chain, failed.letter.sensor];
  if (chain.length >= longestChain) return null;
  const { topic, partition, offset } = failed.lineage ?? ownLineage(failed) ?? failed;
  const numbers = `${failed.lineage?.numbers ?? ''}e${failed.number}`;
  return {
    key: lineageKey,
    value: Buffer.from(JSON.stringify(event), 'utf8'),
    timestamp: now,
    headers: lineageHeaders({ topic, partition, offset, numbers, chain, mayRepeat: false }),
  };
}
