import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyValueConformance } from '../../../src/store/conformance.ts';
import { ThriftGateway } from '../../../src/store/hbase/thrift-gateway.ts';
import {
  type HBaseSettings,
  type KeyValueStore,
  openHBaseKeyValueStore,
  ReferenceData,
} from '../../../src/store/index.ts';
import { type HBaseServer, startHBase } from './server.ts';

let server: HBaseServer;
beforeAll(async () => {
  server = await startHBase({ thrift: true, rest: true });
});
afterAll(() => server.stop());

const gateways = ['thrift', 'rest'] as const;
/** Longer than by default: the machine of a test may have a lot to do. */
const settingsOf = (gateway: (typeof gateways)[number]): HBaseSettings => ({
  gateway,
  servers: [`127.0.0.1:${gateway === 'thrift' ? server.thriftPort : server.restPort}`],
  table: `conformance-${gateway}`,
  requestTimeoutMs: 20_000,
});

for (const gateway of gateways) {
  keyValueConformance(`HBase by ${gateway}`, async () => {
    const opened: KeyValueStore[] = [];
    const open = async (): Promise<KeyValueStore> => {
      const store = openHBaseKeyValueStore(settingsOf(gateway));
      opened.push(store);
      return store;
    };
    return {
      store: await open(),
      async reopen() {
        for (const store of opened.splice(0)) await store.close();
        return open();
      },
      another: open,
      async close() {
        for (const store of opened.splice(0)) await store.close();
      },
    };
  });
}

