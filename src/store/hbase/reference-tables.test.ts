import { expect, it } from 'vitest';
import type { HBaseGateway, HBaseRow } from './gateway.ts';
import { HBaseKeyValueStore } from './hbase-store.ts';

it('asks anew for what is written while it is being looked up', async () => {
  const there = new Map<string, HBaseRow>();
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let calls = 0;
  const gateway: HBaseGateway = {
    async get(table, _family, rows) {
      const found = rows.map((row) => there.get(table + Buffer.from(row).toString('latin1')));
      if (table === 'threatintel' && ++calls === 1) {
        asked.resolve();
        await late.promise;
      }
      return found.map((row, at) => row ?? { row: Buffer.from(rows[at]!), cells: [] });
    },
    async put(table, _family, rows) {
      for (const { row, cells } of rows)
        there.set(table + Buffer.from(row).toString('latin1'), {
          row: Buffer.from(row),
          cells: cells.map(({ qualifier, value }) => ({ qualifier, value: Buffer.from(value) })),
        });
    },
    delete: async () => undefined,
    increment: async () => undefined,
    scan: async () => [],
    exists: async () => true,
    createTable: async () => false,
    close: () => undefined,
  };
  const store = new HBaseKeyValueStore('test', [gateway], { servers: [] });
  const before = store.references.get('threatintel', 'ip', '192.0.2.1');
  await asked.promise;
  await store.references.putMany('threatintel', [
    { type: 'ip', indicator: '192.0.2.1', metadata: { source: 'new' } },
  ]);
  const after = store.references.get('threatintel', 'ip', '192.0.2.1');
  setImmediate(late.resolve);
  expect(await after).toEqual({ source: 'new' });
  expect(await before).toBeUndefined();
  expect(await store.references.get('threatintel', 'ip', '192.0.2.1')).toEqual({ source: 'new' });
  expect(calls).toBe(2);
  await store.close();
});
