import type { Bindings } from './binding.ts';
import type { Session } from './database.ts';
import { objectOf } from './lines.ts';
import { literal } from './names.ts';
import { segmentsPlace } from './places.ts';
import type { Plan, Selection } from './plan.ts';
import { valuesOf } from './value-index.ts';
import { type Column, fieldColumns, textOf } from './values.ts';

/**
 * The ten most frequent values of each field, counted over all events of a search; ties in the order of the values. Of a list each
 * different element counts.
 */
export async function facets(
  session: Session,
  plan: Plan,
  fields: readonly string[],
): Promise<Record<string, Record<string, number>>> {
  const counts: [string, Record<string, number>][] = [];
  for (const field of new Set(fields)) {
    const branches = plan.selections.flatMap((selection) => branchesOf(selection, field, plan.bindings));
    const sql = `SELECT value, sum(n)::DOUBLE AS n FROM (${branches.join('\nUNION ALL ')})
      WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT 10`;
    const rows = branches.length === 0 ? [] : await session.rows(sql, plan.bindings.for(sql));
    counts.push([field, objectOf(rows.map((row) => [String(row[0]), Number(row[1])]))]);
  }
  return objectOf(counts);
}

/** SELECTs of values with numbers of events. */
function branchesOf(selection: Selection, field: string, bindings: Bindings): string[] {
  const { place } = selection;
  const columns = fieldColumns(place, field, bindings);
  const [only] = columns;
  const name = columns.length === 1 ? only?.name : undefined;
  if (name === undefined || !selection.everything) return counted(selection, columns);
  // Where all events of a segment count, its file of values has been counted already.
  const known = place.segments.filter(
    ({ valueColumns, superseded }) => superseded.size === 0 && valueColumns.has(name),
  );
  if (known.length === 0) return counted(selection, columns);
  const branches = [`SELECT value, n FROM ${valuesOf(known)} WHERE col = ${literal(name)}`];
  const others = place.segments.filter((segment) => !known.includes(segment));
  if (others.length > 0) {
    branches.push(...counted({ ...selection, place: segmentsPlace(others, place.inRange) }, columns));
  }
  return branches;
}

function counted({ place, where }: Selection, columns: readonly Column[]): string[] {
  const branches = columns
    .filter(({ kind }) => kind === 'j')
    .map(({ sql }) => {
      const elements = `CASE WHEN json_type(${sql}) = 'ARRAY' THEN list_distinct(json_extract_string(${sql}, '$[*]')) ELSE [${sql}] END`;
      return `SELECT unnest(${elements}) AS value, 1 AS n FROM ${place.from} WHERE ${where} AND ${sql} IS NOT NULL`;
    });
  const value = textOf(columns.filter(({ kind }) => kind !== 'j'));
  if (value !== null) {
    // Counted here, so that what the branches give is little.
    branches.push(`SELECT ${value} AS value, count(*) AS n FROM ${place.from} WHERE ${where} GROUP BY value`);
  }
  return branches;
}
