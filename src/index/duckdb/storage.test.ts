import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEvents } from '../encode.ts';
import type { EncodedEvents, EventIndex } from '../event-index.ts';
import type { Query } from '../query/ast.ts';
import { openDuckdbIndex } from './duckdb-index.ts';
import type { DuckdbIndexOptions } from './settings.ts';

const all: Query = { type: 'all' };
const DAY = 86_400_000;

describe('the DuckDB index on disk', () => {
  let folder: string;
  let index: EventIndex;
  let next = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skopos-storage-'));
    next = 0;
  });
  afterEach(async () => {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: DuckdbIndexOptions = {}): Promise<void> {
    index = await openDuckdbIndex(folder, { maintainEveryMs: 0, ...options });
  }
  async function write(count: number, more: Record<string, unknown> = {}, sensor = 'conn'): Promise<void> {
    const events = Array.from({ length: count }, (_, i) => ({
      guid: `g${next + i}`,
      timestamp: next + i,
      ...more,
    }));
    next += count;
    await index.write([{ events: [encodeEvents(sensor, events)], source: null }]);
  }
  async function total(query: Query = all): Promise<number> {
    return (await index.search({ query, from: 0, size: 0 })).total;
  }
  function segments(): string[] {
    return readdirSync(join(folder, 'segments')).sort();
  }

  it('seals a table that is full, or old', async () => {
    await open({ sealRows: 100, sealAgeMs: DAY, clock: () => 0 });
    await write(99);
    await index.maintain(DAY - 1);
    expect(segments()).toEqual([]);
    await write(1);
    await index.maintain(0);
    expect(segments()).toEqual(['00000001.parquet']);
    await write(1);
    await index.maintain(DAY);
    expect(segments()).toEqual(['00000001.parquet', '00000002.parquet']);
    expect(await total()).toBe(101);
  });

  it('finds in segments of different columns together', async () => {
    await open({ sealRows: 1 });
    await write(10, { x: 1 });
    await index.maintain(0);
    await write(10, { x: 'one', y: true });
    await index.maintain(0);
    await write(10, { z: 1 });
    expect(await total()).toBe(30);
    expect(await total({ type: 'exists', field: 'x' })).toBe(20);
    expect(await total({ type: 'not', clause: { type: 'exists', field: 'y' } })).toBe(20);
    const sorted = await index.search({
      query: all,
      from: 0,
      size: 30,
      sort: [{ field: 'x', order: 'asc' }],
    });
    expect(sorted.results.map((event) => event.source['x'] ?? null)).toEqual([
      ...Array(10).fill(null),
      ...Array(10).fill(1),
      ...Array(10).fill('one'),
    ]);
  });

  it('deletes segments whose newest event is too old, also their files once no search reads them', async () => {
    await open({ sealRows: 1, maxAgeMs: 1000, queryTimeoutMs: 5000, clock: () => 0 });
    await write(10);
    await index.maintain(0);
    next = 1_000_000;
    await write(10);
    await index.maintain(0);
    await index.maintain(1010);
    expect(await total()).toBe(10);
    expect(segments()).toEqual(['00000001.parquet', '00000002.parquet']);
    await index.maintain(1010 + 10_000);
    expect(segments()).toEqual(['00000002.parquet']);
  });

  it('deletes alerts that are too old, changed or not', async () => {
    await open({ maxAgeMs: 1000, clock: () => 0 });
    await write(10, { is_alert: 'true' });
    next = 1_000_000;
    await write(5, { is_alert: 'true' });
    await index.patch('g3', 'conn', [{ op: 'add', path: '/alert_status', value: 'OPEN' }]);
    await index.maintain(1010);
    expect(await total()).toBe(5);
    expect(await index.find('g3')).toBeNull();
    await write(1, { is_alert: 'true' });
    expect(await total()).toBe(6);
  });

  it('deletes the oldest segments while there is too much', async () => {
    await open({ sealRows: 1, maxBytes: 1 });
    await write(10);
    await index.maintain(0);
    expect(await total()).toBe(0);
    await index.close();
    await open({ maintainEveryMs: 0 });
    await index.maintain(0);
    expect(segments()).toEqual([]);
  });

  it('removes files that a stop left behind', async () => {
    await open({ sealRows: 1 });
    await write(10);
    await index.maintain(0);
    await index.close();
    writeFileSync(join(folder, 'segments', '00000009.parquet'), 'unknown');
    writeFileSync(join(folder, 'segments', '00000010.parquet.part'), 'half');
    await open();
    await index.maintain(0);
    expect(segments()).toEqual(['00000001.parquet']);
    expect(await total()).toBe(10);
  });

  it('searches without files of values, and removes those of no segment', async () => {
    await open({ sealRows: 1, valueRows: 1, valueShare: 1, maxAgeMs: 1_000_000, clock: () => 0 });
    await write(10, { status: 'open' });
    await index.maintain(0);
    expect(segments()).toEqual(['00000001.parquet', '00000001.values.parquet']);
    const status: Query = { type: 'term', field: 'status', value: 'open', quoted: false };
    expect(await total(status)).toBe(10);
    expect(await total({ ...status, value: 'closed' })).toBe(0);
    await index.close();
    rmSync(join(folder, 'segments', '00000001.values.parquet'));
    writeFileSync(join(folder, 'segments', '00000002.values.parquet'), 'unknown');
    await open({ maxAgeMs: 1_000_000, clock: () => 0 });
    await index.maintain(0);
    expect(segments()).toEqual(['00000001.parquet']);
    expect(await total(status)).toBe(10);
    expect(await total({ ...status, value: 'closed' })).toBe(0);
    const { facetCounts } = await index.search({ query: all, from: 0, size: 0, facetFields: ['status'] });
    expect(facetCounts).toEqual({ status: { open: 10 } });
  });

  it('deletes files of values with their segments', async () => {
    await open({ sealRows: 1, valueRows: 1, valueShare: 1, maxAgeMs: 1000, clock: () => 0 });
    await write(10, { status: 'open' });
    await index.maintain(0);
    await index.maintain(10_000);
    expect(segments()).toHaveLength(2);
    await index.maintain(10_000 + 60_000);
    expect(segments()).toEqual([]);
  });

  it('excludes segments by pieces of texts, goes on without their file, and deletes it with its segment', async () => {
    const options = { sealRows: 1, valueRows: 1, valueShare: 0, maxAgeMs: 1000, clock: () => 0 };
    await open(options);
    for (const status of ['Opened-By-Alice', 'closed']) {
      await write(10, { status });
      await index.maintain(0);
    }
    const ngrams = ['00000001.ngrams', '00000002.ngrams'];
    expect(segments()).toEqual([
      '00000001.ngrams',
      '00000001.parquet',
      '00000002.ngrams',
      '00000002.parquet',
    ]);
    const counts = async (): Promise<number[]> => [
      await total({ type: 'wildcard', field: 'status', pattern: '*OPENED-by*' }),
      await total({ type: 'term', field: 'status', value: 'CLOSED', quoted: false }),
      await total({ type: 'term', field: 'status', value: 'lose', quoted: false }),
      await total({ type: 'wildcard', field: 'status', pattern: '*bob*' }),
    ];
    expect(await counts()).toEqual([10, 10, 0, 0]);
    await index.close();
    // All bits of the first are gone: what it excludes is not looked at.
    writeFileSync(join(folder, 'segments', ngrams[0]!), new Uint8Array(1 << 19));
    rmSync(join(folder, 'segments', ngrams[1]!));
    await open(options);
    expect(await counts()).toEqual([0, 10, 0, 0]);
    await index.maintain(10_000);
    await index.maintain(10_000 + 60_000);
    expect(segments()).toEqual([]);
  });

  it.each([1, 2])('opens what layout %d wrote', async (version) => {
    await open({ sealRows: 1 });
    await write(10, { status: 'open' });
    await index.maintain(0);
    await index.close();
    await inDatabase('ALTER TABLE segments DROP COLUMN text_facts', 'UPDATE layout SET version = 2');
    if (version === 1) {
      await inDatabase(
        'ALTER TABLE segments DROP COLUMN raw_lines',
        'ALTER TABLE segments DROP COLUMN value_columns',
        'ALTER TABLE segments DROP COLUMN caseless_columns',
        'DROP TABLE templates',
        'UPDATE layout SET version = 1',
      );
    }
    await open({ sealRows: 1 });
    await write(10, { status: 'open', original_string: 'open' });
    await index.maintain(0);
    expect(await total({ type: 'term', field: 'status', value: 'open', quoted: false })).toBe(20);
    await index.close();
    await inDatabase('UPDATE layout SET version = 99');
    await expect(open()).rejects.toMatchObject({ code: 'SKP_INDEX_LAYOUT' });
  });

  async function inDatabase(...statements: string[]): Promise<void> {
    const instance = await DuckDBInstance.create(join(folder, 'index.duckdb'));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
  }

  it('keeps a patched event of a segment apart from what the segment says, for good', async () => {
    await open({ sealRows: 1, sealAlertRows: 1 });
    await write(10, { status: 'old' });
    await index.maintain(0);
    await index.patch('g3', 'conn', [{ op: 'replace', path: '/status', value: 'new' }]);
    for (let round = 0; round < 2; round++) {
      expect(await total()).toBe(10);
      expect(await total({ type: 'term', field: 'status', value: 'old', quoted: false })).toBe(9);
      expect((await index.find('g3'))?.source['status']).toBe('new');
      const { facetCounts } = await index.search({ query: all, from: 0, size: 0, facetFields: ['status'] });
      expect(facetCounts).toEqual({ status: { old: 9, new: 1 } });
      await index.maintain(0);
      await index.close();
      await open();
    }
  });

  it('writes and searches while it seals', async () => {
    await open({ sealRows: 500 });
    const done = { value: false };
    const searching = (async () => {
      let last = 0;
      while (!done.value) {
        const n = await total();
        expect(n).toBeGreaterThanOrEqual(last);
        expect(n % 100).toBe(0);
        last = n;
      }
    })();
    for (let i = 0; i < 40; i++) await write(100, { text: 'x'.repeat(100), [`field${i % 7}`]: i });
    await index.maintain(0);
    done.value = true;
    await searching;
    expect(await total()).toBe(4000);
    expect(segments().length).toBeGreaterThan(1);
  });

  it('refuses lines that are no JSON and writes all others', async () => {
    await open();
    const good = encodeEvents(
      'conn',
      Array.from({ length: 20 }, (_, i) => ({ guid: `g${i}`, timestamp: i })),
    );
    const bad = new TextEncoder().encode('{"guid":"bad","timestamp":{{\n');
    const whole: EncodedEvents = {
      ...good,
      count: 21,
      ndjson: Buffer.concat([good.ndjson, bad]),
      lineEnds: Uint32Array.from([...good.lineEnds, good.ndjson.byteLength + bad.byteLength]),
    };
    const source = { topic: 't', partition: 0, fromOffset: 0, nextOffset: 21 };
    const report = await index.write([{ events: [whole], source }]);
    expect(report).toMatchObject({
      written: 20,
      refused: [{ sensor: 'conn', line: '{"guid":"bad","timestamp":{{' }],
    });
    expect(await total()).toBe(20);
    expect(await index.positions()).toHaveLength(1);
  });

  it('refuses a line that must be written anew and cannot be read, once', async () => {
    await open();
    const good = encodeEvents('conn', [
      { guid: 'a', x: 1, n: null },
      { guid: 'b', x: 'one' },
    ]);
    const bad = new TextEncoder().encode('{"guid":"c","x":"\\ud800"}\n{"guid":"d","x":2}\n');
    const middle = good.ndjson.byteLength + bad.byteLength;
    const whole: EncodedEvents = {
      ...good,
      count: 4,
      ndjson: Buffer.concat([good.ndjson, bad]),
      lineEnds: Uint32Array.from([...good.lineEnds, middle - '{"guid":"d","x":2}\n'.length, middle]),
    };
    const report = await index.write([{ events: [whole], source: null }]);
    expect(report.written).toBe(3);
    expect(report.refused).toHaveLength(1);
    expect((await index.find('a'))?.source).toEqual({ guid: 'a', x: 1, n: null });
    expect((await index.find('d'))?.source).toEqual({ guid: 'd', x: 2 });
  });

  it('takes lines of a megabyte and deep JSON', async () => {
    await open();
    let deep: unknown = 1;
    for (let i = 0; i < 150; i++) deep = [deep];
    const events = [
      { guid: 'a', timestamp: 1, original_string: 'x'.repeat(1 << 20) },
      { guid: 'b', timestamp: 2, deep },
    ];
    await index.write([{ events: [encodeEvents('conn', events)], source: null }]);
    expect((await index.find('a'))?.source).toEqual(events[0]);
    expect((await index.find('b'))?.source).toEqual(events[1]);
  });

  it('is refused to a second process', async () => {
    await open();
    await write(1);
    const script = `import { openDuckdbIndex } from ${JSON.stringify(join(import.meta.dirname, 'duckdb-index.ts'))};
      await openDuckdbIndex(process.argv[1]).then(() => console.log('opened'), (error) => console.log(error.code));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, folder], {
      encoding: 'utf8',
    });
    expect(output.trim()).toBe('SKP_INDEX_LOCKED');
  });

  it('ends a search that takes too long', async () => {
    await open({ queryTimeoutMs: 1 });
    await write(2000, { text: 'a'.repeat(1000) });
    const slow = index.search({
      query: { type: 'regex', field: 'text', pattern: '(.*.*.*.*.*.*)b' },
      from: 0,
      size: 10,
      sort: [{ field: 'text', order: 'asc' }],
    });
    await expect(slow).rejects.toMatchObject({ code: 'SKP_INDEX_TIMEOUT' });
  });

  it('lives in a folder of any name', async () => {
    const odd = join(folder, "it's [a] {folder}* ü");
    index = await openDuckdbIndex(odd, { maintainEveryMs: 0, sealRows: 1 });
    await write(5);
    await index.maintain(0);
    await write(5);
    expect(await total({ type: 'exists', field: 'timestamp' })).toBe(10);
    expect(await index.find('g2')).not.toBeNull();
  });
});
