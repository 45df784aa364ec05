import path from 'node:path';
import { openLmdbEventLog } from '../bus/index.ts';
import type { BusEngine } from './engine.ts';
import { nothing } from './nothing.ts';

/** The log in the data folder. */
export const lmdbLog: BusEngine = {
  shared: false,
  schema: nothing,
  open: (_, { dataFolder, notifier }) =>
    openLmdbEventLog(path.join(dataFolder, 'log'), notifier === undefined ? {} : { notifier }),
};
