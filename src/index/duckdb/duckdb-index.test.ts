import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventIndexConformance } from '../conformance.ts';
import { openDuckdbIndex } from './duckdb-index.ts';
import type { DuckdbIndexOptions } from './settings.ts';

function underTest(options: DuckdbIndexOptions, sealed: boolean) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skopos-index-'));
    let index = await openDuckdbIndex(folder, options);
    return {
      index,
      async reopen() {
        await index.close();
        index = await openDuckdbIndex(folder, options);
        return index;
      },
      ...(sealed ? { settle: () => index.maintain(Date.now() + 10 * 86_400_000) } : {}),
      async dispose() {
        await index.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

eventIndexConformance('DuckDB', underTest({ maintainEveryMs: 0 }, false));
// Everything goes into segments as soon as it is written.
eventIndexConformance(
  'DuckDB with sealed segments',
  underTest({ maintainEveryMs: 0, sealRows: 1, sealAlertRows: 1 }, true),
);
