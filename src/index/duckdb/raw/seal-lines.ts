import type { Session } from '../database.ts';
import { identifier } from '../names.ts';
import { LONGEST_VALUE } from '../segment-facts.ts';
import type { HotTable } from '../segments.ts';
import { choose, learnTemplates } from './learn.ts';
import type { RawLines } from './raw-lines.ts';
import type { Candidate, Sample } from './shape.ts';
import {
  formsOf,
  type KnownTemplate,
  partsSql,
  REST_COLUMNS,
  slotSql,
  TEMPLATE_COLUMN,
  type Template,
} from './template.ts';

/** Lines that are looked at to learn their shapes. */
const SAMPLES = 96;
/** In so many runs. */
const PLACES = 4;
/** Templates that lines of one segment are compared with. */
const PER_SEGMENT = 4;
/** Templates of a sensor: what grows beyond it has no shape. */
const PER_SENSOR = 64;

const SAMPLED_RESTS = 4096;

export interface ChosenTemplates {
  readonly known: readonly KnownTemplate[];
  /** To be put into the catalog. */
  readonly learnt: readonly Template[];
}

/** The name of the column of raw lines; null when the table has none. */
export function rawColumn(table: HotTable): string | null {
  const column = table.sensor.fields.get('original_string')?.columns.get('t');
  return column !== undefined && table.columns.has(column) ? column : null;
}

/** Which templates fit the raw lines of a table, by samples from all of it; new ones where the known ones do not fit. */
export async function chooseTemplates(
  session: Session,
  table: HotTable,
  column: string,
  rows: number,
): Promise<ChosenTemplates> {
  const candidates: Candidate[] = [];
  const selects: string[] = [];
  for (const name of table.columns) {
    const owner = table.sensor.byColumn.get(name);
    if (owner === undefined || name === column || name === 'guid') continue;
    for (const form of formsOf(name, owner.kind)) {
      candidates.push({ column: name, form });
      selects.push(slotSql(name, form));
    }
  }
  // Some rows each from the beginning to the end; what lies between is not read.
  const size = rows <= SAMPLES ? rows : SAMPLES / PLACES;
  const starts =
    rows <= SAMPLES
      ? [0]
      : Array.from({ length: PLACES }, (_, i) => Math.floor(((rows - size) * i) / (PLACES - 1)));
  const ranges = starts.map(
    (start) => `SELECT ${[identifier(column), ...selects].join(', ')} FROM ${identifier(table.name)}
     WHERE rowid BETWEEN ${start} AND ${start + size - 1} AND ${identifier(column)} IS NOT NULL`,
  );
  const found = await session.rows(ranges.join(' UNION ALL '));
  const samples: Sample[] = found.map(([raw, ...values]) => ({
    raw: String(raw),
    values: values.map((value) => (value === null ? null : String(value))),
  }));
  const known = choose([...table.sensor.templates.values()], samples, candidates, PER_SEGMENT);
  const left = notFitting(samples, candidates, known);
  if (left.length * 10 <= samples.length || table.sensor.templates.size >= PER_SENSOR)
    return { known, learnt: [] };
  const room = Math.min(PER_SEGMENT - known.length, PER_SENSOR - table.sensor.templates.size);
  return { known, learnt: room > 0 ? learnTemplates(left, candidates, room) : [] };
}

function notFitting(
  samples: readonly Sample[],
  candidates: readonly Candidate[],
  templates: readonly KnownTemplate[],
): Sample[] {
  return samples.filter((sample) => choose(templates, [sample], candidates, 1, 1).length === 0);
}

/**
 * A SELECT of the rows of `from` with raw lines taken apart: number of the template, rests, and the whole line of those that no
 * template makes exactly.
 */
