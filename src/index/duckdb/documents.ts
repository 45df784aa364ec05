import type { IndexedEvent } from '../event-index.ts';
import type { Row } from './database.ts';
import { objectOf } from './lines.ts';
import { identifier } from './names.ts';
import type { Place } from './places.ts';
import { rawSql } from './raw/raw-lines.ts';
import { resolveField } from './values.ts';

/** Reads whole events from the rows of one table or segment. */
export interface DocumentReader {
  /** Expressions to select, in order. */
  readonly selects: readonly string[];
  read(row: Row, at?: number): IndexedEvent;
}

/** `fields`: only these; all when absent. Events come back with the names and types they were written with. */
export function documentReader(
  { sensor, columns, raw }: Pick<Place, 'sensor' | 'columns' | 'raw'>,
  fields?: readonly string[],
): DocumentReader {
  const wanted =
    fields === undefined ? null : new Set(fields.map((name) => resolveField(sensor, name)?.name ?? name));
  const selects = ['guid', columns.has('version') ? 'version' : '0'];
  const names: (readonly [string, boolean])[] = [];
  for (const column of columns) {
    const owner = sensor.byColumn.get(column);
    if (owner === undefined || (wanted !== null && !wanted.has(owner.field.name))) continue;
    // 64-bit integers would arrive as `bigint`; all of them fit a double.
    const sql = raw?.column === column ? rawSql(raw, columns) : identifier(column);
    selects.push(owner.kind === 'i' ? `${sql}::DOUBLE` : sql);
    names.push([owner.field.name, owner.kind === 'j']);
  }
  selects.push('nulls', sensor.overflowed ? 'more' : 'NULL');
  return {
    selects,
    read(row, at = 0) {
      const entries: [string, unknown][] = [];
      for (let i = 0; i < names.length; i++) {
        const value = row[at + i + 2];
        if (value === null || value === undefined) continue;
        const [name, json] = names[i]!;
        entries.push([name, json ? JSON.parse(String(value)) : value]);
      }
      const nulls = row[at + names.length + 2];
      if (typeof nulls === 'string') {
        const list: unknown = JSON.parse(nulls);
        if (Array.isArray(list))
          for (const name of list) if (wanted?.has(name) !== false) entries.push([String(name), null]);
      }
      const more = row[at + names.length + 3];
      if (typeof more === 'string') {
        for (const [name, value] of Object.entries(JSON.parse(more) as object)) {
          if (wanted?.has(name) !== false) entries.push([name, value]);
        }
      }
      return {
        guid: String(row[at]),
        sensor: sensor.name,
        source: objectOf(entries),
        version: Number(row[at + 1]),
        score: null,
      };
    },
  };
}
