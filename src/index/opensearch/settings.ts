import { type RemoteIndexOptions, type RemoteTls, remoteSettings } from '../remote/settings.ts';

export interface OpensearchIndexOptions extends RemoteIndexOptions {
  /** `http://host:9200` or `https://host:9200`, one or more. */
  readonly nodes: readonly string[];
  readonly tls?: RemoteTls & { readonly passphrase?: string };
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
  /** Largest bulk request, bytes. It starts at 2 MiB and goes by the time that answers take. Default 16 MiB. */
  readonly maxBulkBytes?: number;
  /** Most bulk requests at once. Default 4. */
  readonly maxConcurrency?: number;
}

export type Settings = Required<
  Omit<OpensearchIndexOptions, 'username' | 'password' | 'tls' | 'refreshInterval'>
> &
  Pick<OpensearchIndexOptions, 'username' | 'password' | 'tls' | 'refreshInterval'>;

export function settingsOf(options: OpensearchIndexOptions): Settings {
  return {
    ...options,
    ...remoteSettings(options),
    dateFormat: options.dateFormat ?? 'yyyy.MM.dd.HH',
    shards: options.shards ?? 1,
    replicas: options.replicas ?? 0,
    maxAgeMs: options.maxAgeMs ?? null,
    maxFields: options.maxFields ?? 1000,
    maxBulkBytes: options.maxBulkBytes ?? 16 * 1024 * 1024,
    maxConcurrency: options.maxConcurrency ?? 4,
  };
}
