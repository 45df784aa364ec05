import type { Snapshot } from '../config/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import type { GivenDatabases } from './worker-protocol.ts';

/** The workers of a process, whether they read a log of its own or share one with other processes. */
export interface WorkerPool {
  /** Workers that do not run at present. */
  readonly down: number;
  /** Partitions in which records are looked for that end their worker. */
  readonly suspected: readonly {
    readonly sensor: string;
    readonly topic: string;
    readonly partition: number;
  }[];
  /** What cannot be read on. */
  readonly unreadable: readonly { readonly sensor: string; readonly message: string }[];
  /** A store on other machines that does not answer, as the worker has it that says so; null while it answers, or is here. */
  readonly storeAway: RemoteStatus | null;
  configure(snapshot: Snapshot): Promise<void>;
  setDatabases(databases: GivenDatabases): void;
  /** Lets the workers finish what they have. */
  stop(): Promise<void>;
}
