export type { DuckdbIndexOptions } from './duckdb/settings.ts';
export { encodeEvents, type SharedFields } from './encode.ts';
export { IndexError, type IndexErrorCode } from './errors.ts';
export * from './event-index.ts';
export { openDuckdbIndex } from './open-duckdb.ts';
export { openOpensearchIndex } from './open-opensearch.ts';
export type { OpensearchIndexOptions } from './opensearch/settings.ts';
export { applyPatch } from './patch.ts';
export * from './query/index.ts';
