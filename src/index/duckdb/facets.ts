import type { Session } from './database.ts';
import { objectOf } from './lines.ts';
import type { Plan } from './plan.ts';
import { fieldColumns, textOf } from './values.ts';

/** The ten most frequent values of each field, counted over all events of a search; ties in the order of the values. */
export async function facets(
  session: Session,
  plan: Plan,
  fields: readonly string[],
): Promise<Record<string, Record<string, number>>> {
  const counts: [string, Record<string, number>][] = [];
  for (const field of new Set(fields)) {
    const branches: string[] = [];
    for (const { place, where } of plan.selections) {
      const value = textOf(fieldColumns(place, field, plan.bindings));
      if (value !== null) branches.push(`SELECT ${value} AS value FROM ${place.from} WHERE ${where}`);
    }
    const sql = `SELECT value, count(*)::DOUBLE AS n FROM (${branches.join('\nUNION ALL ')})
      WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT 10`;
    const rows = branches.length === 0 ? [] : await session.rows(sql, plan.bindings.for(sql));
    counts.push([field, objectOf(rows.map((row) => [String(row[0]), Number(row[1])]))]);
  }
  return objectOf(counts);
}
