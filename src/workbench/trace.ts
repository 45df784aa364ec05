/** What each step of parsing did to a record: for `skopos parse --explain` and those who write configurations. */
import type { SensorParserConfig, Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import {
  type DropReason,
  type FieldTransformation,
  type Message,
  type Parser,
  type ParserFailure,
  ParserRunner,
  type ParseSink,
  type RunnerSink,
} from '../parsers/index.ts';
import { sensorRunnerOptions } from '../pipeline/index.ts';

/** A field that a step added (`before` undefined), changed, or took away (`after` undefined). */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface TraceStep {
  /** `parser`, `metadata`, `transformation`, `original`, `filter`, `validation`. */
  readonly kind: 'parser' | 'metadata' | 'transformation' | 'original' | 'filter' | 'validation';
  /** Such as `asa`, `transformation 2: STELLAR`. */
  readonly name: string;
  readonly changes: readonly FieldChange[];
  /** What it decided, or why it failed. */
  readonly note: string | null;
}

export interface MessageTrace {
  readonly steps: readonly TraceStep[];
  readonly outcome: 'emitted' | 'filtered' | 'failed';
  /** The message in the end; what it had come to where it did not go on. */
  readonly message: Message;
  readonly failure: ParserFailure | null;
}

export interface RecordTrace {
  readonly raw: string;
  readonly messages: readonly MessageTrace[];
  /** Of lines or the whole record, where there is no message to speak of. */
  readonly failures: readonly ParserFailure[];
  /** Why parts of the record hold no message, as the parser says: a comment, a blank line, … */
  readonly skipped: readonly string[];
}

export interface TraceOptions {
  readonly clock: { now(): number };
}

/**
 * Runs records of one sensor as the pipeline does, and writes down what every step did. Keeps no state between records.
 *
 * @throws SkoposError when there is no such sensor or its configuration cannot work
 */
export class SensorTracer {
  readonly #runner: ParserRunner;
  readonly #recorder: Recorder;

  constructor(snapshot: Snapshot, sensor: string, { clock }: TraceOptions) {
    const config = parserOf(snapshot, sensor);
    const real = sensorRunnerOptions(snapshot, sensor, config, { clock, capabilities: { clock } });
    const recorder = new Recorder();
    this.#recorder = recorder;
    const { filter, check } = real;
    this.#runner = new ParserRunner({
      ...real,
      parser: recordedParser(real.parser, config.parserClassName, recorder),
      transformations: (real.transformations ?? []).map((transformation, index) =>
        recordedTransformation(
          transformation,
          `transformation ${index + 1}: ${config.fieldTransformations[index]?.transformation ?? ''}`,
          recorder,
        ),
      ),
      ...(filter === undefined
        ? {}
        : {
            filter: (message) => {
              recorder.settle(message);
              const passes = filter(message);
              recorder.step(
                'filter',
                config.filterClassName ?? 'filter',
                message,
                passes ? 'goes on' : 'is let go',
              );
              return passes;
            },
          }),
      ...(check === undefined
        ? {}
        : {
            check: (message) => {
              recorder.settle(message);
              const failing = check(message);
              recorder.step(
                'validation',
                'fieldValidations',
                message,
                failing === null ? 'all hold' : `fails over ${failing.join(', ')}`,
              );
              return failing;
            },
          }),
    });
  }

  /** `bytes`: the record as it came, where it may be no text in the character set. */
  run(
    raw: string,
    metadata: Readonly<Record<string, unknown>> | null = null,
    bytes?: Uint8Array,
  ): RecordTrace {
    this.#recorder.begin();
    this.#runner.run(raw, metadata, this.#recorder, bytes);
    return this.#recorder.end(raw);
  }
}

export function parserOf(snapshot: Snapshot, sensor: string): SensorParserConfig {
  const config = snapshot.parsers.get(sensor);
  if (config !== undefined) return config;
  throw new SkoposError('SKP_SENSOR', `There is no sensor ${JSON.stringify(sensor)}`, {
    hint: `Sensors: ${[...snapshot.parsers.keys()].sort().join(', ')}.`,
  });
}

