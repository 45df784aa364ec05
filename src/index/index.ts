export * from './event-index.ts';
export type { Query } from './query/ast.ts';
