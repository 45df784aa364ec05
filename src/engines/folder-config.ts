import type { ConfigEngine } from './engine.ts';
import { nothing } from './nothing.ts';

/** The configuration folder of this machine, watched. */
export const folderConfig: ConfigEngine = {
  shared: false,
  schema: nothing,
  open: () => null,
};
