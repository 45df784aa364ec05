import { FieldKind } from '../event-index.ts';
import type { ColumnKind } from './names.ts';

const decoder = new TextDecoder();

/** Reads the guid that each line starts with (`{"guid":"…"`), without parsing the rest. Null when it does not. */
export function guidOfLine(line: Uint8Array): string | null {
  const start = 9;
  const end = line.indexOf(0x22, start);
  if (end < 0) return null;
  const head = decoder.decode(line.subarray(0, end));
  if (!head.startsWith('{"guid":"')) return null;
  if (!head.includes('\\')) return head.slice(start);
  // An escape: let the parser say what it means.
  const guid = parseObject(decoder.decode(line))?.['guid'];
  return typeof guid === 'string' ? guid : null;
}

/** One JSON object; null for anything else. Keys such as `__proto__` stay plain keys. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Kind of column for one value; null for null. */
export function valueKind(value: unknown): ColumnKind | null {
  switch (typeof value) {
    case 'string':
      return 't';
    case 'number':
      return Number.isSafeInteger(value) ? 'i' : 'd';
    case 'boolean':
      return 'b';
    default:
      return value === null || value === undefined ? null : 'j';
  }
}

/** Bits of `FieldKind` for one value. */
export function kindBit(value: unknown): number {
  switch (valueKind(value)) {
    case 't':
      return FieldKind.text;
    case 'i':
      return FieldKind.integer;
    case 'd':
      return FieldKind.number;
    case 'b':
      return FieldKind.boolean;
    case 'j':
      return FieldKind.json;
    default:
      return FieldKind.null;
  }
}

/**
 * Writes one event with the names of its columns: what DuckDB then reads has neither clashes nor odd names. Fields without a
 * column go into `more`, the names of those that are null into `nulls`.
 */
export function physicalLine(
  event: Readonly<Record<string, unknown>>,
  columnOf: ReadonlyMap<string, string>,
): string {
  const columns = new Map<string, unknown>();
  const more = new Map<string, unknown>();
  const nulls: string[] = [];
  for (const name of Object.keys(event)) {
    const value = event[name];
    if (valueKind(value) === null) {
      nulls.push(name);
      continue;
    }
    const column = columnOf.get(name);
    if (column === undefined) more.set(name, value);
    else columns.set(column, value);
  }
  if (more.size > 0) columns.set('more', JSON.stringify(objectOf(more)));
  if (nulls.length > 0) columns.set('nulls', JSON.stringify(nulls));
  return JSON.stringify(objectOf(columns));
}

/** An object with these entries as its own, whatever their names. */
export function objectOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries(entries);
}
