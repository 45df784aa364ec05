/** What the main thread and its workers tell each other. Data only, all of it may be posted. */
import type { Notifier } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import type { ClusterSettings } from '../engines/index.ts';
import type { EncodedEvents, SourceRange } from '../index/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import type { OutboxRecord } from './outbox.ts';
import type { BatchCounts } from './pack.ts';

export interface Assignment {
  /** Names the partition between the threads. */
  readonly id: number;
  readonly sensor: string;
  readonly topic: string;
  readonly partition: number;
  /** Offset to read from. A worker that reads the partition already goes on where it is. */
  readonly offset: number;
  /** Records before `until` ended a worker: they are worked in batches of `limit`. */
  readonly careful?: { readonly until: number; readonly limit: number };
}

export interface WorkerStart {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  /** What wakes this thread after an append; see the bus. */
  readonly notifier: Notifier;
  readonly logId: string;
  readonly snapshot: Snapshot;
  readonly assignments: readonly Assignment[];
  /** What this worker is at, for the main thread to see when it ends or says nothing more; see at-work.ts. */
  readonly atWork: SharedArrayBuffer;
}

/** Geo and ASN databases; those that are absent stay as they are. */
export interface GivenDatabases {
  readonly geo?: readonly Uint8Array[];
  readonly asn?: Uint8Array;
}

/** To workers that read a log of their own, and to those of a group. */
export type ToAnyWorker =
  | ({ readonly type: 'databases' } & GivenDatabases)
  /** So many batches of this worker were written, in the order in which they were posted: their memory may be used again. */
  | { readonly type: 'written'; readonly batches: number }
  | { readonly type: 'stop' };

export type ToWorker =
  | ToAnyWorker
  | { readonly type: 'config'; readonly snapshot: Snapshot; readonly assignments: readonly Assignment[] };

export interface WorkedBatch extends BatchCounts {
  readonly type: 'batch';
  readonly source: SourceRange;
  readonly events: readonly EncodedEvents[];
  /** Records for other topics: what failed, what was redirected. */
  readonly records: readonly OutboxRecord[];
  readonly seconds: number;
}

/** From workers of either kind. */
export type FromAnyWorker =
  | { readonly type: 'ready' }
  /** The new configuration does not work here (a parser refused it); the earlier one stays in use for the sensor. */
  | {
      readonly type: 'refused';
      readonly sensor: string;
      readonly message: string;
      readonly hint: string | null;
    }
  /** How a store on other machines does: told when it is lost or back, and when its figures changed. */
  | { readonly type: 'store'; readonly status: RemoteStatus }
  /** There are events, and they wait for the databases. */
  | { readonly type: 'databases-wanted' }
  /** Somebody asked for the place of an IPv6 address. */
  | { readonly type: 'geo-v6-wanted' };

export type FromWorker =
  | FromAnyWorker
  | WorkedBatch
  /** The bytes of a partition are damaged where it is read next; it is tried again, less and less often. */
  | {
      readonly type: 'unreadable';
      readonly id: number;
      readonly message: string;
      readonly hint: string | null;
    };
