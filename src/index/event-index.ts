/**
 * The event index: where events are written once, searched, grouped, and where alerts are worked on.
 *
 * Every implementation (DuckDB on one machine; OpenSearch, Solr in a cluster) passes `conformance.ts` in this folder.
 * Field names hold dots (`source.type`); queries and requests may also write them with colons, as Metron's pages do.
 */
import type { Query } from './query/ast.ts';

/** Kinds of JSON values seen in a field, as bits. */
export const FieldKind = {
  null: 1,
  boolean: 2,
  /** A whole number within ±(2^53 − 1). */
  integer: 4,
  /** Any other number. */
  number: 8,
  text: 16,
  /** An array or object. */
  json: 32,
} as const;

/**
 * Encoded events of one sensor: what a worker hands to the index. Newline-delimited JSON, one flat object a line. Each line
 * starts with `{"guid":"…"`, so that an implementation which needs ids finds them without parsing.
 */
export interface EncodedEvents {
  readonly sensor: string;
  readonly ndjson: Uint8Array;
  readonly count: number;
  /** End (exclusive, after the newline) of each line in `ndjson`. */
  readonly lineEnds: Uint32Array;
  /** Bits of `FieldKind` seen for each field of these events. */
  readonly fields: Readonly<Record<string, number>>;
  /** Names of the fields that are null in an event, by its index. Absent: they must be looked for in the lines. */
  readonly nulls?: ReadonlyMap<number, readonly string[]>;
  /** Ascending indices of the events that are alerts (`is_alert` is "true"). */
  readonly alerts: Uint32Array;
}

/** Where in the bus the reader of these events stands after them. */
export interface SourceRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset read for this batch, and the offset to continue from. */
  readonly fromOffset: number;
  readonly nextOffset: number;
}

export interface IndexBatch {
  /** Events of any number of sensors that came out of `source`. */
  readonly events: readonly EncodedEvents[];
  /**
   * Stored together with the events, atomically where the store can. A batch whose `nextOffset` is not past the stored
   * position was written before and is skipped; without a source, events are compared by guid.
   */
  readonly source: SourceRange | null;
  /** Some of these events may have come from another place of the bus before (a replay): compared by guid, too. */
  readonly mayRepeat?: boolean;
}

export interface WriteReport {
  readonly written: number;
  /** Events left out because their guid was already there. */
  readonly duplicates: number;
  readonly refused: readonly { readonly sensor: string; readonly line: string; readonly reason: string }[];
}

export interface TimeRange {
  /** Epoch milliseconds, inclusive; null is open. */
  readonly from: number | null;
  /** Epoch milliseconds, exclusive; null is open. */
  readonly to: number | null;
}

/** What every request narrows by. */
export interface Scope {
  /** Sensors to look in; absent or empty: all but `error`. */
  readonly sensors?: readonly string[];
  readonly query: Query;
  readonly timeRange?: TimeRange;
  /** Only alerts (`is_alert`). */
  readonly alertsOnly?: boolean;
}

export interface SortField {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

export interface SearchRequest extends Scope {
  readonly from: number;
  readonly size: number;
  /** Documents without the field come last for `desc` and first for `asc`, as in Metron. Default `timestamp` descending. */
  readonly sort?: readonly SortField[];
  /** Projection; absent: all fields. */
  readonly fields?: readonly string[];
  /** Fields whose ten most frequent values are counted. */
  readonly facetFields?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface IndexedEvent {
  readonly guid: string;
  readonly sensor: string;
  /** Fields as they were written, types kept; for an alert with its patches applied. */
  readonly source: Record<string, unknown>;
  /** Grows with each patch; 0 for an event never patched. */
  readonly version: number;
  readonly score: number | null;
}

export interface SearchResult {
  readonly total: number;
  readonly results: readonly IndexedEvent[];
  readonly facetCounts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface GroupRequest extends Scope {
  readonly groups: readonly {
    readonly field: string;
    readonly order?: { readonly groupOrderType: 'count' | 'term'; readonly sortOrder: 'asc' | 'desc' };
  }[];
  /** Summed over each group. */
  readonly scoreField?: string;
  /** At most this many groups a level; 1000 when absent. */
  readonly limit?: number;
}

export interface GroupResult {
  readonly key: string;
  readonly total: number;
  readonly score?: number;
  readonly groupedBy: string | null;
  readonly groupResults: readonly GroupResult[] | null;
}

export interface HistogramRequest extends Scope {
  readonly timeRange: { readonly from: number; readonly to: number };
  /** Bucket width, milliseconds. */
  readonly interval: number;
}

/** Severity by `threat.triage.score`: low is below 25, medium below 50, high below 75, critical from 75 on; none without a score. */
export interface HistogramBucket {
  /** Start of the bucket, epoch milliseconds. */
  readonly time: number;
  readonly none: number;
  readonly low: number;
  readonly medium: number;
  readonly high: number;
  readonly critical: number;
}

export type ColumnType =
  | 'text'
  | 'keyword'
  | 'ip'
  | 'integer'
  | 'long'
  | 'date'
  | 'float'
  | 'double'
  | 'boolean'
  | 'other';

/** One step of a patch: RFC 6902 in Metron's reading (flat paths, no array indices, case-insensitive `op`). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove' | 'copy' | 'move' | 'test';
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

export interface EventIndex {
  /** Writes batches in one transaction where the store has them. */
  write(batches: readonly IndexBatch[]): Promise<WriteReport>;
  /** Positions stored with the events: where readers of the bus continue after a start. */
  positions(): Promise<
    readonly { readonly topic: string; readonly partition: number; readonly nextOffset: number }[]
  >;
  search(request: SearchRequest): Promise<SearchResult>;
  group(request: GroupRequest): Promise<readonly GroupResult[]>;
  histogram(request: HistogramRequest): Promise<readonly HistogramBucket[]>;
  find(guid: string, sensor?: string): Promise<IndexedEvent | null>;
  /**
   * Changes an alert. With `expectedVersion`, refuses with `IndexError` code `SKP_INDEX_CONFLICT` when it is not the present
   * one. An event that is no alert yet becomes mutable by its first patch; the event as it was indexed stays as it is.
   */
  patch(
    guid: string,
    sensor: string | undefined,
    operations: readonly PatchOperation[],
    expectedVersion?: number,
  ): Promise<IndexedEvent>;
  columns(sensors?: readonly string[]): Promise<Readonly<Record<string, ColumnType>>>;
  sensors(): Promise<readonly string[]>;
  /** Seals, expires and compacts what is due; also runs by itself. */
  maintain(now: number): Promise<void>;
  close(): Promise<void>;
}
