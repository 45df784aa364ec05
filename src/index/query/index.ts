export type { Query } from './ast.ts';
export { type Completion, type CompletionSource, type Completions, completions } from './complete.ts';
export { QueryError, type QueryErrorCode } from './errors.ts';
export { formatQuery } from './format.ts';
export { isDateField, type QueryOptions, type QueryWarning } from './options.ts';
export { parseQuery } from './parse.ts';
