import path from 'node:path';
import type { Snapshot } from '../config/snapshot.ts';
import { type DuckdbIndexOptions, openDuckdbIndex } from '../index/index.ts';
import type { IndexEngine } from './engine.ts';
import { nothing } from './nothing.ts';

/** The index in the data folder. Its settings stand in global.json, under `index`. */
export const duckdb: IndexEngine = {
  shared: false,
  schema: nothing,
  open: (_, { dataFolder, snapshot }) =>
    openDuckdbIndex(path.join(dataFolder, 'index'), indexOptions(snapshot)),
};

function indexOptions(snapshot: Snapshot): DuckdbIndexOptions {
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
