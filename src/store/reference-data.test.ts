import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLmdbKeyValueStore } from './lmdb/index.ts';
import {
  ENRICHMENT_TABLE,
  ReferenceData,
  type ReferenceEntry,
  referenceKey,
  THREAT_INTEL_TABLE,
} from './reference-data.ts';

let folder: string;
let store: ReturnType<typeof openLmdbKeyValueStore>;
let data: ReferenceData;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-reference-'));
  store = openLmdbKeyValueStore(folder);
  data = new ReferenceData(store);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const entry = (type: string, indicator: string): ReferenceEntry => ({
  type,
  indicator,
  metadata: { of: indicator },
});

async function indicators(table: string, type: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { indicator } of data.list(table, type)) found.push(indicator);
  return found;
}

it('finds an indicator by its type and minds the case', async () => {
  await data.put(THREAT_INTEL_TABLE, 'malicious_ip', 'Evil.example', { source: 'list', score: 3 });
  expect(await data.get(THREAT_INTEL_TABLE, 'malicious_ip', 'Evil.example')).toEqual({
    source: 'list',
    score: 3,
  });
  expect(await data.get(THREAT_INTEL_TABLE, 'malicious_ip', 'evil.example')).toBeUndefined();
  expect(await data.get(THREAT_INTEL_TABLE, 'malicious', 'Evil.example')).toBeUndefined();
  expect(await data.get(ENRICHMENT_TABLE, 'malicious_ip', 'Evil.example')).toBeUndefined();
});

it('answers many look-ups in their order, at once on one machine', async () => {
  await data.importMany(ENRICHMENT_TABLE, [entry('user', 'ann'), entry('host', 'ann')]);
  const found = data.getMany(ENRICHMENT_TABLE, [
    { type: 'host', indicator: 'ann' },
    { type: 'user', indicator: 'bob' },
    { type: 'user', indicator: 'ann' },
  ]);
  expect(found).toEqual([{ of: 'ann' }, undefined, { of: 'ann' }]);
});

it('imports entries of any number and tells its progress', async () => {
  const progress: number[] = [];
  const entries = Array.from({ length: 12_001 }, (_, i) => entry('ip', `10.0.${i >> 8}.${i & 255}`));
  expect(await data.importMany(ENRICHMENT_TABLE, entries, (written) => progress.push(written))).toBe(12_001);
  expect(progress).toEqual([5_000, 10_000, 12_001]);
  expect(await indicators(ENRICHMENT_TABLE, 'ip')).toHaveLength(12_001);
});

it('lists the types that have entries, and one type without its neighbours', async () => {
  await data.importMany(ENRICHMENT_TABLE, [
    entry('b', '1'),
    entry('a', '2'),
    entry('a', '1'),
    entry('ab', '3'),
  ]);
  expect(await data.types(ENRICHMENT_TABLE)).toEqual(['a', 'ab', 'b']);
  expect(await indicators(ENRICHMENT_TABLE, 'a')).toEqual(['1', '2']);
  await data.delete(ENRICHMENT_TABLE, [{ type: 'b', indicator: '1' }]);
  expect(await data.types(ENRICHMENT_TABLE)).toEqual(['a', 'ab']);
  expect(await data.types(THREAT_INTEL_TABLE)).toEqual([]);
});

it('keeps types and indicators apart whatever is in them', async () => {
  await data.importMany(ENRICHMENT_TABLE, [
    entry('__proto__', 'constructor'),
    entry('a', 'b\0c'),
    entry('a', ''),
  ]);
  expect(await data.get(ENRICHMENT_TABLE, '__proto__', 'constructor')).toEqual({ of: 'constructor' });
  expect(await data.get(ENRICHMENT_TABLE, 'a', 'b\0c')).toEqual({ of: 'b\0c' });
  expect(await indicators(ENRICHMENT_TABLE, 'a')).toEqual(['', 'b\0c']);
  expect(() => referenceKey('a\0b', 'c')).toThrow(expect.objectContaining({ code: 'SKP_STORE_INPUT' }));
});

it('raises the version of the table when an entry changes', async () => {
  const before = await data.version(ENRICHMENT_TABLE);
  await data.put(ENRICHMENT_TABLE, 'user', 'ann', {});
  expect(await data.version(ENRICHMENT_TABLE)).toBeGreaterThan(before);
});
