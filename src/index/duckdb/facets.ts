import type { Bindings } from './binding.ts';
import type { Session } from './database.ts';
import { objectOf } from './lines.ts';
import { literal } from './names.ts';
import { segmentsPlace } from './places.ts';
import type { Plan, Selection } from './plan.ts';
import { FREQUENT } from './segment-facts.ts';
import { valuesOf } from './value-index.ts';
import { type Column, fieldColumns, textOf } from './values.ts';

const SIZE = 10;
/** Values that may be among the first ten; where there are more, all are counted. */
const CANDIDATES = 100;

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
  for (const field of new Set(fields)) counts.push([field, objectOf(await topOf(session, plan, field))]);
  return objectOf(counts);
}

type Count = readonly [value: string, n: number];

async function topOf(session: Session, plan: Plan, field: string): Promise<readonly Count[]> {
  const sources = plan.selections.map((selection) => sourcesOf(selection, field, plan.bindings));
  const counted = sources.flatMap((one) => one.counted);
  const known = sources.flatMap((one) => one.known);
  const segments = sources.reduce((sum, one) => sum + one.segments, 0);
  if (counted.length + known.length === 0) return [];
  return (
    (segments > 1 ? await frequent(session, plan, counted, known, segments) : null) ??
    (await exactly(session, plan, [...counted, ...known], ''))
  );
}

async function exactly(
  session: Session,
  plan: Plan,
  branches: readonly string[],
  only: string,
): Promise<readonly Count[]> {
  const sql = `SELECT value, sum(n)::DOUBLE AS n FROM (${branches.join('\nUNION ALL ')})
    WHERE value IS NOT NULL${only} GROUP BY value ORDER BY n DESC, value LIMIT ${SIZE}`;
  const rows = await session.rows(sql, plan.bindings.for(sql));
  return rows.map((row) => [String(row[0]), Number(row[1])]);
}

/**
 * The first ten by what is frequent in a segment alone (after Cao and Wang, "Efficient top-K query calculation in distributed networks",
 * PODC 2004). A value that was left out in a segment has fewer than `FREQUENT` events there, so that it is known which values may
 * be among the ten. Null when these are too many.
 */
async function frequent(
  session: Session,
  plan: Plan,
  counted: readonly string[],
  known: readonly string[],
  segments: number,
): Promise<readonly Count[] | null> {
  const branches = [
    ...counted.map((sql) => `SELECT value, n, 0 AS found FROM (${sql})`),
    ...known.map((sql) => `SELECT value, n, 1 AS found FROM (${sql}) WHERE n >= ${FREQUENT}`),
  ];
  const sql = `SELECT value, sum(n)::DOUBLE AS n, sum(found)::DOUBLE FROM (${branches.join('\nUNION ALL ')})
    WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT ${CANDIDATES}`;
  const rows = await session.rows(sql, plan.bindings.for(sql));
  const left = FREQUENT - 1;
  const tenth = Number(rows[SIZE - 1]?.[1] ?? 0);
  const last = rows.length < CANDIDATES ? 0 : Number(rows.at(-1)?.[1]);
  if (last + segments * left >= tenth) return null;
  const candidates = rows.filter(([, n, found]) => Number(n) + (segments - Number(found)) * left >= tenth);
  if (candidates.every(([, , found]) => found === segments))
    return candidates.slice(0, SIZE).map(([value, n]) => [String(value), Number(n)]);
  const names = candidates.map(([value]) => plan.bindings.text(String(value)));
  return exactly(session, plan, [...counted, ...known], ` AND value IN (${names.join(', ')})`);
}

interface Sources {
  /** SELECTs of values with numbers of events. */
  readonly counted: readonly string[];
  /** The same from files of values: one row for each value of a segment. */
  readonly known: readonly string[];
  /** How many segments `known` reads. */
  readonly segments: number;
}

function sourcesOf(selection: Selection, field: string, bindings: Bindings): Sources {
  const { place } = selection;
  const columns = fieldColumns(place, field, bindings);
  const [only] = columns;
  const name = columns.length === 1 ? only?.name : undefined;
  // Where all events of a segment count, its file of values has been counted already.
  const known = place.segments.filter(
    ({ valueColumns, superseded }) =>
      selection.everything && superseded.size === 0 && name !== undefined && valueColumns.has(name),
  );
  if (known.length === 0 || name === undefined)
    return { counted: countsOf(selection, columns), known: [], segments: 0 };
  const others = place.segments.filter((segment) => !known.includes(segment));
  return {
    counted:
      others.length === 0
        ? []
        : countsOf({ ...selection, place: segmentsPlace(others, place.inRange) }, columns),
    known: [`SELECT value, n FROM ${valuesOf(known)} WHERE col = ${literal(name)}`],
    segments: known.length,
  };
}

function countsOf({ place, where }: Selection, columns: readonly Column[]): string[] {
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
