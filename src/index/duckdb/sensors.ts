import { FieldKind } from '../event-index.ts';
import { COLUMN_KINDS, type ColumnKind } from './names.ts';
import type { KnownTemplate } from './raw/template.ts';

/** A field of a sensor: name as events have it, and which kinds have columns. */
export interface Field {
  /** 0 for `guid` and `timestamp` while they have no columns beside their fixed ones. */
  id: number;
  readonly name: string;
  /** Physical columns by kind, once a value of the kind was seen. */
  readonly columns: Map<ColumnKind, string>;
}

export interface Sensor {
  readonly id: number;
  readonly name: string;
  readonly fields: Map<string, Field>;
  /** Field and kind of every physical column. */
  readonly byColumn: Map<string, { readonly field: Field; readonly kind: ColumnKind }>;
  columnCount: number;
  /** Some fields are kept in `more`, since there were too many for columns. */
  overflowed: boolean;
  lastFieldId: number;
  /** Shapes of raw lines that segments of this sensor were written with. */
  readonly templates: Map<number, KnownTemplate>;
}

export function rememberColumn(sensor: Sensor, field: Field, kind: ColumnKind): string {
  const column = `f${field.id}${kind}`;
  field.columns.set(kind, column);
  sensor.byColumn.set(column, { field, kind });
  sensor.columnCount++;
  return column;
}

/**
 * The kind of column for the values of a field in one batch; null when they need several. Whole numbers go into a column of
 * doubles when the field has other numbers too: up to 2^53 both are exact.
 */
export function columnKind(bits: number, field: Field | undefined): ColumnKind | null {
  switch (bits & ~FieldKind.null) {
    case FieldKind.integer:
      return field?.columns.has('d') === true && !field.columns.has('i') ? 'd' : 'i';
    case FieldKind.number:
    case FieldKind.number | FieldKind.integer:
      return field?.name === 'timestamp' && (bits & FieldKind.integer) !== 0 ? null : 'd';
    case FieldKind.text:
      return 't';
    case FieldKind.boolean:
      return 'b';
    case FieldKind.json:
      return 'j';
    default:
      return null;
  }
}

/** Columns of a field that a table or segment has, in a fixed order of kinds. */
export function columnsOf(
  field: Field,
  present: ReadonlySet<string>,
): readonly { kind: ColumnKind; column: string }[] {
  const found: { kind: ColumnKind; column: string }[] = [];
  for (const kind of COLUMN_KINDS) {
    const column = field.columns.get(kind);
    if (column !== undefined && present.has(column)) found.push({ kind, column });
  }
  return found;
}
