import { afterAll, beforeAll } from 'vitest';
import { keyValueConformance } from '../../../src/store/conformance.ts';
import { type KeyValueStore, openHBaseKeyValueStore } from '../../../src/store/index.ts';
import { type HBaseServer, startHBase } from './server.ts';

let server: HBaseServer;
beforeAll(async () => {
  server = await startHBase({ thrift: true });
});
afterAll(() => server.stop());

keyValueConformance('HBase by Thrift', async () => {
  const opened: KeyValueStore[] = [];
  const open = async (): Promise<KeyValueStore> => {
    const store = openHBaseKeyValueStore({
      servers: [`127.0.0.1:${server.thriftPort}`],
      table: 'conformance',
    });
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
