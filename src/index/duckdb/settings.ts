import { TEXT_FIELDS } from '../text-fields.ts';

export interface DuckdbIndexOptions {
  /** Memory for DuckDB: caches, sorting, what is being written. Default 512. */
  readonly memoryLimitMb?: number;
  /** Threads for one statement. Default 2. */
  readonly threads?: number;
  /** Searches at the same time; further ones wait. Default 2. */
  readonly searches?: number;
  /** A search that takes longer ends with `SKP_INDEX_TIMEOUT`. Default 30,000 ms. */
  readonly queryTimeoutMs?: number;
  /** Rows after which a table of events is sealed into a Parquet segment. Default 120,000: a row group of Parquet, and little enough that most tables are sealed before a checkpoint would write them. */
  readonly sealRows?: number;
  /** Age after which it is sealed nevertheless, ms. Default a day. */
  readonly sealAgeMs?: number;
  /** The same for alerts, which stay in a table longer because they change. Default 500,000 rows. */
  readonly sealAlertRows?: number;
  /** Segments whose newest event is older are deleted, ms; null keeps them. Default null. */
  readonly maxAgeMs?: number | null;
  /**
   * Distinct values of a column are kept beside a segment, with their counts, when of a few thousand rows at most this share
   * have different ones (of whole numbers, half of it). Default 0.95.
   */
  readonly valueShare?: number;
  /** Segments of fewer rows have no file of values. Default 4,000. */
  readonly valueRows?: number;
  /** The oldest segments are deleted while all of them together are larger; null: no limit. Default null. */
  readonly maxBytes?: number | null;
  /**
   * Columns of a sensor; fields beyond it are kept together as JSON and found more slowly. Default 400: the writer of Parquet
   * needs a quarter of a megabyte for each.
   */
  readonly maxColumns?: number;
  /** Fields that hold lines of text: terms find words in them, not only whole values. */
  readonly textFields?: readonly string[];
  /** Epoch ms; handed in so that tests need not wait. */
  readonly clock?: () => number;
  /** Told what went wrong in upkeep that ran by itself: a full disk, mostly. It is tried again with the next round. */
  readonly onError?: (error: unknown) => void;
  /** How often the upkeep runs by itself, ms; 0: only when `maintain` is called. Default 5,000. */
  readonly maintainEveryMs?: number;
}

export type Settings = Required<DuckdbIndexOptions>;

const DAY = 86_400_000;

export function settingsOf(options: DuckdbIndexOptions): Settings {
  return {
    memoryLimitMb: options.memoryLimitMb ?? 512,
    threads: options.threads ?? 2,
    searches: options.searches ?? 2,
    queryTimeoutMs: options.queryTimeoutMs ?? 30_000,
    sealRows: options.sealRows ?? 120_000,
    sealAgeMs: options.sealAgeMs ?? DAY,
    sealAlertRows: options.sealAlertRows ?? 500_000,
    maxAgeMs: options.maxAgeMs ?? null,
    maxBytes: options.maxBytes ?? null,
    valueShare: options.valueShare ?? 0.95,
    valueRows: options.valueRows ?? 4000,
    maxColumns: options.maxColumns ?? 400,
    textFields: options.textFields ?? TEXT_FIELDS,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? (() => undefined),
    maintainEveryMs: options.maintainEveryMs ?? 5000,
  };
}
