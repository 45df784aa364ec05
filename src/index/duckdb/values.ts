import type { Bindings } from './binding.ts';
import { type ColumnKind, identifier } from './names.ts';
import type { Place } from './places.ts';
import { type RawLines, rawPresentSql, rawSql } from './raw/raw-lines.ts';
import { columnsOf, type Field, type Sensor } from './sensors.ts';

/** What holds a field's values of one kind: a column, or an expression over `more`. */
export interface Column {
  readonly kind: ColumnKind;
  readonly sql: string;
  /** Text without upper-case letters. */
  readonly lower?: boolean;
  /** Text without letters. */
  readonly caseless?: boolean;
  /** When `sql` is just a column, its name. */
  readonly name?: string;
  /** For raw lines that are made from templates: `sql` makes them. */
  readonly raw?: RawLines;
}

/** A column of a place by its name there. */
export function placeColumn(place: Place, column: string, kind: ColumnKind): Column {
  const lower = place.lower.has(column);
  return place.raw?.column === column
    ? { kind, sql: rawSql(place.raw, place.columns), lower, raw: place.raw }
    : { kind, sql: identifier(column), lower, caseless: place.caseless.has(column), name: column };
}

/** True where the column has a value. */
export function presentSql({ sql, raw }: Column): string {
  return raw === undefined ? `${sql} IS NOT NULL` : rawPresentSql(raw);
}

/** A field by the name in a request: as written, else with dots for colons, else with colons for dots. */
export function resolveField(sensor: Sensor, name: string): Field | undefined {
  return (
    sensor.fields.get(name) ??
    (name.includes(':') ? sensor.fields.get(name.replaceAll(':', '.')) : undefined) ??
    (name.includes('.') ? sensor.fields.get(name.replaceAll('.', ':')) : undefined)
  );
}

/** Everything in a place that holds values of the field: its columns, and the JSON of fields that have none. */
export function fieldColumns(place: Place, name: string, bindings: Bindings): readonly Column[] {
  const field = resolveField(place.sensor, name);
  const found: Column[] = [];
  if (field !== undefined) {
    for (const { kind, column } of columnsOf(field, place.columns))
      found.push(placeColumn(place, column, kind));
  }
  if (place.sensor.overflowed) {
    const value = `json_extract(more, '/' || ${bindings.text(pointer(field?.name ?? name))})`;
    const ofType = (types: string, sql: string): string =>
      `CASE WHEN json_type(${value}) IN (${types}) THEN ${sql} END`;
    found.push(
      { kind: 't', sql: ofType("'VARCHAR'", `json_extract_string(${value}, '$')`) },
      { kind: 'd', sql: ofType("'BIGINT', 'UBIGINT', 'DOUBLE'", `${value}::DOUBLE`) },
      { kind: 'b', sql: ofType("'BOOLEAN'", `${value}::BOOLEAN`) },
      { kind: 'j', sql: ofType("'ARRAY', 'OBJECT'", `${value}::VARCHAR`) },
    );
  }
  if (found.length === 0 && (name === 'source.type' || name === 'source:type')) {
    found.push({ kind: 't', sql: bindings.text(place.sensor.name) });
  }
  return found;
}

/** A field's name as one step of a JSON pointer (RFC 6901), without the leading slash. */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The field's number, NULL where it is none. Null when no column holds numbers. */
export function numberOf(columns: readonly Column[]): string | null {
  const numbers = columns.filter(({ kind }) => kind === 'i' || kind === 'd');
  if (numbers.length <= 1) return numbers[0]?.sql ?? null;
  return `coalesce(${numbers.map(({ kind, sql }) => (kind === 'i' ? `${sql}::DOUBLE` : sql)).join(', ')})`;
}

/** The field as text, for counting and grouping: texts as they are, numbers and booleans as JSON writes them. */
export function textOf(columns: readonly Column[]): string | null {
  const parts = columns.map(({ kind, sql }) =>
    kind === 't' || kind === 'j' ? sql : kind === 'd' ? doubleText(sql) : `${sql}::VARCHAR`,
  );
  if (parts.length === 0) return null;
  return parts.length === 1 ? parts[0]! : `coalesce(${parts.join(', ')})`;
}

/** `10`, not `10.0`, so that one value has one text whether its column is of integers or doubles. */
function doubleText(sql: string): string {
  return `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 9007199254740992 THEN ${sql}::BIGINT::VARCHAR ELSE ${sql}::VARCHAR END`;
}
