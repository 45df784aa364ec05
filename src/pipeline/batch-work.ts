/**
 * The work on one batch: its records through their sensor's parser, redirected messages through the parsers of the sensors they
 * are redirected to, and what came of it all.
 *
 * Every outcome of a record (message, failure, message let go) has a number, in order. Ids come from the record's place and that
 * number, so that a record that is worked again gives what it gave before the same ids, also when a line that failed then now
 * does not.
 */
import type { LogRecord, RecordBatch } from '../bus/index.ts';
import type { Asides, TaskError } from '../enrichments/index.ts';
import { SkoposError } from '../errors.ts';
import { type DropReason, type Message, type ParserFailure, recordMetadata } from '../parsers/index.ts';
import { addEnrichmentError } from '../triage/index.ts';
import type { FailedRecord } from './error-event.ts';
import { maxPosition } from './guid.ts';
import { extendChain, type Lineage, lineageHeaders, lineageKey, readLineage } from './lineage.ts';
import type { DeadLetter, ErrorType, Redirect } from './outcome.ts';
import type { Places } from './places.ts';
import type { SensorPipeline } from './sensor-pipeline.ts';
import { isStoreAway, markNotEnriched } from './store-away.ts';

/** What the API takes as an id. */
const longestGuid = 200;
/** A forwarded message larger than this is an error: the bus takes no record of any size. */
const mostForwardedBytes = 32 * 1024 * 1024;
/** Messages of one record that go on to other sensors, and the characters of them all. */
const mostSentOn = 20_000;
const mostSentOnText = 64 * 1024 * 1024;

/** A message for a topic that is read elsewhere, or in its own turn. */
export interface ForwardedRecord {
  readonly topic: string;
  /** Offset of the record that it came from. */
  readonly offset: number;
  readonly record: LogRecord;
}

/** The messages of one sensor. */
export interface SensorMessages {
  readonly sensor: string;
  readonly messages: Message[];
  /** What look-ups added to each message, kept beside it; null when it stands in the messages. */
  readonly asides: Asides | null;
}

/** What came of a batch. Arrays are the caller's to keep. */
export interface BatchOutcome extends SensorMessages {
  /** Messages that were redirected to other sensors of this program, by the sensor that parsed them last. */
  readonly chained: readonly SensorMessages[];
  readonly forwarded: readonly ForwardedRecord[];
  readonly failed: FailedRecord[];
  readonly received: number;
  readonly bytes: number;
  /** Messages that went to another sensor or topic. */
  readonly redirected: number;
  /** Messages that the sensor's filter let go. */
  readonly filtered: number;
  /** Records of which the parser made nothing, which it may. */
  readonly empty: number;
  /** Risk rules that failed on an event. */
  readonly ruleErrors: number;
  /** Messages of which something was not looked up, since no server of the store answered; they say so themselves. */
  readonly notEnriched: number;
  /** Some events may have been written before, out of another record. */
  readonly mayRepeat: boolean;
}

/** The messages of one sensor of the batch on their way through its stages. */
export interface Group {
  readonly sensor: string;
  readonly pipeline: SensorPipeline;
  readonly messages: Message[];
  /** Index of the record in the batch, for each message. */
  readonly recordOf: number[];
  asides: Asides | null;
}

/** A message that another sensor parses next. */
interface Pending {
  readonly group: Group;
  readonly text: string;
  readonly chain: readonly string[];
}

export class BatchWork implements BatchOutcome {
  readonly sensor: string;
  readonly messages: Message[];
  asides: Asides | null = null;
  readonly chained: Group[] = [];
  readonly forwarded: ForwardedRecord[] = [];
  readonly failed: FailedRecord[] = [];
  readonly received: number;
  bytes = 0;
  redirected = 0;
  filtered = 0;
  empty = 0;
  ruleErrors = 0;
  notEnriched = 0;
  mayRepeat = false;
  readonly #batch: RecordBatch;
  readonly #places: Places;
  readonly #own: Group;
  readonly #pipelineOf: (sensor: string) => SensorPipeline | undefined;
  readonly #errorsAt = new Map<number, number>();
  // The record at hand.
  #record = 0;
  #position = 0;
  #lineage: Lineage | null = null;
  #group: Group;
  #chain: readonly string[] = [];
  /** The last id of the sender's own in this record: what is cut out of one envelope inherits one id. */
  #inherited = '';
  readonly #pending: Pending[] = [];
  /** Messages of this record that went on to other sensors. */
  #sentOn = 0;
  #sentOnText = 0;
  /** The bytes of the record that failed last: all that fails of a record shares them. */
  #kept: { readonly record: number; readonly value: Buffer } | null = null;

