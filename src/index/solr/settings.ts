import { type RemoteIndexOptions, type RemoteTls, remoteSettings } from '../remote/settings.ts';

export interface SolrIndexOptions extends RemoteIndexOptions {
  /** Base address with its context: `http://solr-1:8983/solr`. Several: the next is asked when one does not answer. */
  readonly nodes: readonly string[];
  readonly tls?: RemoteTls;
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
  /** Largest update request, bytes. Default 8 MiB. */
  readonly maxBatchBytes?: number;
}

type Given = 'username' | 'password' | 'tls';
export type Settings = Required<Omit<SolrIndexOptions, Given>> & Pick<SolrIndexOptions, Given>;

export function settingsOf(options: SolrIndexOptions): Settings {
  return {
    ...options,
    ...remoteSettings(options),
    prefix: options.prefix ?? 'skopos_',
    configset: options.configset ?? '_default',
    shards: options.shards ?? 1,
    replicas: options.replicas ?? 1,
    commitWithinMs: options.commitWithinMs ?? 1000,
    maxAgeMs: options.maxAgeMs ?? null,
    maxBatchBytes: options.maxBatchBytes ?? 8 * 1024 * 1024,
  };
}
