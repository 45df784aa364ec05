/**
 * Text that goes into SQL: only names and paths of our own making, and field names of events where DuckDB's reader of JSON
 * needs them. Values of requests never come here; they are bound.
 */

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path for `read_json` or `read_parquet`, which would take `*`, `?` and `[` in a folder's name for a pattern. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, '[$&]'));
}

/** Kinds that have a column of their own; the letter ends the column's name. */
export type ColumnKind = 'i' | 'd' | 'b' | 't' | 'j';

export const COLUMN_KINDS: readonly ColumnKind[] = ['i', 'd', 'b', 't', 'j'];

/** Type in a table and in Parquet. */
export const STORED_TYPE: Readonly<Record<ColumnKind, string>> = {
  i: 'BIGINT',
  d: 'DOUBLE',
  b: 'BOOLEAN',
  t: 'VARCHAR',
  j: 'VARCHAR',
};

/** Type to read from JSON: of arrays and objects the text is kept as it was written. */
export const READ_TYPE: Readonly<Record<ColumnKind, string>> = { ...STORED_TYPE, j: 'JSON' };
