/**
 * Filters beside the query text: each is one Lucene clause (`field:"value"`, `field:[75 TO *]`, `field:*`), kept in the
 * address as its text with a leading `-` when it excludes.
 */
export interface Filter {
  readonly field: string;
  /** What stands behind the colon, in Lucene syntax. */
  readonly test: string;
  readonly negated: boolean;
}

export const STATUS_FIELD = 'alert_status';

export function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Escapes what has a meaning to the query parser inside a field name. */
export function escapeField(field: string): string {
  return field.replace(/[\\:\s"()[\]{}^~*?!+&|/]/g, '\\$&');
}

/** Filter that keeps (or leaves out) events whose field has this value. */
export function valueFilter(field: string, value: unknown, negated = false): Filter {
  return { field, test: quote(valueText(value)), negated };
}

/** Filter that keeps (or leaves out) events that have the field at all. */
export function existsFilter(field: string, negated = false): Filter {
  return { field, test: '*', negated };
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function filterText(filter: Filter): string {
  return `${filter.negated ? '-' : ''}${escapeField(filter.field)}:${filter.test}`;
}

/** Reads `filterText`'s form; null when it is none. */
export function parseFilter(text: string): Filter | null {
  const match = /^(-?)((?:\\.|[^\\:])+):(.+)$/s.exec(text);
  if (!match) return null;
  const [, sign = '', field = '', test = ''] = match;
  return { field: field.replace(/\\(.)/gs, '$1'), test, negated: sign === '-' };
}

/** The value a filter compares with, for display: quotes and their escapes taken off. */
export function filterValue(filter: Filter): string {
  const quoted = /^"((?:\\.|[^"\\])*)"$/s.exec(filter.test);
  return quoted ? (quoted[1] ?? '').replace(/\\(.)/gs, '$1') : filter.test;
}

function clause(filter: Filter): string {
  if (filter.test === '*') return `_exists_:${escapeField(filter.field)}`;
  // An alert nobody has touched has no status yet, and counts as new.
  if (filter.field === STATUS_FIELD && filterValue(filter) === 'NEW') {
    return `(${STATUS_FIELD}:"NEW" OR (*:* AND NOT _exists_:${STATUS_FIELD}))`;
  }
  return `${escapeField(filter.field)}:${filter.test}`;
}

export interface ComposedQuery {
  readonly text: string;
  /** Where the reader's own text starts in `text`: error positions are moved back by it. */
  readonly offset: number;
}

/** The query sent to the server: the reader's text and all filters. Filters on one field that include are alternatives. */
export function composeQuery(text: string, filters: readonly Filter[]): ComposedQuery {
  const own = text.trim();
  const everything = own === '' || own === '*' || own === '*:*';
  if (filters.length === 0) return { text: everything ? '*' : text, offset: 0 };

  const included = new Map<string, string[]>();
  const clauses: string[] = everything ? [] : [`(${text})`];
  for (const filter of filters) {
    if (filter.negated) continue;
    const alternatives = included.get(filter.field);
    if (alternatives) alternatives.push(clause(filter));
    else included.set(filter.field, [clause(filter)]);
  }
  for (const alternatives of included.values()) {
    clauses.push(alternatives.length === 1 ? alternatives.join('') : `(${alternatives.join(' OR ')})`);
  }
  if (clauses.length === 0) clauses.push('*:*');
  for (const filter of filters) if (filter.negated) clauses.push(`NOT ${clause(filter)}`);
  return { text: clauses.join(' AND '), offset: everything ? 0 : 1 };
}

/** Adds a filter; the same clause with the other sign is replaced, the same one stays as it is. */
export function addFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const others = filters.filter((filter) => filter.field !== added.field || filter.test !== added.test);
  return [...others, added];
}

export function removeFilter(filters: readonly Filter[], removed: Filter): readonly Filter[] {
  const text = filterText(removed);
  return filters.filter((filter) => filterText(filter) !== text);
}
