import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue, KeyValueEntry, KeyValueStore } from './key-value.ts';

/** One store under test. Tables have fresh names in every test, so one server may serve all of them. */
export interface KeyValueStoreUnderTest {
  readonly store: KeyValueStore;
  /** Closes the store and opens it again over the same data. */
  reopen(): Promise<KeyValueStore>;
  /** Another client of the same data; closed by `close`. */
  another(): Promise<KeyValueStore>;
  close(): Promise<void>;
}

let names = 0;

/** What every implementation of `KeyValueStore` must do. */
export function keyValueConformance(name: string, factory: () => Promise<KeyValueStoreUnderTest>): void {
  describe(`${name} as a key-value store`, () => {
    let test: KeyValueStoreUnderTest;
    let store: KeyValueStore;
    let table: string;

    beforeEach(async () => {
      test = await factory();
      store = test.store;
      table = `table-${process.pid}-${names++}`;
    });

    afterEach(() => test.close());

    const put = (...keys: string[]) =>
      store.putMany(
        table,
        keys.map((key) => ({ key, value: key.slice(0, 20) })),
      );

    async function scan(
      range: Parameters<KeyValueStore['scan']>[1] = {},
      of = table,
    ): Promise<KeyValueEntry[]> {
      const entries: KeyValueEntry[] = [];
      for await (const entry of store.scan(of, range)) entries.push(entry);
      return entries;
    }

    const keysOf = async (range: Parameters<KeyValueStore['scan']>[1] = {}) =>
      (await scan(range)).map(({ key }) => key);

    it('gives values in the order of the keys, undefined where there is none', async () => {
      await put('a', 'b');
      expect(await store.getMany(table, ['b', 'absent', 'a', 'b'])).toEqual(['b', undefined, 'a', 'b']);
      expect(await store.getMany(table, [])).toEqual([]);
    });

    it('answers for a table that does not exist', async () => {
      expect(await store.getMany(table, ['a', 'b'])).toEqual([undefined, undefined]);
      expect(await scan()).toEqual([]);
      expect(await store.version(table)).toBe(0);
      await store.deleteMany(table, ['a']);
      expect(await store.tables()).not.toContain(table);
    });

    it('keeps every kind of JSON value', async () => {
      const hostile = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":1,"":null,"nul\\u0000":"\\u0000"}',
      );
      const values: JsonValue[] = [
        null,
        true,
        false,
        0,
        -1.5e-300,
        '',
        'ü😀\0',
        [],
        {},
        [1, [2, { three: [null] }]],
        { name: 'x', n: 1 },
        hostile,
        'long '.repeat(100_000),
      ];
      await store.putMany(
        table,
        values.map((value, i) => ({ key: `${i}`, value })),
      );
      const read = await store.getMany(
        table,
        values.map((_, i) => `${i}`),
      );
      expect(read.map((value) => JSON.stringify(value))).toEqual(
        values.map((value) => JSON.stringify(value)),
      );
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('gives values that the caller may keep and change', async () => {
      await store.putMany(table, [{ key: 'a', value: { list: [1] } }]);
      const [first] = await store.getMany(table, ['a']);
      (first as { list: number[] }).list.push(2);
      expect(await store.getMany(table, ['a'])).toEqual([{ list: [1] }]);
    });

    it('replaces a value; the last of one batch counts', async () => {
      await store.putMany(table, [{ key: 'a', value: 1 }]);
      await store.putMany(table, [
        { key: 'a', value: 2 },
        { key: 'a', value: 3 },
      ]);
      expect(await store.getMany(table, ['a'])).toEqual([3]);
    });

    it('deletes keys, present or not', async () => {
      await put('a', 'b', 'c');
      await store.deleteMany(table, ['a', 'absent', 'c']);
      expect(await keysOf()).toEqual(['b']);
    });

    it('keeps tables apart', async () => {
      await put('a');
      await store.putMany(`${table}:types`, [{ key: 'a', value: 'other' }]);
      expect(await store.getMany(table, ['a'])).toEqual(['a']);
      expect(await scan({}, `${table}:types`)).toEqual([{ key: 'a', value: 'other' }]);
      expect(await store.tables()).toEqual(expect.arrayContaining([table, `${table}:types`]));
    });

    it('writes a batch whole or not at all', async () => {
      const entries = [
        { key: 'a', value: 1 },
        { key: 'b', value: undefined as unknown as JsonValue },
      ];
      await expect(store.putMany(table, entries)).rejects.toMatchObject({ code: 'SKP_STORE_INPUT' });
      expect(await scan()).toEqual([]);
    });

    it('refuses a name of a table that not every implementation can keep', async () => {
      for (const bad of ['', 'a b', 'a/b', 'a\0', 'ä', 'x'.repeat(201)]) {
        await expect(store.putMany(bad, [{ key: 'a', value: 1 }])).rejects.toMatchObject({
          code: 'SKP_STORE_INPUT',
        });
      }
    });

    it('takes hostile keys: empty, NUL, prototype names, long ones', async () => {
      const keys = [
        '',
        '\0',
        'a\0b',
        '__proto__',
        'constructor',
        'ü',
        '😀',
        'x'.repeat(1_900),
        'x'.repeat(1_901),
      ];
      keys.push('x'.repeat(100_000), `${'x'.repeat(100_000)}y`);
      await store.putMany(
        table,
        keys.map((key, i) => ({ key, value: i })),
      );
      expect(await store.getMany(table, keys)).toEqual(keys.map((_, i) => i));
      expect((await scan()).map(({ key }) => key).sort(byBytes)).toEqual([...keys].sort(byBytes));
      await store.deleteMany(table, keys.slice(-1));
      expect(await store.getMany(table, keys.slice(-2))).toEqual([keys.length - 2, undefined]);
    });

    describe('a scan', () => {
      it('gives entries in the order of the keys’ UTF-8 bytes', async () => {
        const keys = ['b', 'a', 'B', 'ab', 'a\0', '\uffee', '😀', 'ä', 'z', '', '10', '9'];
        await put(...keys);
        expect(await keysOf()).toEqual([...keys].sort(byBytes));
      });

      it('begins at from, ends before to and keeps to the limit', async () => {
        await put('a', 'b', 'c', 'd');
        expect(await keysOf({ from: 'b' })).toEqual(['b', 'c', 'd']);
        expect(await keysOf({ to: 'c' })).toEqual(['a', 'b']);
        expect(await keysOf({ from: 'aa', to: 'd' })).toEqual(['b', 'c']);
        expect(await keysOf({ from: 'b', limit: 2 })).toEqual(['b', 'c']);
        expect(await keysOf({ limit: 0 })).toEqual([]);
        expect(await keysOf({ from: 'c', to: 'c' })).toEqual([]);
        expect(await keysOf({ from: 'x', to: 'a' })).toEqual([]);
      });

      it('keeps the order among long keys that begin alike', async () => {
        const long = 'p'.repeat(3_000);
        const keys = [
          `${long}c`,
          `${long}a`,
          `${long}b`,
          'p'.repeat(1_890),
          'p'.repeat(1_868),
          `${'p'.repeat(1_868)}z`,
        ];
        keys.push('q', `${long}ä`, `o${long}`, 'p'.repeat(2_999));
        await put(...keys);
        const sorted = [...keys].sort(byBytes);
        expect(await keysOf()).toEqual(sorted);
        for (const from of sorted) {
          expect(await keysOf({ from, limit: 3 })).toEqual(sorted.slice(sorted.indexOf(from)).slice(0, 3));
          expect(await keysOf({ to: from })).toEqual(sorted.slice(0, sorted.indexOf(from)));
        }
      });

      it('keeps their order at the end of a table too', async () => {
        const keys = Array.from(
          { length: 20 },
          (_, i) => `${'p'.repeat(2_500)}${String.fromCharCode(97 + i)}`,
        );
        await put(...[...keys].reverse());
        expect(await keysOf()).toEqual(keys);
      });

      it('gives every entry of a large table once', async () => {
        const keys = Array.from({ length: 3_500 }, (_, i) => `key ${String(i).padStart(5, '0')}`);
        await put(...keys);
        expect(await keysOf()).toEqual(keys);
        expect(await keysOf({ from: keys[1_000] as string, limit: 1_500 })).toEqual(keys.slice(1_000, 2_500));
      });

      it('goes on while the table is written', async () => {
        const keys = Array.from({ length: 2_500 }, (_, i) => `key ${String(i).padStart(5, '0')}`);
        await put(...keys);
        const seen: string[] = [];
        for await (const { key } of store.scan(table, {})) {
          seen.push(key);
          if (seen.length === 10) await store.deleteMany(table, keys.slice(0, 5));
        }
        expect(seen).toEqual(keys);
      });
    });

    describe('the version of a table', () => {
      it('grows with every put and delete, and only for that table', async () => {
        const versions = [await store.version(table)];
        await put('a');
        versions.push(await store.version(table));
        await store.deleteMany(table, ['a']);
        versions.push(await store.version(table));
        await store.putMany(`${table}-other`, [{ key: 'a', value: 1 }]);
        expect(await store.version(table)).toBe(versions[2]);
        expect(versions[1]).toBeGreaterThan(versions[0] as number);
        expect(versions[2]).toBeGreaterThan(versions[1] as number);
      });

      it('is seen by other clients, with the data', async () => {
        const other = await test.another();
        const before = await other.version(table);
        await put('a');
        expect(await other.version(table)).toBeGreaterThan(before);
        expect(await other.getMany(table, ['a'])).toEqual(['a']);
      });
    });

    it('takes writes of many callers at once and keeps them all', async () => {
      const other = await test.another();
      await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          (i % 2 ? store : other).putMany(table, [{ key: `${i}`, value: i }]),
        ),
      );
      expect(await scan()).toHaveLength(100);
    });

    it('keeps everything when it is reopened', async () => {
      const long = 'l'.repeat(5_000);
      await put('a', long);
      const version = await store.version(table);
      store = await test.reopen();
      expect(await store.getMany(table, ['a', long])).toEqual(['a', 'l'.repeat(20)]);
      expect(await store.version(table)).toBe(version);
      expect(await store.tables()).toContain(table);
    });

    it('refuses work after it was closed', async () => {
      await store.close();
      await expect(store.putMany(table, [{ key: 'a', value: 1 }])).rejects.toMatchObject({
        code: 'SKP_STORE_CLOSED',
      });
    });
  });
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
