/**
 * What happens to each record: the raw-message strategy, the parser, and for every message its metadata, `source.type`, the field
 * transformations, `original_string`, the filter, the parser's own check and the global checks.
 *
 * A message without `guid` gets one from the pipeline (derived from the record's place in the log), through the sink.
 */
import { excerpt, ParseError, ParserConfigError } from './errors.ts';
import { setField } from './fields.ts';
import { readMap } from './jsonmap.ts';
import type { Message, Parser, ParseSink } from './parser.ts';
import { textSetting } from './settings.ts';

/** A record or a part of it that cannot go on. Fits a dead letter of the pipeline. */
export interface ParserFailure {
  /** `parser_error`: not understood, or a transformation failed. `parser_invalid`: a message that a check refused. */
  readonly errorType: 'parser_error' | 'parser_invalid';
  readonly sensor: string;
  readonly error: Error;
  /** The record's text, the refused line, or for `parser_invalid` the message as JSON. */
  readonly raw: string;
  /** Fields that failing checks name. */
  readonly errorFields?: readonly string[];
  /** Metadata of the record, under prefixed names. */
  readonly metadata?: Message;
}

export type DropReason = 'filtered' | 'skipped' | 'nothing';

/** Where a run puts what comes out. One sink serves a whole batch. */
export interface RunnerSink {
  emit(message: Message): void;
  fail(failure: ParserFailure): void;
  /**
   * Counted, nothing more: a message that the filter took out, a part of a record that holds none (`skipped`, with the parser's reason),
   * or a record of which a parser said nothing at all.
   */
  drop(reason: DropReason, detail?: string): void;
  /** An id for the message at hand, which has none. Absent: messages go to filters and checks without. */
  guid?(): string;
}

/** What transformations and their expressions see besides the message. */
export interface TransformationContext {
  readonly parserConfig: Readonly<Record<string, unknown>>;
  /** Metadata that was read but is not merged into messages; null otherwise. */
  readonly metadata: Message | null;
}

/** One entry of `fieldTransformations`: changes the message in place. What it throws fails the message, not its siblings. */
export interface FieldTransformation {
  apply(message: Message, context: TransformationContext): void;
}

export interface RunnerOptions {
  readonly sensor: string;
  readonly parser: Parser;
  readonly parserConfig?: Readonly<Record<string, unknown>>;
  readonly rawMessageStrategy?: 'DEFAULT' | 'ENVELOPE';
  /** `metadataPrefix` (default `metron.metadata`), `messageField` (ENVELOPE: required). */
  readonly rawMessageStrategyConfig?: Readonly<Record<string, unknown>>;
  /** Default: false for DEFAULT, true for ENVELOPE. */
  readonly readMetadata?: boolean;
  readonly mergeMetadata?: boolean;
  readonly transformations?: readonly FieldTransformation[];
  readonly filter?: (message: Message) => boolean;
  /** The global checks (`fieldValidations`): null when all hold, else the fields named by those that fail. */
  readonly check?: (message: Message) => readonly string[] | null;
}

/** The check of a parser that has none of its own: `timestamp` and `original_string` are there (null counts). */
export function hasMandatoryFields(message: Message): boolean {
  return message['timestamp'] !== undefined && message['original_string'] !== undefined;
}

/** Runs the records of one sensor. Keeps no state from one record to the next. */
export class ParserRunner implements ParseSink {
  readonly #options: RunnerOptions;
  readonly #sensor: string;
  readonly #parser: Parser;
  readonly #envelope: boolean;
  readonly #messageField: string;
  readonly #prefix: string;
  readonly #reads: boolean;
  readonly #merges: boolean;
  readonly #transformations: readonly FieldTransformation[];
  readonly #context: { parserConfig: Readonly<Record<string, unknown>>; metadata: Message | null };

  // The record at hand; set by run() only.
  #text = '';
  #metadata: Message | null = null;
  #sink: RunnerSink | undefined;
  #said = false;
  /** What the text does not tell all of. */
  #bytes: Uint8Array | undefined;

