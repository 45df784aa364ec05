import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyValueConformance } from '../conformance.ts';
import { openLmdbKeyValueStore } from './open.ts';

keyValueConformance('LMDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skopos-store-'));
  const opened = [openLmdbKeyValueStore(folder)];
  const open = () => {
    const store = openLmdbKeyValueStore(folder);
    opened.push(store);
    return store;
  };
  return {
    store: opened[0] as (typeof opened)[number],
    async reopen() {
      for (const store of opened.splice(0)) await store.close();
      return open();
    },
    another: async () => open(),
    async close() {
      for (const store of opened.splice(0)) await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
