import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeEvents } from '../encode.ts';
import { openDuckdbIndex } from './duckdb-index.ts';

it('the most frequent values are the same by files of values as by all events', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skopos-facets-'));
  const index = await openDuckdbIndex(folder, {
    maintainEveryMs: 0,
    sealRows: 1,
    valueRows: 1,
    valueShare: 1,
  });
  try {
    const counts = { common: new Map<string, number>(), shifting: new Map<string, number>() };
    const count = (map: Map<string, number>, value: string): string => {
      map.set(value, (map.get(value) ?? 0) + 1);
      return value;
    };
    let guid = 0;
    for (let segment = 0; segment < 3; segment++) {
      const events = Array.from({ length: 6000 }, (_, i) => ({
        guid: `g${guid++}`,
        timestamp: guid,
        // In every segment, a few values most of the time.
        common: count(counts.common, `v${Math.floor(40 * (((i * 7919) % 6000) / 6000) ** 3)}`),
        // Frequent in one segment, rare in the others.
        shifting: count(counts.shifting, i % 10 === 0 ? `r${i % 300}` : `s${segment % 2}-${i % 14}`),
        few: i % 2 === 0,
        kind: `k${i % 3}`,
      }));
      await index.write([{ events: [encodeEvents('s', events)], source: null }]);
      await index.maintain(0);
    }
    const { facetCounts } = await index.search({
      query: { type: 'all' },
      from: 0,
      size: 0,
      facetFields: ['common', 'shifting', 'kind'],
    });
    for (const field of ['common', 'shifting'] as const) {
      const expected = [...counts[field]].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 10);
      expect(Object.entries(facetCounts?.[field] ?? {})).toEqual(expected);
    }
    expect(facetCounts?.['kind']).toEqual({ k0: 6000, k1: 6000, k2: 6000 });
  } finally {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
