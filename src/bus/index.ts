export * from './bus-error.ts';
export * from './event-log.ts';
export * from './kafka/index.ts';
export * from './lmdb/index.ts';
