/**
 * What a parser is. A parser turns the text of one raw record into messages; it is pure: the clock, the zone and files are
 * handed in.
 */

/** A flat JSON object. Keys are field names (Metron's where it has one); values are JSON values. */
export type Message = Record<string, unknown>;

/** Where a parser puts what it found. Every part of a record ends in one of the four: nothing is passed over in silence. */
export interface ParseSink {
  emit(message: Message): void;
  /** One line of the record was refused; the others go on. `line` is the refused part. */
  reject(line: string, error: Error): void;
  /** The whole record was refused (Metron's master error). */
  fail(error: Error): void;
  /** A part of the record that holds no message by the format's own rules (a comment, a blank line, …). Counted. */
  skip(line: string, reason: string): void;
}

export interface ParserEnvironment {
  /** Epoch milliseconds. */
  now(): number;
  /** IANA name of the zone for formats without one, such as `UTC`. */
  readonly timeZone: string;
  /** Reads a configuration file named by a parser (a Grok pattern file, say). Throws when it is absent. */
  readFile(path: string): string;
}

export interface Parser {
  /** All fields that its messages may have, whatever the records hold; absent where records bring names of their own. */
  readonly messageFields?: readonly string[] | undefined;
  /** `text` is the record decoded by the sensor's `readCharset` (UTF-8 unless told otherwise). */
  parse(text: string, sink: ParseSink): void;
  /** Whether a message may go on. Absent: `timestamp` and `original_string` must be present. */
  validate?(message: Message): boolean;
}

/**
 * What the value of an option is. `list`: of texts, or one text; `map`: a JSON object; `objects`: a list of them; `flag`: a boolean
 * that may be written as the text "true" or "false"; `any`: checked by the parser itself.
 */
export type OptionType =
  | 'text'
  | 'boolean'
  | 'flag'
  | 'integer'
  | 'number'
  | 'list'
  | 'map'
  | 'objects'
  | 'any'
  /** Names of a charset, a time zone, a date pattern, a regular expression, a file: text, checked when the parser is made. */
  | 'charset'
  | 'zone'
  | 'dateFormat'
  | 'regex'
  | 'file';

/** One key of `parserConfig`: reference pages, checks and completion come from it. */
export interface ParserOption {
  readonly name: string;
  readonly type: OptionType;
  /** What may stand there, where not everything of the type may. */
  readonly choices?: readonly string[];
  /** What holds when the key is absent; absent itself where nothing does, or where the description says. */
  readonly default?: unknown;
  readonly required?: boolean;
  /** One sentence or two, in Markdown. */
  readonly description: string;
}

/** A parser as it stands in the registry: built-in ones and those of plug-ins alike. */
export interface ParserType {
  /** Short name, such as `asa`. */
  readonly name: string;
  /** Names by which `parserClassName` may refer to it; Metron's class name first. */
  readonly classNames: readonly string[];
  readonly description: string;
  /**
   * Its keys of `parserConfig`, besides those that all parsers know (see options.ts). Keys that are not here and that no Stellar
   * expression of the sensor reads are told to whoever writes the configuration. Absent: not checked.
   */
  readonly options?: readonly ParserOption[];
  /** Records as devices send them, at least five, written for this purpose: for reference pages, detection and tests. */
  readonly samples?: readonly string[];
  /** The `parserConfig` under which the samples are read; absent: none is needed. */
  readonly sampleConfig?: Readonly<Record<string, unknown>>;
  /** False for a format that another parser reads as well: detection names that one. */
  readonly detectable?: boolean;
  /** The text of a record, for a format that may be binary; absent: `decode`, which goes by the character set. Never throws for what a record holds. */
  readBytes?(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): string;
  /** Where the format is described: titles and addresses. */
  readonly references?: readonly string[];
  /** Builds a parser from `parserConfig`. Throws `ParserConfigError` when the configuration is wrong. */
  configure(config: Readonly<Record<string, unknown>>, environment: ParserEnvironment): Parser;
}
