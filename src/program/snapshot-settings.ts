/** What the global configuration says of the parts of one machine, with the defaults. */
import type { Snapshot } from '../config/index.ts';

export function partitionsOf(snapshot: Snapshot): number {
  return snapshot.global.bus?.partitions ?? 4;
}

export function retentionOf(snapshot: Snapshot): { retentionMs?: number; retentionBytes?: number } {
  const { retentionMs, retentionBytes } = snapshot.global.bus ?? {};
  return {
    retentionMs:
      retentionMs === undefined ? 3 * 86_400_000 : retentionMs === 0 ? Number.MAX_SAFE_INTEGER : retentionMs,
    ...(retentionBytes === undefined || retentionBytes === 0 ? {} : { retentionBytes }),
  };
}