  constructor(
    batch: RecordBatch,
    places: Places,
    pipeline: SensorPipeline,
    pipelineOf: (sensor: string) => SensorPipeline | undefined,
  ) {
    this.#batch = batch;
    this.#places = places;
    this.#pipelineOf = pipelineOf;
    this.sensor = pipeline.sensor;
    this.#own = { sensor: pipeline.sensor, pipeline, messages: [], recordOf: [], asides: null };
    this.#group = this.#own;
    this.messages = this.#own.messages;
    this.received = batch.count;
  }

  /** The groups that have messages or may have. */
  groups(): readonly Group[] {
    return this.chained.length === 0 ? [this.#own] : [this.#own, ...this.chained];
  }

  parse(): void {
    const batch = this.#batch;
    const own = this.#own;
    const { decode, readMetadata, runner } = own.pipeline;
    for (let record = 0; record < batch.count; record++) {
      this.#record = record;
      this.#position = 0;
      this.#inherited = '';
      this.#sentOn = 0;
      this.#sentOnText = 0;
      this.#begin(this.#lineageOf(record));
      const value = batch.value(record);
      this.bytes += value.length;
      const text = decode(value);
      let metadata: Message | null = null;
      if (readMetadata) {
        const key = batch.key(record);
        try {
          metadata = recordMetadata(batch.topic, key === null ? null : Buffer.from(key).toString('utf8'));
        } catch (error) {
          this.fail({ errorType: 'parser_error', sensor: this.sensor, error: error as Error, raw: text });
          continue;
        }
      }
      runner.run(text, metadata, this, value);
      if (this.#pending.length > 0) this.#workPending();
    }
  }

  // The runner's sink: called for each message and each failure of the record at hand.

  emit(message: Message): void {
    const position = this.#next();
    if (position < 0) return;
    // The sender's own stays where it can be an id.
    const { guid } = message;
    if (typeof guid !== 'string' || guid === '' || guid === this.#inherited || guid.length > longestGuid) {
      message['guid'] = this.#guid(position);
    } else this.#inherited = guid;
    const { router } = this.#group.pipeline;
    if (router !== null) {
      const redirect = router(message);
      if (redirect !== null) {
        this.#redirect(message, redirect, position);
        return;
      }
    }
    this.#group.messages.push(message);
    this.#group.recordOf.push(this.#record);
  }

  fail(letter: ParserFailure): void {
    this.#position++;
    this.#keep(this.#record, letter);
  }

  guid(): string {
    return this.#guid(Math.min(this.#position, maxPosition));
  }

  drop(reason: DropReason): void {
    this.#position++;
    if (reason === 'filtered') this.filtered++;
    else this.empty++;
  }

  taskFailed(group: Group, errorType: ErrorType, stage: string): (error: TaskError) => void {
    return ({ index, adapter, error, input }) => {
      if (this.storeAway(group, index, adapter, error)) return;
      const text = `${stage} error with ${adapter} failed: ${error.message}`;
      addEnrichmentError(group.messages[index]!, text);
      this.#keep(group.recordOf[index]!, {
        errorType,
        sensor: group.sensor,
        error: Object.assign(
          new Error(text, { cause: error }),
          error.stack === undefined ? {} : { stack: error.stack },
        ),
        raw: JSON.stringify({ ...input, 'source.type': group.sensor }),
        wentOn: true,
      });
    };
  }

  /** Marks a message when the store being away is the reason of a failure: the event is whole but for that, and no error. */
  storeAway(group: Group, index: number, adapter: string, error: Error): boolean {
    if (!isStoreAway(error)) return false;
    if (markNotEnriched(group.messages[index]!, adapter)) this.notEnriched++;
    return true;
  }

