import { type HBaseSettings, type KeyValueStore, openHBaseKeyValueStore } from '../store/index.ts';
import type { Engine, EnginePlace } from './engine.ts';
import type { HBaseSection } from './hbase-schema.ts';
import { prepareTls } from './tls.ts';

/** The settings with everything read that they name. Plain data. */
export type HBaseOptions = Pick<HBaseSettings, keyof HBaseSettings>;

/** The store in HBase, with Metron's tables of reference data. */
export const hbase: Engine<KeyValueStore, EnginePlace, HBaseSection, HBaseOptions> = {
  shared: true,
  schema: async () => (await import('./hbase-schema.ts')).hbaseSchema,
  async prepare({ tls, ...rest }, folder) {
    return tls === undefined ? rest : { ...rest, tls: await prepareTls(tls, folder) };
  },
  open: (settings) => openHBaseKeyValueStore(settings),
};
