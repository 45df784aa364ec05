import { TEXT_FIELDS } from '../text-fields.ts';

export interface SolrIndexOptions {
  /** Base address with its context: `http://solr-1:8983/solr`. Several: the next is asked when one does not answer. */
  readonly nodes: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Begin of the names of collections. Default `skopos_`. */
  readonly prefix?: string;
  /** Configset that collections are made with. Default `_default`. */
  readonly configset?: string;
  /** Of collections made here. Default 1 and 1. */
  readonly shards?: number;
  readonly replicas?: number;
  /** Within how many ms searches see what was written. Default 1,000. */
  readonly commitWithinMs?: number;
  /** Events older than this (by `timestamp`) are deleted, ms; null keeps them. Default null. */
  readonly maxAgeMs?: number | null;
  /** Fields that hold lines of text: terms find words in them, not only whole values. */
  readonly textFields?: readonly string[];
  /** Largest update request, bytes. Default 8 MiB. */
  readonly maxBatchBytes?: number;
  /** How long a write is repeated while the server refuses or is away. Default 30,000 ms. */
  readonly retryForMs?: number;
  /** A search that takes longer ends with `SKP_INDEX_TIMEOUT`. Default 30,000 ms. */
  readonly queryTimeoutMs?: number;
  /** Epoch ms. */
  readonly clock?: () => number;
  /** Told what went wrong in upkeep that ran by itself. */
  readonly onError?: (error: unknown) => void;
  /** How often the upkeep runs by itself, ms; 0: only when `maintain` is called. Default 60,000. */
  readonly maintainEveryMs?: number;
}

type Given = 'username' | 'password' | 'tls';
export type Settings = Required<Omit<SolrIndexOptions, Given>> & Pick<SolrIndexOptions, Given>;

export function settingsOf(options: SolrIndexOptions): Settings {
  return {
    ...options,
    prefix: options.prefix ?? 'skopos_',
    configset: options.configset ?? '_default',
    shards: options.shards ?? 1,
    replicas: options.replicas ?? 1,
    commitWithinMs: options.commitWithinMs ?? 1000,
    maxAgeMs: options.maxAgeMs ?? null,
    textFields: options.textFields ?? TEXT_FIELDS,
    maxBatchBytes: options.maxBatchBytes ?? 8 * 1024 * 1024,
    retryForMs: options.retryForMs ?? 30_000,
    queryTimeoutMs: options.queryTimeoutMs ?? 30_000,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? (() => undefined),
    maintainEveryMs: options.maintainEveryMs ?? 60_000,
  };
}
