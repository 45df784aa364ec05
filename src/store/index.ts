export * from './hbase/index.ts';
export * from './key-value.ts';
export * from './lmdb/index.ts';
export * from './reference-data.ts';
export * from './store-error.ts';
