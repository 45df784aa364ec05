/** What a stage says of an event that does not simply go on. Nothing is thrown past a stage's edge. */
import type { Message } from '../parsers/index.ts';

/** Metron's error types, one per stage. */
export type ErrorType =
  | 'parser_error'
  | 'parser_invalid'
  | 'enrichments_error'
  | 'threatintel_error'
  | 'indexing_error'
  | 'error';

/** An event that cannot go on: kept with its raw bytes in the error topic and the error index, replayable from there. */
export interface DeadLetter {
  readonly errorType: ErrorType;
  readonly sensor: string;
  readonly error: Error;
  /** Text of the record, or of its part that failed. */
  readonly raw: string;
  readonly errorFields?: readonly string[];
  readonly metadata?: Message;
  /** The event itself went on, without what failed: nothing to replay. */
  readonly wentOn?: boolean;
}

/** Where a message goes instead of on: another sensor parses it next, here or behind a topic; or nobody knows the topic. */
export type Redirect =
  | { readonly kind: 'sensor'; readonly sensor: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'unknown'; readonly topic: string };
