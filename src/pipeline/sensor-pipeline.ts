/**
 * The stages of one sensor, fused: records of the log in, enriched and scored messages out. Nothing is thrown: what cannot
 * go on is in `failed`, with its bytes.
 */
import type { RecordBatch } from '../bus/index.ts';
import type { SensorConfig } from '../config/index.ts';
import {
  type Asides,
  createStage,
  type EnrichmentServices,
  type SharedFragment,
  type Stage,
  type TaskError,
} from '../enrichments/index.ts';
import {
  charsetDecoder,
  type Message,
  type ParserFailure,
  type ParserRunner,
  recordMetadata,
} from '../parsers/index.ts';
import type { Capabilities, CompiledExpression } from '../stellar/index.ts';
import { addEnrichmentError, createTriage, type Triage } from '../triage/index.ts';
import type { FailedRecord } from './error-event.ts';
import { GuidSequence, maxPosition } from './guid.ts';
import type { DeadLetter, ErrorType } from './outcome.ts';

export interface SensorPipelineOptions {
  readonly config: SensorConfig;
  readonly runner: ParserRunner;
  /** Java's name of the charset of the sensor's records. */
  readonly charset: string;
  /** Whether records' metadata (topic, key) is read. */
  readonly readMetadata: boolean;
  readonly services: EnrichmentServices;
  readonly capabilities: Capabilities;
  readonly compile: (source: string) => CompiledExpression;
  readonly clock: { now(): number };
  /** Tells one deployment's log from another's; see guid.ts. */
  readonly logId: string;
  /** Whether look-ups' output is kept beside the messages, for an encoder that knows of it. Default false. */
  readonly asides?: boolean;
  /** Whether Metron's timing fields are added. */
  readonly timing: boolean;
}

/** What the API takes as an id. */
const longestGuid = 200;

/** What came of a batch. Arrays are the caller's to keep. */
export interface BatchOutcome {
  readonly messages: Message[];
  /** What look-ups added to each message, kept beside it; null when it stands in the messages. */
  readonly asides: Asides | null;
  readonly failed: FailedRecord[];
  readonly received: number;
  readonly bytes: number;
  /** Messages that the sensor's filter let go. */
  readonly filtered: number;
  /** Records of which the parser made nothing, which it may. */
  readonly empty: number;
  /** Risk rules that failed on an event. */
  readonly ruleErrors: number;
}

interface Place {
  readonly topic: string;
  readonly guids: GuidSequence;
  readonly errorGuids: GuidSequence;
}

export class SensorPipeline {
  readonly sensor: string;
  readonly #options: SensorPipelineOptions;
  readonly #enrichment: Stage;
  readonly #threatIntel: Stage;
  readonly #triage: Triage;
  readonly #places = new Map<string, Place>();
  readonly #decode: (bytes: Buffer) => string;
  readonly #keepsAside: boolean;