  #begin(lineage: Lineage | null): void {
    this.#lineage = lineage;
    this.#group = this.#own;
    this.#chain = lineage?.chain ?? [];
    if (lineage?.mayRepeat === true) this.mayRepeat = true;
  }

  /** The number of the outcome at hand; −1 when the record has too many, which is said once. */
  #next(): number {
    const position = this.#position++;
    if (position <= maxPosition) return position;
    if (position === maxPosition + 1) {
      this.#keep(this.#record, {
        errorType: 'parser_error',
        sensor: this.#group.sensor,
        error: new RangeError(`The record holds more than ${maxPosition + 1} messages`),
        raw: '',
      });
    }
    return -1;
  }

  #guid(position: number): string {
    const lineage = this.#lineage;
    if (lineage === null) return this.#places.own.at(this.#batch.offset(this.#record), position);
    return this.#places.of(lineage).at(lineage.offset, position);
  }

  /** Queued and not parsed at once: a parser that gets its own message again must have finished with the one before. */
  #redirect(message: Message, redirect: Redirect, position: number): void {
    const { sensor } = this.#group;
    // Sensors that make many messages of one and send all of them on multiply them at every step.
    if (this.#sentOn > mostSentOn) return;
    let text = '';
    try {
      text = JSON.stringify(message);
      this.#sentOnText += text.length;
      if (++this.#sentOn > mostSentOn || this.#sentOnText > mostSentOnText) {
        this.#sentOn = mostSentOn + 1;
        throw tooMany(this.#chain, sensor);
      }
      if (redirect.kind === 'unknown') throw unknownTopic(sensor, redirect.topic);
      const target = redirect.kind === 'sensor' ? redirect.sensor : redirect.topic;
      const chain = extendChain(this.#chain, sensor, target);
      if (redirect.kind === 'topic') this.#forward(redirect.topic, text, chain, position);
      else this.#pending.push({ group: this.#groupOf(redirect.sensor), text, chain });
      this.redirected++;
    } catch (error) {
      this.#keep(this.#record, { errorType: 'parser_error', sensor, error: error as Error, raw: text });
    }
  }

  #workPending(): void {
    // It grows while it is worked.
    for (const { group, text, chain } of this.#pending) {
      this.#group = group;
      this.#chain = chain;
      this.#inherited = '';
      const { runner, readMetadata, topic } = group.pipeline;
      runner.run(text, readMetadata ? { topic } : null, this);
    }
    this.#pending.length = 0;
  }

  #groupOf(sensor: string): Group {
    if (sensor === this.#own.sensor) return this.#own;
    let group = this.chained.find((one) => one.sensor === sensor);
    if (group === undefined) {
      const pipeline = this.#pipelineOf(sensor);
      if (pipeline === undefined) throw notWorking(this.#group.sensor, sensor);
      group = { sensor, pipeline, messages: [], recordOf: [], asides: null };
      this.chained.push(group);
    }
    return group;
  }

  #forward(topic: string, text: string, chain: readonly string[], number: number): void {
    const value = Buffer.from(text, 'utf8');
    if (value.length > mostForwardedBytes) throw tooLarge(topic, value.length);
    const offset = this.#batch.offset(this.#record);
    const lineage = this.#lineage;
    const { identity, topic: own, partition } = this.#batch;
    const place = lineage ?? { topic: identity ?? own, partition, offset };
    const headers = lineageHeaders({
      topic: place.topic,
      partition: place.partition,
      offset: place.offset,
      numbers: lineage === null || lineage.numbers === null ? `${number}` : `${lineage.numbers}.${number}`,
      chain,
      mayRepeat: lineage?.mayRepeat ?? false,
    });
    const timestamp = this.#batch.timestamp(this.#record);
    this.forwarded.push({ topic, offset, record: { key: lineageKey, value, headers, timestamp } });
  }

  #keep(record: number, letter: DeadLetter): void {
    const batch = this.#batch;
    const offset = batch.offset(record);
    const number = this.#errorsAt.get(record) ?? 0;
    this.#errorsAt.set(record, number + 1);
    // Copied: the batch's bytes are only valid until the next read.
    if (this.#kept?.record !== record) this.#kept = { record, value: Buffer.from(batch.value(record)) };
    const lineage = this.#lineageOf(record);
    this.failed.push({
      letter,
      ...(batch.identity === undefined ? {} : { identity: batch.identity }),
      topic: batch.topic,
      partition: batch.partition,
      offset,
      number,
      guid: this.#places.errors.at(offset, Math.min(number, maxPosition)),
      value: this.#kept.value,
      lineage,
      chain: record === this.#record ? this.#chain : (lineage?.chain ?? []),
    });
  }

  #lineageOf(record: number): Lineage | null {
    const key = this.#batch.key(record);
    return key !== null && key.length === 0 ? readLineage(this.#batch.headers(record)) : null;
  }
}

function unknownTopic(sensor: string, topic: string): SkoposError {
  return new SkoposError(
    'SKP_PIPELINE_TOPIC',
    `A message of ${sensor} names the topic ${JSON.stringify(topic.slice(0, 80))}, which no sensor here reads`,
    {
      hint: 'Add a sensor with that sensorTopic, or name the topic in parserConfig, redirect.topics; then skopos replay errors.',
    },
  );
}

function tooMany(chain: readonly string[], sensor: string): SkoposError {
  return new SkoposError(
    'SKP_PIPELINE_CHAIN',
    `Of one record more than ${mostSentOn} messages, or ${mostSentOnText} characters of them, went on to other sensors (${[...chain, sensor].join(' > ')}); the rest is left out`,
    {
      hint: 'Look for a loop of sensors that make several messages of one (kafka.topicField, kafka.topic, outputTopic).',
    },
  );
}

function notWorking(sensor: string, target: string): SkoposError {
  return new SkoposError(
    'SKP_PIPELINE_TARGET',
    `A message of ${sensor} goes on to ${target}, whose configuration does not work`,
    { hint: `Mend parsers/${target}.json (skopos config check), then skopos replay errors.` },
  );
}

function tooLarge(topic: string, bytes: number): SkoposError {
  return new SkoposError(
    'SKP_PIPELINE_FORWARD',
    `A message of ${bytes} bytes is too large to be sent to the topic ${topic}: ${mostForwardedBytes} at most`,
  );
}
