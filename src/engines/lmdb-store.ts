import path from 'node:path';
import { openLmdbKeyValueStore } from '../store/index.ts';
import type { StoreEngine } from './engine.ts';
import { nothing } from './nothing.ts';

/** The store in the data folder. */
export const lmdbStore: StoreEngine = {
  shared: false,
  schema: nothing,
  open: (_, { dataFolder }) => openLmdbKeyValueStore(path.join(dataFolder, 'store')),
};
