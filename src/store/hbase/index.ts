export { openHBaseKeyValueStore } from './open.ts';
export type { HBaseSettings } from './settings.ts';
