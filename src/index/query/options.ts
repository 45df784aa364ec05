/** What a query is read with. */

export interface QueryWarning {
  /** Character of the query, counted from 0. */
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

export interface QueryOptions {
  /**
   * Names of the fields that there are, with dots. They tell where a name written with colons ends, and are what a wildcard
   * in a field's name stands for.
   */
  readonly fields?: Iterable<string>;
  /** Epoch milliseconds, which `now` in dates stands for. */
  readonly now?: number;
  /** Whether ISO dates in values of this field mean epoch milliseconds. Default: by its last part, such as `timestamp`. */
  readonly isDateField?: (field: string) => boolean;
  /** Between clauses with no operator; OR unless told otherwise, as in Elasticsearch. */
  readonly defaultOperator?: 'OR' | 'AND';
  /** Called for what is allowed, but most often not meant. */
  readonly onWarning?: (warning: QueryWarning) => void;
  /** Characters of a query; 32,768 unless told otherwise. */
  readonly maxLength?: number;
  /** Levels of parentheses; 64 unless told otherwise. */
  readonly maxDepth?: number;
  /** Clauses of the whole query; 1,024 unless told otherwise. */
  readonly maxClauses?: number;
}

/** Fields that hold epoch milliseconds by the names that parsers and stages give them. */
export function isDateField(field: string): boolean {
  return /(?:^|\.)(?:timestamp|ts|start_time|end_time)$/.test(field);
}
