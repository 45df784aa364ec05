/** What the global configuration says of the parts of one machine, with the defaults. */
import type { Snapshot } from '../config/index.ts';
import type { DuckdbIndexOptions } from '../index/index.ts';

export function indexOptions(snapshot: Snapshot): DuckdbIndexOptions {
  const { retentionDays, retentionBytes, sealRows, memoryLimit } = snapshot.global.index ?? {};
  return {
    ...(retentionDays === undefined || retentionDays === 0 ? {} : { maxAgeMs: retentionDays * 86_400_000 }),
    ...(retentionBytes === undefined || retentionBytes === 0 ? {} : { maxBytes: retentionBytes }),
    ...(sealRows === undefined ? {} : { sealRows }),
    ...(memoryLimit === undefined ? {} : { memoryLimitMb: megabytes(memoryLimit) }),
    maintainEveryMs: 5_000,
  };
}

/** A size such as "512MB" or "1.5 GiB", checked by the configuration's schema. */
function megabytes(text: string): number {
  const [, number = '0', unit = 'MB'] = /^([\d.]+)\s*(\w+)$/.exec(text) ?? [];
  const base = unit.includes('i') ? 1024 : 1000;
  const bytes = Number(number) * base ** ('KMGT'.indexOf(unit.charAt(0).toUpperCase()) + 1);
  return Math.max(1, Math.round(bytes / 1_000_000));
}

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
