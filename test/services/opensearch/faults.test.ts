/** What goes wrong between us and the server: every event is counted by its guid, and is there once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EventIndex,
  encodeEvents,
  type IndexBatch,
  type OpensearchIndexOptions,
  openOpensearchIndex,
} from '../../../src/index/index.ts';
import { type SearchNode, startNode } from './nodes.ts';

const HOUR = 3_600_000;
let node: SearchNode;
beforeAll(async () => {
  // Room for little: what comes at once beyond it is refused with 429.
  node = await startNode({ settings: ['thread_pool.write.queue_size=1', 'node.processors=1'] });
});
afterAll(() => node.stop());

describe('the index on OpenSearch', () => {
  beforeEach(() => node.clear());

  const open = (options: Partial<OpensearchIndexOptions> = {}): Promise<EventIndex> =>
    openOpensearchIndex({ nodes: [node.url], maintainEveryMs: 0, retryForMs: 1_000, ...options });

  const batch = (from: number, count: number, sensor = 'conn'): IndexBatch => ({
    events: [
      encodeEvents(
        sensor,
        Array.from({ length: count }, (_, i) => ({
          guid: `guid-${from + i}`,
          timestamp: 1_700_000_000_000 + from + i,
          ip_src_addr: `10.0.${(from + i) % 256}.${i % 256}`,
          n: from + i,
          original_string: `event ${from + i} of a test, with some words in it`,
        })),
      ),
    ],
    source: { topic: 'indexing', partition: 0, fromOffset: from, nextOffset: from + count },
  });

  /** As the sink of the pipeline does: the same again until it is taken. `codes` gets those of the errors on the way. */
  async function insist(
    index: EventIndex,
    batches: readonly IndexBatch[],
    codes: string[] = [],
  ): Promise<void> {
    await vi.waitFor(
      () =>
        index.write(batches).catch((error: unknown) => {
          codes.push(String((error as { code?: unknown }).code));
          throw error;
        }),
      { timeout: 240_000, interval: 100 },
    );
  }

  const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
    vi.waitFor(assertion, { timeout: 120_000, interval: 5 });

  /** How often each guid is in the index. */
  async function counted(index: EventIndex): Promise<{ once: number; more: number }> {
    await node.request('POST', '/_refresh');
    const times = new Map<string, number>();
    const { total, results } = await index.search({
      query: { type: 'all' },
      sensors: ['conn'],
      from: 0,
      size: 50_000,
      fields: ['guid'],
    });
    expect(results).toHaveLength(total);
    for (const { guid } of results) times.set(guid, (times.get(guid) ?? 0) + 1);
    const once = [...times.values()].filter((n) => n === 1).length;
    return { once, more: times.size - once };
  }

  it('loses and doubles nothing when the server is killed in mid-bulk, comes back, and the hour is another one', async () => {
    let now = Date.UTC(2026, 0, 1, 12);
    const index = await open({ clock: () => now, maxBulkBytes: 65_536 });
    await insist(index, [batch(0, 2_000)]);
    // Many small requests, of which some are answered when the server dies. There are always more, until that was noticed.
    const codes: string[] = [];
    let end = 2_000;
    const writing = (async () => {
      while (!codes.includes('SKP_INDEX_AWAY')) {
        await insist(index, [batch(end, 3_000), batch(end + 3_000, 3_000)], codes);
        end += 6_000;
      }
    })();
    await eventually(async () => expect(await documents()).toBeGreaterThan(2_600));
    await node.kill();
    now += HOUR;
    await eventually(() => expect(codes).toContain('SKP_INDEX_AWAY'));
    await node.restart();
    await writing;
    await insist(index, [batch(end, 500)]);
    end += 500;
    expect(await counted(index)).toEqual({ once: end, more: 0 });
    expect(await index.positions()).toEqual([{ topic: 'indexing', partition: 0, nextOffset: end }]);
    const indices = Object.keys((await node.request('GET', '/conn_index_*')) as object);
    expect(indices.sort()).toEqual(['conn_index_2026.01.01.12', 'conn_index_2026.01.01.13']);
    await index.close();

    async function documents(): Promise<number> {
      const response = await fetch(
        `${node.url}/_stats/indexing?filter_path=_all.primaries.indexing.index_total`,
      );
      return Number(/"index_total":(\d+)/.exec(await response.text())?.[1] ?? 0);
    }
  });

  it('goes on where another process that was killed stopped, in batches that are cut otherwise', async () => {
    let now = Date.UTC(2026, 0, 1, 12);
    const first = await open({ clock: () => now });
    await insist(first, [batch(0, 1_000)]);
    // It wrote its events and died before their position was stored.
    await insist(first, [{ ...batch(1_000, 700), source: null }]);
    await node.request('POST', '/skopos_positions/_doc/indexing%2F0', {
      topic: 'indexing',
      partition: 0,
      next: 1_000,
      intent: 1_700,
    });
    await first.close();
    now += HOUR;
    const second = await open({ clock: () => now });
    expect(await second.positions()).toEqual([{ topic: 'indexing', partition: 0, nextOffset: 1_000 }]);
    await insist(second, [batch(1_000, 400), batch(1_400, 900)]);
    expect(await counted(second)).toEqual({ once: 2_300, more: 0 });
    await second.close();
  });

  it('waits where the server takes no writes, and says so', async () => {
    const index = await open();
    await insist(index, [batch(0, 500)]);
    const block = (on: boolean): Promise<unknown> =>
      node.request('PUT', '/conn_index_*/_settings', {
        'index.blocks.read_only_allow_delete': on ? true : null,
      });
    await block(true);
    const codes: string[] = [];
    const writing = insist(index, [batch(500, 500)], codes);
    await eventually(() => expect(codes).not.toEqual([]));
    await block(false);
    await writing;
    expect(new Set(codes)).toEqual(new Set(['SKP_INDEX_FULL']));
    expect(await counted(index)).toEqual({ once: 1_000, more: 0 });
    await index.close();
  });

  it('writes everything once though the server refuses much for having too much to do', async () => {
    const index = await open({ maxBulkBytes: 65_536, maxConcurrency: 8, retryForMs: 10_000 });
    const rejected = async (): Promise<number> => {
      const stats = JSON.stringify(await node.request('GET', '/_nodes/stats/thread_pool'));
      return Number(/"write":\{[^}]*"rejected":(\d+)/.exec(stats)?.[1]);
    };
    const before = await rejected();
    let loading = true;
    const line = `{"index":{}}\n${JSON.stringify({ text: 'x'.repeat(200) })}\n`;
    const others = Array.from({ length: 4 }, async () => {
      while (loading) {
        await fetch(`${node.url}/load/_bulk`, {
          method: 'POST',
          body: line.repeat(300),
          headers: { 'content-type': 'application/x-ndjson' },
        });
      }
    });
    let end = 0;
    try {
      while (end < 4_000 || (await rejected()) <= before) {
        await insist(index, [batch(end, 1_000)]);
        end += 1_000;
      }
    } finally {
      loading = false;
      await Promise.all(others);
    }
    await node.request('DELETE', '/load');
    expect(await rejected()).toBeGreaterThan(before);
    expect(await counted(index)).toEqual({ once: end, more: 0 });
    await index.close();
  });

  it('keeps events that the fields of a template do not take', async () => {
    await node.request('PUT', '/_index_template/theirs', {
      index_patterns: ['conn_index_*'],
      priority: 500,
      template: {
        mappings: {
          properties: {
            guid: { type: 'keyword' },
            timestamp: { type: 'date', format: 'epoch_millis' },
            // No limit: Lucene refuses longer words.
            note: { type: 'keyword' },
            place: { type: 'geo_point' },
            port: { type: 'short' },
          },
        },
      },
    });
    try {
      const index = await open();
      const events = [
        { guid: 'a', timestamp: 1, note: 'short', place: 'nowhere', port: 80 },
        { guid: 'b', timestamp: 2, note: 'x'.repeat(40_000), place: { a: 1 }, port: 60_000 },
        { guid: 'c', timestamp: 3, note: 5, place: null, port: 'http' },
      ];
      const report = await index.write([{ events: [encodeEvents('conn', events)], source: null }]);
      expect(report).toMatchObject({ written: 3, refused: [] });
      expect(await counted(index)).toEqual({ once: 3, more: 0 });
      for (const event of events) expect((await index.find(event.guid))?.source).toEqual(event);
      const found = await index.search({
        query: {
          type: 'range',
          field: 'port',
          from: '50000',
          to: '70000',
          includeFrom: true,
          includeTo: true,
        },
        from: 0,
        size: 10,
      });
      expect(found.results.map(({ guid }) => guid)).toEqual(['b']);
      await index.close();
    } finally {
      await node.request('DELETE', '/_index_template/theirs');
    }
  });

  it('tells of an event that the server refuses in every form in the error index, with the reason and the line', async () => {
    await node.request('PUT', '/_index_template/theirs', {
      index_patterns: ['conn_index_*'],
      priority: 500,
      template: {
        mappings: { properties: { guid: { type: 'keyword' }, timestamp: { type: 'date', format: 'yyyy' } } },
      },
    });
    try {
      const index = await open();
      const events = [
        { guid: 'a', timestamp: 1999 },
        { guid: 'b', timestamp: 1_700_000_000_000 },
      ];
      const report = await index.write([{ events: [encodeEvents('conn', events)], source: null }]);
      expect(report).toMatchObject({ written: 1, refused: [{ sensor: 'conn' }] });
      await node.request('POST', '/_refresh');
      const { results } = await index.search({
        query: { type: 'all' },
        sensors: ['error'],
        from: 0,
        size: 10,
      });
      expect(results).toHaveLength(1);
      expect(results[0]?.source).toMatchObject({
        'source.type': 'error',
        error_type: 'indexing_error',
        failed_sensor_type: 'conn',
        raw_message: JSON.stringify(events[1]),
        message: expect.stringContaining('timestamp'),
      });
      await index.close();
    } finally {
      await node.request('DELETE', '/_index_template/theirs');
    }
  });

  it('drops the indices that are too old, and no others', async () => {
    const index = await open({ maxAgeMs: HOUR });
    await insist(index, [batch(0, 10)]);
    await index.maintain(Date.now());
    expect(await index.sensors()).toEqual(['conn']);
    await index.maintain(Date.now() + 2 * HOUR);
    expect(await index.sensors()).toEqual([]);
    expect(await index.positions()).toHaveLength(1);
    await index.close();
  });

  it('finds pages far behind the first ten thousand events', async () => {
    const index = await open();
    await insist(index, [batch(0, 12_000)]);
    await node.request('POST', '/_refresh');
    const { total, results } = await index.search({ query: { type: 'all' }, from: 11_990, size: 20 });
    expect(total).toBe(12_000);
    expect(results.map(({ source }) => source['n'])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    await index.close();
  });
});

describe('a server that does not answer as it should', () => {
  it('is named with what to do', async () => {
    await expect(openOpensearchIndex({ nodes: ['http://127.0.0.1:9'] })).rejects.toMatchObject({
      code: 'SKP_INDEX_AWAY',
      hint: expect.stringContaining('nodes'),
    });
  });
});