  constructor(options: SensorPipelineOptions) {
    const { config, compile, capabilities, services, clock } = options;
    const { enrichment, threatIntel, configuration } = config.enrichment;
    this.sensor = config.sensor;
    this.#options = options;
    this.#decode = charsetDecoder(options.charset);
    const shared = {
      compile,
      capabilities,
      services,
      // Statements of both stages see the enrichment block's settings, as in Metron.
      scopes: [enrichment.config, configuration],
      ...(options.timing ? { timing: clock } : {}),
    };
    this.#enrichment = createStage({ ...shared, stage: 'enrichment', block: enrichment });
    this.#threatIntel = createStage({ ...shared, stage: 'threatIntel', block: threatIntel });
    this.#keepsAside =
      options.asides === true && this.#enrichment.mayStandAside && this.#threatIntel.mayStandAside;
    this.#triage = createTriage({
      config: threatIntel.triageConfig,
      scopes: [configuration, threatIntel.config],
      compile,
      capabilities,
    });
  }

  async process(batch: RecordBatch): Promise<BatchOutcome> {
    const work = new BatchWork(batch, this.#place(batch), this.sensor);
    work.parse(this.#options.runner, this.#decode, this.#options.readMetadata);
    const { messages } = work;
    const asides = this.#keepsAside ? messages.map((): SharedFragment[] => []) : undefined;
    if (asides !== undefined) work.asides = asides;
    const enriching = this.#enrichment.run(
      messages,
      work.taskFailed('enrichments_error', 'ENRICHMENT'),
      asides,
    );
    if (enriching !== undefined) await enriching;
    const looking = this.#threatIntel.run(
      messages,
      work.taskFailed('threatintel_error', 'THREAT_INTEL'),
      asides,
    );
    if (looking !== undefined) await looking;
    const count = (): void => {
      work.ruleErrors++;
    };
    const scoring = this.#triage.run(messages, count, asides);
    if (scoring !== undefined) await scoring;
    return work;
  }

  #place({ topic, partition }: RecordBatch): Place {
    const key = `${partition}/${topic}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      const { logId } = this.#options;
      place = {
        topic,
        guids: new GuidSequence(logId, topic, partition),
        errorGuids: new GuidSequence(logId, `${topic}\nerrors`, partition),
      };
      this.#places.set(key, place);
    }
    return place;
  }
}

class BatchWork implements BatchOutcome {
  readonly messages: Message[] = [];
  asides: Asides | null = null;
  readonly failed: FailedRecord[] = [];
  readonly received: number;
  bytes = 0;
  filtered = 0;
  empty = 0;
  ruleErrors = 0;
  readonly #batch: RecordBatch;
  readonly #place: Place;
  readonly #sensor: string;
  /** Index of the record in the batch, for each message. */
  readonly #recordOf: number[] = [];
  readonly #errorsAt = new Map<number, number>();
  #record = 0;
  #position = 0;

  constructor(batch: RecordBatch, place: Place, sensor: string) {
    this.#batch = batch;
    this.#place = place;
    this.#sensor = sensor;
    this.received = batch.count;
  }

  parse(runner: ParserRunner, decode: (bytes: Buffer) => string, readMetadata: boolean): void {
    const batch = this.#batch;
    for (let record = 0; record < batch.count; record++) {
      this.#record = record;
      this.#position = 0;
      const value = batch.value(record);
      this.bytes += value.length;
      const text = decode(value);
      let metadata: Message | null = null;
      if (readMetadata) {
        const key = batch.key(record);
        try {
          metadata = recordMetadata(batch.topic, key === null ? null : Buffer.from(key).toString('utf8'));
        } catch (error) {
          this.fail({ errorType: 'parser_error', sensor: this.#sensor, error: error as Error, raw: text });
          continue;
        }
      }
      runner.run(text, metadata, this);
    }
  }

  // The runner's sink: called for each message and each failure of the record at hand.

  emit(message: Message): void {
    if (this.#position > maxPosition) {
      this.fail({
        errorType: 'parser_error',
        sensor: this.#sensor,
        error: new RangeError(`The record holds more than ${maxPosition + 1} messages`),
        raw: '',
      });
      return;
    }
    // The sender's own stays where it can be an id.
    const { guid } = message;
    if (typeof guid !== 'string' || guid === '' || guid.length > longestGuid) {
      message['guid'] = this.#place.guids.at(this.#batch.offset(this.#record), this.#position);
    }
    this.#position++;
    this.messages.push(message);
    this.#recordOf.push(this.#record);
  }

  fail(letter: ParserFailure): void {
    this.#keep(this.#record, letter);
  }

  guid(): string {
    return this.#place.guids.at(this.#batch.offset(this.#record), Math.min(this.#position, maxPosition));
  }

  drop(reason: 'filtered' | 'nothing'): void {
    if (reason === 'filtered') this.filtered++;
    else this.empty++;
  }

  taskFailed(errorType: ErrorType, stage: string): (error: TaskError) => void {
    return ({ index, adapter, error, input }) => {
      const text = `${stage} error with ${adapter} failed: ${error.message}`;
      addEnrichmentError(this.messages[index]!, text);
      this.#keep(this.#recordOf[index]!, {
        errorType,
        sensor: this.#sensor,
        error: Object.assign(
          new Error(text, { cause: error }),
          error.stack === undefined ? {} : { stack: error.stack },
        ),
        raw: JSON.stringify({ ...input, 'source.type': this.#sensor }),
        wentOn: true,
      });
    };
  }

  #keep(record: number, letter: DeadLetter): void {
    const batch = this.#batch;
    const offset = batch.offset(record);
    const number = this.#errorsAt.get(record) ?? 0;
    this.#errorsAt.set(record, number + 1);
    this.failed.push({
      letter,
      topic: batch.topic,
      partition: batch.partition,
      offset,
      guid: this.#place.errorGuids.at(offset, number),
      // Copied: the batch's bytes are only valid until the next read.
      value: Buffer.from(batch.value(record)),
    });
  }
}
