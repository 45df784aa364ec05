import type { TextFacts } from './ngram-filter.ts';
import type { RawLines } from './raw/raw-lines.ts';
import type { Sensor } from './sensors.ts';

/** Columns of every table and segment. `more` holds fields beyond the limit of columns, `nulls` the names of null fields. */
export const BASE_COLUMNS = ['guid', 'ts', 'more', 'nulls'] as const;
/** Columns that only tables of alerts have. */
export const ALERT_COLUMNS = ['version', 'alert'] as const;

/** A table that takes in events (or alerts) until it is sealed into a segment. */
export interface HotTable {
  readonly name: string;
  readonly sensor: Sensor;
  readonly generation: number;
  readonly alerts: boolean;
  readonly createdAt: number;
  readonly columns: Set<string>;
  rows: number;
  /** No longer written to: about to become a segment. */
  closed: boolean;
}

/** A sealed Parquet file. */
export interface Segment {
  readonly id: number;
  readonly sensor: Sensor;
  readonly alerts: boolean;
  /** Name within `segments/`, and where that is. */
  readonly file: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of the rows that have a timestamp; null when none has. */
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly timed: number;
  readonly minGuid: string;
  readonly maxGuid: string;
  readonly sealedAt: number;
  readonly columns: ReadonlySet<string>;
  /** Columns of text that has no upper-case letters: comparing them without regard to case costs nothing. */
  readonly lower: ReadonlySet<string>;
  /** Columns of text without any letters, such as addresses: what has letters need not be looked for there. */
  readonly caseless: ReadonlySet<string>;
  /** Numbers of rows that were patched and live on among the alerts. */
  readonly superseded: Set<number>;
  /** How raw lines are kept; null when they are a column like others. */
  readonly raw: RawLines | null;
  /** Columns whose distinct values are in the segment's file of values. */
  readonly valueColumns: ReadonlySet<string>;
  readonly valuesPath: string;
  /** What is known of the texts of other columns; the sets of their pieces are in a file of their own. */
  readonly texts: ReadonlyMap<string, TextFacts>;
  readonly ngramsPath: string;
}

/** All files of a segment. */
export function filesOf(file: string): readonly string[] {
  return [file, valuesFile(file), ngramsFile(file)];
}

/** Name of the file with the distinct values of a segment's columns, beside the segment's own. */
export function valuesFile(file: string): string {
  return file.replace(/[.]parquet$/, '.values.parquet');
}

/** Name of the file with the sets of pieces of a segment's texts. */
export function ngramsFile(file: string): string {
  return file.replace(/[.]parquet$/, '.ngrams');
}
