/** What the main thread and the workers of a consumer group tell each other. Data only, all of it may be posted. */
import type { Snapshot } from '../../config/index.ts';
import type { ClusterSettings } from '../../engines/index.ts';
import type { EncodedEvents, SourceRange } from '../../index/index.ts';
import type { BatchCounts } from '../pack.ts';
import type { FromAnyWorker, ToAnyWorker } from '../worker-protocol.ts';

/** Where the events of a worker go: to the main thread, which writes them into the index, or into the topic `indexing`. */
export type Destination = 'index' | 'topic';

/** Records of a partition that ended a worker. */
export interface Suspect {
  readonly topic: string;
  readonly partition: number;
  /** Records before `until` are worked in batches of `limit`. */
  readonly careful: { readonly until: number; readonly limit: number } | null;
  /** Set aside when they come, with the reason. */
  readonly poisoned: readonly { readonly offset: number; readonly reason: string }[];
}

export interface GroupWorkerStart {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  readonly group: string;
  /** Names this worker in the group, the same after each start. */
  readonly member: string;
  readonly destination: Destination;
  /** How long a drain may take, ms. */
  readonly drainMs: number;
  readonly snapshot: Snapshot;
  readonly suspects: readonly Suspect[];
  readonly atWork: SharedArrayBuffer;
}

export type ToGroupWorker = ToAnyWorker | { readonly type: 'config'; readonly snapshot: Snapshot };

export interface GroupBatch extends BatchCounts {
  readonly type: 'batch';
  readonly topic: string;
  /** The topic's identity, so that another one of its name has positions of its own. */
  readonly source: SourceRange;
  /** To be written; empty where they go to a topic. */
  readonly events: readonly EncodedEvents[];
  readonly sent: readonly { readonly sensor: string; readonly count: number; readonly alerts: number }[];
  readonly seconds: number;
}

export type FromGroupWorker =
  | FromAnyWorker
  | GroupBatch
  /** The number by which `AtWork` names a partition. */
  | { readonly type: 'partition'; readonly id: number; readonly topic: string; readonly partition: number }
  | {
      readonly type: 'set-aside';
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    }
  /** What it has at present; told when that changed. */
  | {
      readonly type: 'status';
      readonly version: number;
      readonly assigned: number;
      readonly rebalances: number;
      /** What keeps it from reading or committing; null when nothing does. */
      readonly trouble: string | null;
    };
