import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { BaseOptions, SASLOptions } from '@platformatic/kafka';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** How a log reaches its brokers, and what it asks of them. */
export interface KafkaSettings {
  /** `host:port`, one or more: the others are learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  /** Options of `tls.connect`: `ca`, `cert` and `key` (mutual TLS), `servername`. Absent: no TLS. */
  readonly tls?: TlsOptions;
  readonly sasl?:
    | {
        readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
        readonly username: string;
        readonly password: string;
      }
    | { readonly mechanism: 'OAUTHBEARER'; readonly token: () => string | Promise<string> };
  /** Default `zstd`. */
  readonly compression?: Compression;
  /** Copies of each partition of topics made here; absent: the brokers' default. */
  readonly replication?: number;
  /** Largest batch that is appended or read, bytes; topics made here allow it. Default 32 MiB. */
  readonly maxBatchBytes?: number;
  /** How long requests are repeated while brokers fail over, ms. Default 60,000. */
  readonly retryForMs?: number;
  /** A member that was not heard of for so long loses its partitions, ms. Default 45,000. A drain has to end within it. */
  readonly sessionTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  /** Static membership: a member of this name that comes back within the session's time gets its partitions again. */
  readonly groupInstanceId?: string;
}

export const defaultMaxBatchBytes = 32 * 1024 * 1024;
export const defaultRetryForMs = 60_000;
export const retryDelayMs = 250;

/** The part of the client's options that all its clients share. */
export function clientOptions(settings: KafkaSettings): BaseOptions {
  const retryForMs = settings.retryForMs ?? defaultRetryForMs;
  return {
    clientId: settings.clientId ?? 'skopos',
    bootstrapBrokers: [...settings.brokers],
    // More than an election takes; see docs/bus.md.
    retries: Math.max(1, Math.ceil(retryForMs / retryDelayMs)),
    retryDelay: retryDelayMs,
    timeout: 30_000,
    connectTimeout: 5_000,
    ...(settings.tls === undefined ? {} : { tls: settings.tls }),
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl as SASLOptions }),
  };
}
