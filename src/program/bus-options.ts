/** What the program itself reads of the options of a bus that processes share. Engines that have no such options have the defaults. */
import type { ClusterSettings } from '../engines/index.ts';

/** The consumer group of the workers, and the begin of the names of others. */
export function groupOf({ bus }: ClusterSettings): string {
  const { group } = bus.options;
  return typeof group === 'string' ? group : 'skopos';
}

/** How long a member may take to finish what it has when partitions are taken from it, ms: it says nothing to the group meanwhile. */
export function drainMsOf({ bus }: ClusterSettings): number {
  const { sessionTimeoutMs } = bus.options;
  return Math.floor((typeof sessionTimeoutMs === 'number' ? sessionTimeoutMs : 45_000) * 0.6);
}