  /** Throws `ParserConfigError` when the ENVELOPE strategy has no `messageField`. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#sensor = options.sensor;
    this.#parser = options.parser;
    this.#envelope = options.rawMessageStrategy === 'ENVELOPE';
    this.#reads = options.readMetadata ?? this.#envelope;
    this.#merges = options.mergeMetadata ?? this.#envelope;
    const strategy = options.rawMessageStrategyConfig ?? {};
    this.#messageField = textSetting(strategy, 'messageField', '');
    if (this.#envelope && this.#messageField === '') {
      throw new ParserConfigError(
        `Sensor ${options.sensor} uses rawMessageStrategy ENVELOPE without a messageField`,
        {
          hint: 'Set rawMessageStrategyConfig.messageField to the member that holds the raw message',
        },
      );
    }
    const prefix = textSetting(strategy, 'metadataPrefix', 'metron.metadata');
    this.#prefix = prefix === '' ? '' : `${prefix}.`;
    this.#transformations = options.transformations ?? [];
    this.#context = { parserConfig: options.parserConfig ?? {}, metadata: null };
  }

  /**
   * Runs one record. `text` is its value, decoded; `metadata` what is known of it besides (`topic`, the members of a JSON key) under
   * plain names, or null. `bytes`: the value as it came; where the text does not tell all of it (bytes that are wrong in the character
   * set), messages keep it as `original_bytes` (Base64). Never throws for what a record holds.
   */
  run(
    text: string,
    metadata: Readonly<Record<string, unknown>> | null,
    sink: RunnerSink,
    bytes?: Uint8Array,
  ): void {
    this.#sink = sink;
    this.#said = false;
    this.#bytes = bytes !== undefined && isLossy(text, bytes) ? bytes : undefined;
    this.#text = text;
    this.#metadata = null;
    try {
      if (this.#reads && metadata !== null) this.#metadata = this.#prefixed(metadata);
      if (this.#envelope) this.#openEnvelope(text);
      this.#context.metadata = this.#merges ? null : this.#metadata;
      this.#parser.parse(this.#text, this);
      if (!this.#said) sink.drop('nothing');
    } catch (error) {
      this.#failure('parser_error', text, asError(error));
    }
  }

  emit(message: Message): void {
    this.#said = true;
    const sink = this.#sink;
    if (sink === undefined) return;
    if (this.#metadata !== null) this.#mergeMetadata(message, this.#metadata);
    message['source.type'] = this.#sensor;
    if (this.#transformations.length > 0 && !this.#transform(message)) return;
    if (message['guid'] === undefined && sink.guid !== undefined) message['guid'] = sink.guid();
    if (message['original_string'] === undefined || message['original_string'] === null) {
      message['original_string'] = this.#text;
    }
    if (this.#bytes !== undefined) message['original_bytes'] = base64(this.#bytes);
    let errorFields: readonly string[] | null;
    try {
      if (this.#options.filter !== undefined && !this.#options.filter(message)) {
        sink.drop('filtered');
        return;
      }
      const valid =
        this.#parser.validate === undefined ? hasMandatoryFields(message) : this.#parser.validate(message);
      if (!valid) {
        this.#failure('parser_invalid', JSON.stringify(message), missingFields(message));
        return;
      }
      errorFields = this.#options.check === undefined ? null : this.#options.check(message);
    } catch (error) {
      this.#failure('parser_error', this.#text, asError(error));
      return;
    }
    if (errorFields === null) {
      sink.emit(message);
      return;
    }
    const error = new ParseError(`The message fails a field validation over ${errorFields.join(', ')}`);
    this.#failure('parser_invalid', JSON.stringify(message), error, errorFields);
  }

  reject(line: string, error: Error): void {
    this.#failure('parser_error', line, error);
  }

  fail(error: Error): void {
    this.#failure('parser_error', this.#text, error);
  }

  skip(_line: string, reason: string): void {
    this.#said = true;
    this.#sink?.drop('skipped', reason);
  }

  #failure(
    errorType: ParserFailure['errorType'],
    raw: string,
    error: Error,
    errorFields?: readonly string[],
  ): void {
    this.#said = true;
    this.#sink?.fail({
      errorType,
      sensor: this.#sensor,
      error,
      raw,
      ...(errorFields === undefined ? null : { errorFields }),
      ...(this.#metadata === null ? null : { metadata: this.#metadata }),
    });
  }

  #transform(message: Message): boolean {
    try {
      for (const transformation of this.#transformations) transformation.apply(message, this.#context);
      return true;
    } catch (error) {
      this.#failure('parser_error', this.#text, asError(error));
      return false;
    }
  }

  #prefixed(metadata: Readonly<Record<string, unknown>>): Message {
    const out: Message = {};
    for (const name in metadata) setField(out, this.#prefix + name, metadata[name]);
    return out;
  }

  #openEnvelope(text: string): void {
    const envelope = readMap(text);
    const inner = Object.hasOwn(envelope, this.#messageField) ? envelope[this.#messageField] : undefined;
    if (typeof inner !== 'string') {
      throw new ParseError(`The envelope has no text in its member ${this.#messageField}: ${excerpt(text)}`);
    }
    this.#text = inner;
    if (!this.#reads) return;
    const metadata = this.#metadata ?? {};
    for (const name in envelope) {
      if (name !== this.#messageField) setField(metadata, this.#prefix + name, envelope[name]);
    }
    this.#metadata = metadata;
  }

  /** DEFAULT: metadata wins. ENVELOPE: it fills gaps; its `original_string` is inherited even when nothing else is merged. */
  #mergeMetadata(message: Message, metadata: Message): void {
    if (this.#envelope) {
      const original = metadata[`${this.#prefix}original_string`];
      if (typeof original === 'string') message['original_string'] = original;
    }
    if (!this.#merges) return;
    for (const name in metadata) {
      if (this.#envelope && Object.hasOwn(message, name) && message[name] !== null) continue;
      setField(message, name, metadata[name]);
    }
  }
}

/**
 * Metadata of a record: its topic, and the members of its key, which must be a JSON object when it is not empty. Throws
 * `ParseError` when it is something else.
 */
export function recordMetadata(topic: string, key: string | null): Message {
  const metadata: Message = { topic };
  if (key === null || key === '') return metadata;
  const members = readMap(key);
  for (const name in members) setField(metadata, name, members[name]);
  return metadata;
}

/** Whether bytes were replaced when the text was made of them. */
function isLossy(text: string, bytes: Uint8Array): boolean {
  return text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(bytes);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function missingFields(message: Message): ParseError {
  const missing = ['timestamp', 'original_string'].filter((name) => message[name] === undefined);
  return new ParseError(
    missing.length > 0
      ? `The message has no ${missing.join(' and no ')}`
      : 'The parser refuses its own message',
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
