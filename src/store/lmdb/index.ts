export { openLmdbKeyValueStore } from './open.ts';
