import { TEXT_FIELDS } from '../text-fields.ts';

export interface OpensearchIndexOptions {
  /** `http://host:9200` or `https://host:9200`, one or more. */
  readonly nodes: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: {
    /** PEM of the authorities that the servers' certificates must come from; absent: those that Node knows. */
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    /** False: take any certificate. For trials only. */
    readonly rejectUnauthorized?: boolean;
  };
  /** Part of an index's name that says when it was written: `yyyy`, `MM`, `dd`, `HH` (UTC) and `.`, `-`. Default `yyyy.MM.dd.HH`. */
  readonly dateFormat?: string;
  /** Shards of each index, and copies of each. Default 1 and 0: with more than one node, set `replicas` to 1. */
  readonly shards?: number;
  readonly replicas?: number;
  /** How soon what was written is found, such as `1s`; absent: what the server does by itself. */
  readonly refreshInterval?: string;
  /** Indices made longer ago are dropped, ms; null keeps them. Default null. */
  readonly maxAgeMs?: number | null;
  /** Fields of a sensor with a mapping of their own; values of further ones are found as well. Default 1,000. */
  readonly maxFields?: number;
  /** Fields that hold lines of text: terms find words in them, not only whole values. */
  readonly textFields?: readonly string[];
  /** Largest bulk request, bytes. It starts at 2 MiB and goes by the time that answers take. Default 16 MiB. */
  readonly maxBulkBytes?: number;
  /** Most bulk requests at once. Default 4. */
  readonly maxConcurrency?: number;
  /** How long a write is repeated while the server refuses or is away, before it fails and nothing of its position is stored. Default 30,000 ms. */
  readonly retryForMs?: number;
  /** A search that takes longer ends with `SKP_INDEX_TIMEOUT`. Default 30,000 ms. */
  readonly queryTimeoutMs?: number;
  /** Epoch ms; handed in so that tests need not wait. */
  readonly clock?: () => number;
  /** Told what went wrong in upkeep that ran by itself. */
  readonly onError?: (error: unknown) => void;
  /** How often the upkeep runs by itself, ms; 0: only when `maintain` is called. Default 60,000. */
  readonly maintainEveryMs?: number;
}

export type Settings = Required<
  Omit<OpensearchIndexOptions, 'username' | 'password' | 'tls' | 'refreshInterval'>
> &
  Pick<OpensearchIndexOptions, 'username' | 'password' | 'tls' | 'refreshInterval'>;

export function settingsOf(options: OpensearchIndexOptions): Settings {
  return {
    ...options,
    dateFormat: options.dateFormat ?? 'yyyy.MM.dd.HH',
    shards: options.shards ?? 1,
    replicas: options.replicas ?? 0,
    maxAgeMs: options.maxAgeMs ?? null,
    maxFields: options.maxFields ?? 1000,
    textFields: options.textFields ?? TEXT_FIELDS,
    maxBulkBytes: options.maxBulkBytes ?? 16 * 1024 * 1024,
    maxConcurrency: options.maxConcurrency ?? 4,
    retryForMs: options.retryForMs ?? 30_000,
    queryTimeoutMs: options.queryTimeoutMs ?? 30_000,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? (() => undefined),
    maintainEveryMs: options.maintainEveryMs ?? 60_000,
  };
}
