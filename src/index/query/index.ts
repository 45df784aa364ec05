export type { Query } from './ast.ts';
export { QueryError, type QueryErrorCode } from './errors.ts';
export { formatQuery } from './format.ts';
export { isDateField, type QueryOptions, type QueryWarning } from './options.ts';
export { parseQuery } from './parse.ts';
