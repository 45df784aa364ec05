/** What may go wrong with the server: every event is counted by its guid. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EventIndex, encodeEvents, openSolrIndex, type SourceRange } from '../../../src/index/index.ts';
import { indexOnSolr } from './index-on-solr.ts';
import { type SolrNode, startSolr } from './nodes.ts';

let node: SolrNode;
beforeAll(async () => {
  node = await startSolr();
});
afterAll(() => node.stop());

const all = { query: { type: 'all' }, from: 0, size: 0 } as const;
const source = (from: number, to: number): SourceRange => ({
  topic: 't',
  partition: 0,
  fromOffset: from,
  nextOffset: to,
});
const events = (from: number, to: number): Record<string, unknown>[] =>
  Array.from({ length: to - from }, (_, i) => ({
    guid: `g${from + i}`,
    timestamp: from + i,
    ip: `10.0.${(from + i) >> 8}.${(from + i) & 255}`,
    text: 'x'.repeat(200),
  }));

async function everyGuid(index: EventIndex): Promise<string[]> {
  const guids: string[] = [];
  for (let from = 0; ; from += 5000) {
    const { results } = await index.search({ ...all, from, size: 5000, fields: ['guid'] });
    if (results.length === 0) return guids;
    guids.push(...results.map(({ guid }) => guid));
  }
}

describe('Solr that fails', () => {
  let index: EventIndex;
  let settle: () => Promise<void>;
  beforeEach(async () => {
    const place = await indexOnSolr(node, false, { retryForMs: 60_000, maxBatchBytes: 256 * 1024 });
    index = place.index;
    settle = async () => place.settle?.();
    return place.dispose;
  });

  it('killed in the midst of writing and back: nothing is lost, nothing is there twice', async () => {
    const BATCH = 400;
    const BATCHES = 12;
    let written = 0;
    const begun = Promise.withResolvers<void>();
    const writing = (async () => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const from = batch * BATCH;
        const batches = [
          {
            events: [encodeEvents('conn', events(from, from + BATCH))],
            source: source(from, from + BATCH),
          },
        ];
        // As the pipeline does: the same batch again.
        await vi.waitFor(() => index.write(batches), { timeout: 240_000, interval: 200 });
        written = batch + 1;
        if (written === 4) begun.resolve();
      }
    })();
    await Promise.race([begun.promise, writing]);
    await node.kill();
    const killedAt = written;
    await node.restart();
    await writing;
    expect(killedAt).toBeLessThan(BATCHES);
    // Positions and events are there although no commit came before the end.
    expect(await index.positions()).toEqual([{ topic: 't', partition: 0, nextOffset: BATCH * BATCHES }]);
    await expect
      .poll(
        async () => {
          await settle();
          return (await index.search(all)).total;
        },
        { timeout: 120_000 },
      )
      .toBe(BATCH * BATCHES);
    const guids = await everyGuid(index);
    expect(guids).toHaveLength(BATCH * BATCHES);
    expect(new Set(guids).size).toBe(BATCH * BATCHES);
    console.log(`killed after ${killedAt} of ${BATCHES} batches: ${guids.length} events, 0 lost, 0 doubled`);
  });

  it('takes every value whatever type its field had before', async () => {
    const values = [
      1,
      'one',
      true,
      { a: 1 },
      [1, 'x', { b: null }],
      1e300,
      '10.0.0.1',
      '2026-01-01',
      '',
      ' ',
    ];
    for (const [i, value] of values.entries())
      await index.write([
        { events: [encodeEvents('conn', [{ guid: `v${i}`, timestamp: i, value }])], source: null },
      ]);
    await settle();
    expect((await index.search(all)).total).toBe(values.length);
    for (const [i, value] of values.entries())
      expect((await index.find(`v${i}`))?.source['value']).toEqual(value);
  });

  it('keeps the events around one that it refuses, and makes an error of that one', async () => {
    // An administrator gave the field another type than ours.
    await index.write([{ events: [encodeEvents('conn', events(50, 51))], source: null }]);
    await node.request('/skopos_events/schema', {
      'add-field': { name: 'odd.as_keyword', type: 'skopos_long', multiValued: true },
    });
    const many = events(0, 50);
    many[17] = { guid: 'g17', timestamp: 17, odd: 'text' };
    many[18] = { guid: 'g18', timestamp: 18, odd: '1' };
    const report = await index.write([{ events: [encodeEvents('conn', many)], source: source(0, 50) }]);
    await settle();
    expect(report.written).toBe(49);
    expect((await index.search(all)).total).toBe(50);
    const errors = await index.search({ ...all, size: 10, sensors: ['error'] });
    expect(errors.total).toBe(report.refused.length);
    expect(report.refused).toMatchObject([
      { sensor: 'conn', reason: expect.stringContaining('odd.as_keyword') },
    ]);
    expect(errors.results[0]?.source).toMatchObject({
      failed_sensor_type: 'conn',
      raw_message: report.refused[0]?.line,
    });
  });

  it('finds what looks like its own syntax as values, and nothing else', async () => {
    const hostile = [
      '" OR *:* OR "',
      '\\" OR *:*',
      'a\\',
      '*:*',
      'a) OR (b',
      '{!join from=a to=b}x',
      '_query_:"{!func}1"',
      '/.*/',
      '[* TO *]',
      'OR',
      '+a -b && c || !d',
      'a\nb\tc',
      '漢👾"',
    ];
    await index.write([
      {
        events: [
          encodeEvents(
            'conn',
            hostile.map((x, i) => ({ guid: `h${i}`, timestamp: i, x, [x]: 'y' })),
          ),
        ],
        source: null,
      },
    ]);
    await settle();
    for (const [i, value] of hostile.entries()) {
      const queries = [
        { type: 'term', field: 'x', value, quoted: false },
        { type: 'term', field: null, value, quoted: true },
        { type: 'wildcard', field: 'x', pattern: value.replaceAll(/[*?\\]/g, '\\$&') },
        { type: 'regex', field: 'x', pattern: value.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&') },
        { type: 'range', field: 'x', from: value, to: value, includeFrom: true, includeTo: true },
        { type: 'exists', field: value },
        { type: 'term', field: value, value: 'y', quoted: false },
      ] as const;
      for (const query of queries) {
        const { results } = await index.search({ ...all, size: 20, query });
        expect(
          results.map(({ guid }) => guid),
          `${query.type} ${value}`,
        ).toEqual([`h${i}`]);
      }
    }
  });

  it('reads expressions as they are meant', async () => {
    const values = ['abc', 'a/b', 'a*b', '/*x*/', 'a"b', 'a\\', 'A.B', '#@&<>~', 'ab\ncd'];
    await index.write([
      {
        events: [
          encodeEvents(
            'conn',
            values.map((x, i) => ({ guid: `r${i}`, timestamp: i, x })),
          ),
        ],
        source: null,
      },
    ]);
    await settle();
    const found = async (pattern: string): Promise<string> => {
      const query = { type: 'regex', field: 'x', pattern } as const;
      const { results } = await index.search({ ...all, size: 20, query });
      return results
        .map(({ guid }) => guid.slice(1))
        .sort()
        .join('');
    };
    expect(await found('.*')).toBe('012345678');
    expect(await found('a.*')).toBe('0124568');
    expect(await found('a[*]b')).toBe('2');
    expect(await found('a\\*b')).toBe('2');
    expect(await found('a[/*]b')).toBe('12');
    expect(await found('/\\*x\\*/')).toBe('3');
    expect(await found('a*b*c')).toBe('0');
    expect(await found('a["\\\\]?b?')).toBe('45');
    expect(await found('A\\.B')).toBe('6');
    expect(await found('#@&<>~')).toBe('7');
    expect(await found('[^a]*')).toBe('37');
    expect(await found('\\w+')).toBe('0');
  });

  it('deletes events that are too old, and no others', async () => {
    const place = await indexOnSolr(node, false, { maxAgeMs: 1000 });
    await place.index.write([{ events: [encodeEvents('conn', events(0, 100))], source: null }]);
    await place.index.maintain(1050);
    await place.settle?.();
    expect((await place.index.search(all)).total).toBe(50);
    await place.dispose();
  });

  it('refuses the one who lost a partition to another', async () => {
    const other = await openSolrIndex({ nodes: [node.url], maintainEveryMs: 0 });
    await index.write([{ events: [encodeEvents('conn', events(0, 10))], source: source(0, 10) }]);
    await other.write([{ events: [encodeEvents('conn', events(10, 20))], source: source(10, 20) }]);
    await expect(
      index.write([{ events: [encodeEvents('conn', events(10, 30))], source: source(10, 30) }]),
    ).rejects.toMatchObject({ code: 'SKP_INDEX_CONFLICT' });
    // It asks again, and goes on where the other one is.
    const report = await index.write([
      { events: [encodeEvents('conn', events(10, 30))], source: source(10, 30) },
    ]);
    expect(report).toMatchObject({ written: 10, duplicates: 10 });
    await settle();
    expect((await index.search(all)).total).toBe(30);
    await other.close();
  });
});
