import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
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

eventIndexConformance(
  'DuckDB with files of values',
  underTest(
    { maintainEveryMs: 0, sealRows: 1, sealAlertRows: 1, valueRows: 1, valueShare: Number.POSITIVE_INFINITY },
    true,
  ),
);

eventIndexConformance(
  'DuckDB with sets of pieces of texts',
  underTest({ maintainEveryMs: 0, sealRows: 1, sealAlertRows: 1, valueRows: 1, valueShare: 0 }, true),
);

describe('a folder that another version wrote', () => {
  it('is refused with what to do, and a new one opens again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skopos-layout-'));
    try {
      await (await openDuckdbIndex(folder)).close();
      await (await openDuckdbIndex(folder)).close();
      const instance = await DuckDBInstance.create(join(folder, 'index.duckdb'));
      const connection = await instance.connect();
      await connection.run('UPDATE layout SET version = 0');
      connection.closeSync();
      instance.closeSync();
      await expect(openDuckdbIndex(folder)).rejects.toMatchObject({ code: 'SKP_INDEX_LAYOUT' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