export function takenApart(
  from: string,
  columns: readonly string[],
  raw: string,
  templates: readonly KnownTemplate[],
): string {
  const present = new Set(columns);
  const line = identifier(raw);
  let source = from;
  const decided: string[] = [];
  for (const { id, runs } of templates) {
    // Only lines that no template before fits are compared with this one.
    const open = decided.length === 0 ? null : `coalesce(${[...decided, 'NULL'].join(', ')}) IS NULL`;
    const made = runs.map((run, i) => {
      const sql = partsSql(run, present);
      return `${open === null ? sql : `CASE WHEN ${open} THEN ${sql} END`} AS r${id}_${i}`;
    });
    const [first, second, third] = runs.map((_, i) => `r${id}_${i}`);
    const last = third ?? second;
    let fits = `${line} = ${first}`;
    let middle = '';
    if (last !== undefined) {
      fits = `starts_with(${line}, ${first}) AND suffix(${line}, ${last}) AND length(${line}) >= length(${first}) + length(${last})`;
    }
    if (third !== undefined) {
      const inner = `substring(${line}, length(${first}) + 1, length(${line}) - length(${first}) - length(${third}))`;
      middle = `, CASE WHEN ${fits} THEN strpos(${inner}, ${second}) ELSE 0 END AS p${id}`;
      fits = `p${id} > 0`;
    }
    source = `(SELECT *${middle} FROM (SELECT *, ${made.join(', ')} FROM ${source}))`;
    source = `(SELECT *, CASE WHEN ${fits} THEN ${id}::USMALLINT END AS t${id} FROM ${source})`;
    decided.push(`t${id}`);
  }
  const rest: string[] = [];
  const rest2: string[] = [];
  for (const { id, runs } of templates) {
    const [first, second, third] = runs.map((_, i) => `length(r${id}_${i})`);
    const whole = `length(${line})`;
    if (third !== undefined) {
      rest.push(`WHEN t${id} IS NOT NULL THEN substring(${line}, ${first} + 1, p${id} - 1)`);
      const start = `${first} + p${id} - 1 + ${second}`;
      rest2.push(
        `WHEN t${id} IS NOT NULL THEN substring(${line}, ${start} + 1, ${whole} - (${start}) - ${third})`,
      );
    } else if (second !== undefined) {
      rest.push(
        `WHEN t${id} IS NOT NULL THEN substring(${line}, ${first} + 1, ${whole} - ${first} - ${second})`,
      );
    }
  }
  const others = columns.filter((column) => column !== raw).map(identifier);
  const number = `coalesce(${[...decided, 'NULL'].join(', ')})`;
  const choice = (cases: readonly string[]): string =>
    cases.length === 0 ? 'NULL::VARCHAR' : `CASE ${cases.join(' ')} END`;
  return `SELECT ${[...others, `${number} AS ${TEMPLATE_COLUMN}`].join(', ')},
    ${choice(rest)} AS ${REST_COLUMNS[0]}, ${choice(rest2)} AS ${REST_COLUMNS[1]},
    CASE WHEN ${number} IS NULL THEN ${line} END AS ${line} FROM ${source}`;
}

/** What came of it, read from the segment's file. */
export async function rawLinesIn(
  session: Session,
  file: string,
  column: string,
  templates: readonly KnownTemplate[],
): Promise<RawLines> {
  const rows = await session.rows(
    `SELECT ${TEMPLATE_COLUMN}::INTEGER, count(*)::DOUBLE, count(${identifier(column)})::DOUBLE FROM read_parquet(${file}) GROUP BY 1`,
  );
  const used = new Set(rows.map(([id]) => (id === null ? null : Number(id))));
  return {
    column,
    templates: templates.filter(({ id }) => used.has(id)),
    whole: rows.some(([id, , whole]) => id === null && Number(whole) > 0),
    partial: used.has(null),
  };
}

/** Rests of which so many lines have the same that they belong into the file of values. */
export async function restsWithValues(session: Session, file: string, share: number): Promise<string[]> {
  const counts = REST_COLUMNS.map(
    (name) =>
      `count(${name})::DOUBLE, count(DISTINCT ${name})::DOUBLE, coalesce(max(strlen(${name})), 0)::DOUBLE`,
  );
  const [row] = await session.rows(
    `SELECT ${counts.join(', ')} FROM (SELECT ${REST_COLUMNS.join(', ')} FROM read_parquet(${file}) LIMIT ${SAMPLED_RESTS})`,
  );
  return REST_COLUMNS.filter((_, i) => {
    const [rows, distinct, longest] = row!.slice(3 * i).map(Number);
    return rows! > 0 && distinct! <= rows! * share && longest! <= LONGEST_VALUE;
  });
}
