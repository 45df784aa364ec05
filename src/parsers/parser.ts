/**
 * What a parser is. A parser turns the text of one raw record into messages; it is pure: the clock, the zone and files are
 * handed in.
 */

/** A flat JSON object. Keys are field names (Metron's where it has one); values are JSON values. */
export type Message = Record<string, unknown>;

/** Where a parser puts what it found; calling none of them is a silent drop, which Metron allows. */
export interface ParseSink {
  emit(message: Message): void;
  /** One line of the record was refused; the others go on. `line` is the refused part. */
  reject(line: string, error: Error): void;
  /** The whole record was refused (Metron's master error). */
  fail(error: Error): void;
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
  /** `text` is the record decoded by the sensor's `readCharset` (UTF-8 unless told otherwise). */
  parse(text: string, sink: ParseSink): void;
  /** Whether a message may go on. Absent: `timestamp` and `original_string` must be present. */
  validate?(message: Message): boolean;
}

/** A parser as it stands in the registry: built-in ones and those of plug-ins alike. */
export interface ParserType {
  /** Short name, such as `asa`. */
  readonly name: string;
  /** Names by which `parserClassName` may refer to it; Metron's class name first. */
  readonly classNames: readonly string[];
  readonly description: string;
  /** Builds a parser from `parserConfig`. Throws `ParserConfigError` when the configuration is wrong. */
  configure(config: Readonly<Record<string, unknown>>, environment: ParserEnvironment): Parser;
}
