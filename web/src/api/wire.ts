/** The shapes on the wire, from their one definition in the server's source. Types only: nothing of the server is bundled. */
export type * from '../../../src/api/contract.ts';
export type { ColumnType, HistogramBucket } from '../../../src/index/event-index.ts';