class Recorder implements RunnerSink {
  #messages: MessageTrace[] = [];
  #failures: ParserFailure[] = [];
  #skipped: string[] = [];
  #steps: TraceStep[] = [];
  /** The message under way as the last step left it; null between messages. */
  #last: Message | null = null;

  begin(): void {
    this.#messages = [];
    this.#failures = [];
    this.#skipped = [];
    this.#last = null;
  }

  end(raw: string): RecordTrace {
    return { raw, messages: this.#messages, failures: this.#failures, skipped: this.#skipped };
  }

  beginMessage(parser: string, message: Message): void {
    this.#steps = [];
    this.#last = {};
    this.step('parser', parser, message, null);
  }

  step(kind: TraceStep['kind'], name: string, message: Message, note: string | null): void {
    this.#steps.push({ kind, name, changes: changesBetween(this.#last ?? {}, message), note });
    this.#last = copyOf(message);
  }

  /** What the runner itself adds between the steps: metadata and `source.type` first, `original_string` later. */
  settle(message: Message): void {
    const changes = changesBetween(this.#last ?? {}, message);
    if (changes.length === 0) return;
    const kind = Object.hasOwn(this.#last ?? {}, 'source.type') ? 'original' : 'metadata';
    this.#steps.push({
      kind,
      name: kind === 'original' ? 'original_string' : 'source and metadata',
      changes,
      note: null,
    });
    this.#last = copyOf(message);
  }

  emit(message: Message): void {
    this.settle(message);
    this.#close('emitted', message, null);
  }

  fail(failure: ParserFailure): void {
    if (this.#last === null) this.#failures.push(failure);
    else this.#close('failed', this.#last, failure);
  }

  drop(reason: DropReason, detail?: string): void {
    if (reason === 'filtered') this.#close('filtered', this.#last ?? {}, null);
    else this.#skipped.push(detail ?? 'the parser says nothing of it');
  }

  #close(outcome: MessageTrace['outcome'], message: Message, failure: ParserFailure | null): void {
    this.#messages.push({ steps: this.#steps, outcome, message: copyOf(message), failure });
    this.#steps = [];
    this.#last = null;
  }
}

function recordedParser(parser: Parser, name: string, recorder: Recorder): Parser {
  return {
    parse(text: string, sink: ParseSink): void {
      parser.parse(text, {
        emit: (message) => {
          recorder.beginMessage(name, message);
          sink.emit(message);
        },
        reject: (line, error) => sink.reject(line, error),
        fail: (error) => sink.fail(error),
        skip: (line, reason) => sink.skip(line, reason),
      });
    },
    ...(parser.validate === undefined
      ? {}
      : { validate: (message: Message) => parser.validate?.(message) ?? true }),
  };
}

function recordedTransformation(
  transformation: FieldTransformation,
  name: string,
  recorder: Recorder,
): FieldTransformation {
  return {
    apply(message, context) {
      recorder.settle(message);
      try {
        transformation.apply(message, context);
      } catch (error) {
        recorder.step('transformation', name, message, `failed: ${(error as Error).message}`);
        throw error;
      }
      recorder.step('transformation', name, message, null);
    },
  };
}

function copyOf(message: Message): Message {
  return Object.fromEntries(Object.entries(message));
}

/** In the order of the fields: first those of `before`, then what is new. */
function changesBetween(before: Message, after: Message): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of Object.keys(before)) {
    if (!Object.hasOwn(after, field)) changes.push({ field, before: before[field], after: undefined });
    else if (before[field] !== after[field] && JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      changes.push({ field, before: before[field], after: after[field] });
  }
  for (const field of Object.keys(after)) {
    if (!Object.hasOwn(before, field)) changes.push({ field, before: undefined, after: after[field] });
  }
  return changes;
}
