/** What all ways in have in common. */
import type { EventLog } from '../bus/index.ts';
import type { Appender } from './appender.ts';
import type { IngestMetrics } from './metrics.ts';

export type ListenerKind = 'syslog-udp' | 'syslog-tcp' | 'syslog-tls' | 'http' | 'tail' | 'netflow';

export interface ListenerContext {
  readonly appender: Appender;
  /** The bus, for those who look up what they appended before. */
  readonly log: Pick<EventLog, 'read' | 'describe'>;
  /** Folder that relative paths in the configuration start from. */
  readonly configFolder: string;
  /** Folder of this Skopos' own state: what a listener must remember stands here. */
  readonly stateFolder: string;
  /** Told what went wrong and is not the matter of one message: a port in use, a failed handshake, an unreadable file. */
  readonly report: (listener: string, error: Error) => void;
}

export interface ListenerStatus {
  readonly name: string;
  readonly kind: ListenerKind;
  readonly sensor: string;
  readonly state: 'starting' | 'listening' | 'failed' | 'stopped';
  /** What it is bound to, `127.0.0.1:514`; the patterns for files. */
  readonly address: string;
  /** Open connections, or files being followed. */
  readonly connections: number;
  /** Why it failed, or what its operator should know. */
  readonly problem: string | null;
  readonly metrics: IngestMetrics;
}

export interface Listener {
  /** Resolves when messages can come. Rejects with `IngestError` when it cannot open. */
  start(): Promise<void>;
  /** Takes no more messages; what was taken is with the appender afterwards. */
  stop(): Promise<void>;
  status(): ListenerStatus;
}

/** `10.0.0.1` for `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** `10.0.0.1:514`, `[::1]:514`. */
export function shownAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Why a port could not be opened, said so that it can be mended. */
export function bindHint(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'another program has this port: stop it, or choose another port';
  if (error.code === 'EACCES') {
    return 'ports below 1024 need a privilege: choose a higher one, or grant CAP_NET_BIND_SERVICE';
  }
  if (error.code === 'EADDRNOTAVAIL')
    return 'this machine has no such address: bind 0.0.0.0 or one that it has';
  return 'check host and port of the listener';
}