describe.each(gateways)('reference data in the tables of Metron, by %s,', (by) => {
  const opened: KeyValueStore[] = [];
  const open = (settings: Partial<HBaseSettings> = {}): KeyValueStore => {
    const store = openHBaseKeyValueStore({ ...settingsOf(by), ...settings });
    opened.push(store);
    return store;
  };
  const name = (table: string): string => `${table}-${by}`;
  let gateway: ThriftGateway;
  beforeAll(async () => {
    gateway = new ThriftGateway({
      host: '127.0.0.1',
      port: server.thriftPort,
      connections: 1,
      connectMs: 20_000,
      callMs: 20_000,
    });
  });
  afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
  afterAll(() => gateway.close());

  // As Metron's loaders write it: row, family and qualifier by hand.
  const row = Buffer.from(
    'd491ee6b6482c853791f7f19310facd7000c6d616c6963696f75735f6970000831302e302e322e33',
    'hex',
  );
  const metron = (table: string, value: string) =>
    gateway.put(table, 't', [{ row, cells: [{ qualifier: Buffer.from('v'), value: Buffer.from(value) }] }]);

  it('are read as they are', async () => {
    await gateway.createTable(name('asmetron'), 't');
    await metron(name('asmetron'), '{"source":"feed","score":5}');
    const data = new ReferenceData(open());
    expect(await data.get(name('asmetron'), 'malicious_ip', '10.0.2.3')).toEqual({
      source: 'feed',
      score: 5,
    });
    expect(await data.get(name('asmetron'), 'malicious_ip', '10.0.2.4')).toBeUndefined();
    expect(await data.types(name('asmetron'))).toEqual(['malicious_ip']);
    // A row that is there is a hit, whatever its value.
    await metron(name('asmetron'), '{"source":');
    expect(await new ReferenceData(open()).get(name('asmetron'), 'malicious_ip', '10.0.2.3')).toEqual({});
  });

  it('are written as Metron reads them', async () => {
    const data = new ReferenceData(open());
    await data.put(name('written'), 'malicious_ip', '10.0.2.3', { source: 'ours' });
    const [found] = await gateway.get(name('written'), 't', [row]);
    expect(found?.cells.map(({ qualifier, value }) => [String(qualifier), String(value)])).toEqual([
      ['v', '{"source":"ours"}'],
    ]);
    await data.delete(name('written'), [{ type: 'malicious_ip', indicator: '10.0.2.3' }]);
    expect((await gateway.get(name('written'), 't', [row]))[0]?.cells).toEqual([]);
  });

  it('are found in another column family, and not in a table or family that there is not', async () => {
    await gateway.createTable(name('families'), 'cf');
    const data = new ReferenceData(open());
    await data.put(`${name('families')}:cf`, 'et', 'indicator0', { key0: 'value0' });
    expect(await data.get(`${name('families')}:cf`, 'et', 'indicator0')).toEqual({ key0: 'value0' });
    expect(await data.get(name('families'), 'et', 'indicator0')).toBeUndefined();
    expect(await data.get(name('never-made'), 'et', 'indicator0')).toBeUndefined();
  });

  it('are imported, listed and told apart by type', async () => {
    const data = new ReferenceData(open());
    const entries = Array.from({ length: 2_500 }, (_, i) => ({
      type: i % 2 === 0 ? 'even' : 'odd',
      indicator: `indicator ${i} ü`,
      metadata: { i },
    }));
    expect(await data.importMany(name('imported'), entries)).toBe(2_500);
    expect(await data.types(name('imported'))).toEqual(['even', 'odd']);
    const listed = await all(data.list(name('imported'), 'odd'));
    expect(listed.map(({ metadata }) => metadata['i']).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 1_250 }, (_, i) => 2 * i + 1),
    );
    expect(await all(data.list(name('imported'), 'odd', { limit: 3 }))).toHaveLength(3);
    const found = await data.getMany(
      name('imported'),
      entries.map(({ type, indicator }) => ({ type, indicator })),
    );
    expect(found.map((one) => one?.['i'])).toEqual(entries.map((_, i) => i));
  });

  it('answer a batch in few calls, and the second time out of the cache, at once', async () => {
    const store = open({ negativeSeconds: 3_600 });
    const data = new ReferenceData(store);
    const references = Array.from({ length: 1_000 }, (_, i) => ({ type: 't', indicator: `${i % 500}` }));
    await data.put(name('cached'), 't', '7', { seven: true });
    // What is kept before the version of the table is known is forgotten then.
    const before = data.version(name('cached'));
    await vi.waitFor(() => expect(data.version(name('cached'))).toBeGreaterThan(before as number), {
      timeout: 30_000,
    });
    await data.getMany(name('cached'), [{ type: 't', indicator: 'first' }]);
    expect(store.remote?.status().fetches).toBe(1);
    await data.getMany(name('cached'), references);
    const { fetches, fetched, misses } = store.remote!.status();
    expect([fetches, fetched, misses]).toEqual([1 + 2, 1 + 500, 1 + 1_000]);
    const again = data.getMany(name('cached'), references);
    expect(again).not.toBeInstanceOf(Promise);
    expect((await again)[7]).toEqual({ seven: true });
    expect(store.remote!.status()).toMatchObject({ fetched, hits: 1_000, negativeHits: 998 });
  });

  it('show an indicator that another process loads, after having said that it is not there', async () => {
    const reader = open({ negativeSeconds: 3_600, versionMs: 50 });
    const data = new ReferenceData(reader);
    const version = () => data.version(name('loaded')) as number;
    expect(await data.get(name('loaded'), 'malicious_ip', '192.0.2.1')).toBeUndefined();
    expect(await data.get(name('loaded'), 'malicious_ip', '192.0.2.1')).toBeUndefined();
    const before = version();
    await new ReferenceData(open()).put(name('loaded'), 'malicious_ip', '192.0.2.1', { source: 'new' });
    await vi.waitFor(() => expect(version()).toBeGreaterThan(before), { timeout: 30_000 });
    expect(await data.get(name('loaded'), 'malicious_ip', '192.0.2.1')).toEqual({ source: 'new' });
  });

  it('show what others write to them when what is kept of them ends', async () => {
    await gateway.createTable(name('foreign'), 't');
    const data = new ReferenceData(open({ negativeSeconds: 0.2 }));
    expect(await data.get(name('foreign'), 'malicious_ip', '10.0.2.3')).toBeUndefined();
    await metron(name('foreign'), '{"source":"metron"}');
    await vi.waitFor(
      async () =>
        expect(await data.get(name('foreign'), 'malicious_ip', '10.0.2.3')).toEqual({ source: 'metron' }),
      { timeout: 30_000 },
    );
  });

  it('refuse what can be no row, and look it up without harm', async () => {
    const data = new ReferenceData(open());
    const long = 'x'.repeat(40_000);
    expect(await data.get(name('cached'), 't', long)).toBeUndefined();
    await expect(data.put(name('cached'), 't', long, {})).rejects.toMatchObject({ code: 'SKP_STORE_INPUT' });
    expect(() => data.get('a b', 't', 'x')).toThrow('cannot be a table');
    for (const indicator of ['', '__proto__', 'constructor', '\0', '\ud800']) {
      await data.put(name('hostile'), 't', indicator, { indicator: 'own' });
      expect(await data.get(name('hostile'), 't', indicator)).toEqual({ indicator: 'own' });
    }
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
