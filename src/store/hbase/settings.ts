import type { OnStoreFailure } from '../key-value.ts';

/** How HBase is reached, and what is kept of it. Plain data. */
export interface HBaseSettings {
  /** host:port of its Thrift2 (or REST) servers. One is used at a time, the next when it fails. */
  readonly servers: readonly string[];
  /** Which of the two servers they are. Default thrift. */
  readonly gateway?: 'thrift' | 'rest';
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Thrift: whether the server wants framed messages (`hbase.regionserver.thrift.framed`). Default false. */
  readonly framed?: boolean;
  /** To each server, by each worker. Default 4. */
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  /** Longest time of a call. Default 5,000. */
  readonly requestTimeoutMs?: number;
  /** The table of what is not Metron's: users, sessions, versions. Default skopos. */
  readonly table?: string;
  /** Namespaces, so that `ns:table` is not read as a family of a table. */
  readonly namespaces?: readonly string[];
  readonly cacheSize?: number;
  /** How long a row that was found is kept. Default 600. */
  readonly cacheSeconds?: number;
  /** How long it is kept that a row is not there. Default 30. */
  readonly negativeSeconds?: number;
  /** How often it is asked whether a table changed. Default 250. */
  readonly versionMs?: number;
  readonly onStoreFailure?: OnStoreFailure;
}
