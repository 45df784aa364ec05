import { TEXT_FIELDS } from '../text-fields.ts';

/** What every index on a server takes. */
export interface RemoteIndexOptions {
  readonly username?: string;
  readonly password?: string;
  /** Fields that hold lines of text: terms find words in them, not only whole values. */
  readonly textFields?: readonly string[];
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

export interface RemoteTls {
  /** PEM of the authorities that the servers' certificates must come from; absent: those that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: take any certificate. For trials only. */
  readonly rejectUnauthorized?: boolean;
}

type Defaults = Required<Omit<RemoteIndexOptions, 'username' | 'password'>>;

export function remoteSettings(options: RemoteIndexOptions): Defaults {
  return {
    textFields: options.textFields ?? TEXT_FIELDS,
    retryForMs: options.retryForMs ?? 30_000,
    queryTimeoutMs: options.queryTimeoutMs ?? 30_000,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? (() => undefined),
    maintainEveryMs: options.maintainEveryMs ?? 60_000,
  };
}
