import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdbIndex } from './duckdb/duckdb-index.ts';
import { encodeEvents } from './encode.ts';
import type { EventIndex, PatchOperation, SortField } from './event-index.ts';
import { applyPatch } from './patch.ts';
import { parseQuery } from './query/index.ts';

/** Observed cases of the reference system that concern the index: patches and searches over ten events. */
const folder = process.env['SKOPOS_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors');

interface Vector {
  readonly id: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the kind
  readonly [key: string]: any;
}

function vectors(file: string, kinds: readonly string[]): Vector[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector)
    .filter((vector) => kinds.includes(vector.kind));
}

const present = existsSync(folder);
describe.skipIf(present)('cases of the reference system', () => {
  it.skip(`are not at ${folder}`, () => undefined);
});

describe.runIf(present)('patches of the reference system', () => {
  for (const { id, config, message, expect: expected } of vectors('triage.jsonl', ['patch'])) {
    it(id, () => {
      const run = () => applyPatch(message, config.patch as PatchOperation[]);
      if (expected.error !== undefined)
        expect(run).toThrow(expected.error === true ? undefined : expected.error);
      else expect(run()).toEqual(expected.document);
    });
  }
  for (const { id, input, expect: expected } of vectors('pcap.jsonl', ['rest_patch'])) {
    it(id, () => {
      const run = () => applyPatch(input.document, input.patch as PatchOperation[]);
      if (expected.error !== undefined)
        expect(run).toThrow(/TEST operation failed|Invalid path|not supported/);
      else expect(run()).toEqual(expected);
    });
  }
});

describe.runIf(present)('searches of the reference system', () => {
  let index: EventIndex;
  let data: string;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'skopos-vectors-'));
    index = await openDuckdbIndex(data, { maintainEveryMs: 0 });
    const rows = [
      ['192.168.1.1', 8010, 10000, 48.5839, 10, 'true'],
      ['192.168.1.2', 8009, 20000, 48.0001, 50, 'false'],
      ['192.168.1.3', 8008, 10000, 48.5839, 20, 'true'],
      ['192.168.1.4', 8007, 10000, 48.5839, 10, 'true'],
      ['192.168.1.5', 8006, 10000, 48.5839, 98, 'true'],
      ['192.168.1.6', 8005, 10000, 48.5839, 50, 'false'],
      ['192.168.1.1', 8004, 10000, 48.5839, 10, 'true'],
      ['192.168.1.7', 8003, 10000, 48.5839, 20, 'false'],
      ['192.168.1.1', 8002, 20000, 48.0001, 50, 'true'],
      ['192.168.1.8', 8001, 10000, 48.5839, 10, 'false'],
    ] as const;
    const events = rows.map(([ip, port, long, latitude, score, alert], i) => {
      const n = (i % 5) + 1;
      const sensor = i < 5 ? 'bro' : 'snort';
      return {
        guid: `${sensor}_${n}`,
        'source:type': sensor,
        ip_src_addr: ip,
        ip_src_port: port,
        long_field: long,
        timestamp: i + 1,
        latitude,
        score,
        is_alert: alert,
        ...(sensor === 'bro'
          ? { method: `bro data ${n}`, ttl: `data ${n}` }
          : { sig_generator: `sig_generator ${n}`, ttl: n }),
        ...(i === 5 ? { 'threat:triage:score': 10 } : i === 6 ? { 'threat:triage:score': 20 } : {}),
      };
    });
    await index.write([
      {
        events: [encodeEvents('bro', events.slice(0, 5)), encodeEvents('snort', events.slice(5))],
        source: null,
      },
    ]);
  });
  afterAll(async () => {
    await index.close();
    rmSync(data, { recursive: true, force: true });
  });

  // A query of null never reaches the index: the interface takes a tree.
  const searches = vectors('triage.jsonl', ['search']).filter(
    ({ message }) => typeof message.query === 'string',
  );
  for (const { id, message, expect: expected } of searches) {
    it(id, async () => {
      const query = parseQuery(message.query, { fields: Object.keys(await index.columns()) });
      const sort = message.sort?.map((s: { field: string; sortOrder: SortField['order'] }) => ({
        field: s.field,
        order: s.sortOrder,
      }));
      const result = await index.search({
        sensors: message.indices,
        query,
        from: message.from,
        size: message.size,
        sort,
        fields: message.fields,
        facetFields: message.facetFields,
      });
      const guids = result.results.map((event) => event.guid);
      if (expected.total !== undefined) expect(result.total).toBe(expected.total);
      if (expected.guids !== undefined) expect(guids).toEqual(expected.guids);
      if (expected.firstGuids !== undefined)
        expect(guids.slice(0, expected.firstGuids.length)).toEqual(expected.firstGuids);
      if (expected.lastGuids !== undefined)
        expect(guids.slice(-expected.lastGuids.length)).toEqual(expected.lastGuids);
      if (expected.onlyFields !== undefined) {
        for (const event of result.results) expect(Object.keys(event.source)).toEqual(expected.onlyFields);
      }
      if (expected.facetCounts === null) expect(result.facetCounts).toBeUndefined();
      else if (expected.facetCounts !== undefined)
        expect(numeric(result.facetCounts ?? {})).toEqual(numeric(expected.facetCounts));
    });
  }

  for (const { id, message, expect: expected } of vectors('triage.jsonl', ['find-one'])) {
    it(id, async () => {
      const event = await index.find(message.guid, message.sensorType);
      expect(event !== null).toBe(expected.found);
      if (expected.timestamp !== undefined) expect(event?.source['timestamp']).toBe(expected.timestamp);
    });
  }

  for (const { id, message, expect: expected } of vectors('triage.jsonl', ['column-metadata'])) {
    it(id, async () => expect(await index.columns(message)).toEqual(expected));
  }

  for (const { id, message, expect: expected } of vectors('triage.jsonl', ['get-all-latest'])) {
    it(id, async () => {
      const found = await Promise.all(
        message.map((m: { guid: string; sensorType: string }) => index.find(m.guid, m.sensorType)),
      );
      expect(found.map((event) => event?.guid)).toEqual(expected.guids);
    });
  }
});

/** Keys that are numbers are compared as numbers: `10.0` is `10`. */
function numeric(
  facets: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Record<string, Map<string, number>> {
  return Object.fromEntries(
    Object.entries(facets).map(([field, counts]) => [
      field,
      new Map(
        Object.entries(counts).map(([key, n]) => [Number.isNaN(Number(key)) ? key : String(Number(key)), n]),
      ),
    ]),
  );
}
