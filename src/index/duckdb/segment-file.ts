import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './database.ts';
import { identifier, literal, pathLiteral } from './names.ts';
import type { RawLines } from './raw/raw-lines.ts';
import { chooseTemplates, rawColumn, rawLinesIn, takenApart } from './raw/seal-lines.ts';
import type { KnownTemplate } from './raw/template.ts';
import { ALERT_COLUMNS, type HotTable, valuesFile } from './segments.ts';
import type { Settings } from './settings.ts';

/**
 * Rows of a row group in a segment. To read one event, its whole row group is unpacked: 5 ms for 20,480 rows, 40 ms for
 * 122,880. Searching and size hardly differ.
 */
export const ROWS_OF_GROUP = 20_480;
/** Rows of a row group in a file of values: what a search for one value has to unpack. */
const VALUES_OF_GROUP = 8192;
/** Longer values are not worth a second copy. */
const LONGEST_VALUE = 1024;

/** A segment that lies in `segments/`, as the catalog is to know it. */
export interface WrittenSegment {
  readonly rows: number;
  /** Of all its files. */
  readonly bytes: number;
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly timed: number;
  readonly minGuid: string;
  readonly maxGuid: string;
  readonly columns: readonly string[];
  readonly lower: readonly string[];
  readonly caseless: readonly string[];
  readonly raw: RawLines | null;
  /** Templates that the catalog does not know yet. */
  readonly learnt: readonly KnownTemplate[];
  readonly valueColumns: readonly string[];
}

interface Facts {
  readonly rows: number;
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly timed: number;
  readonly minGuid: string;
  readonly maxGuid: string;
  readonly lower: readonly string[];
  readonly caseless: readonly string[];
  readonly valueColumns: readonly string[];
}

/**
 * Copies a closed table into the files of a segment, which have their names once their bytes are on the disk. Null when the table
 * has no rows that are to be sealed.
 */
export async function writeSegment(
  session: Session,
  table: HotTable,
  folder: string,
  file: string,
  settings: Pick<Settings, 'valueShare' | 'valueRows'>,
): Promise<WrittenSegment | null> {
  // Patched alerts go on living in a table.
  const settled = table.alerts ? 'version = 0' : 'true';
  const columns = [...table.columns].filter((c) => !(ALERT_COLUMNS as readonly string[]).includes(c));
  const facts = await factsOf(session, table, columns, settled, settings);
  if (facts.rows === 0) return null;
  const path = join(folder, file);
  const source = `(SELECT ${columns.map(identifier).join(', ')} FROM ${identifier(table.name)} WHERE ${settled}${await order(session, table)})`;
  const line = rawColumn(table);
  const { templates, learnt } = await templatesFor(session, table, line, facts.rows);
  const partial = `${path}.part`;
  const values = join(folder, valuesFile(file));
  const partialValues = `${values}.part`;
  let raw: RawLines | null = null;
  let bytes = 0;
  try {
    const select =
      line === null || templates.length === 0 ? source : takenApart(source, columns, line, templates);
    await copy(session, select, partial, ROWS_OF_GROUP);
    if (line !== null && templates.length > 0)
      raw = await rawLinesIn(session, pathLiteral(partial), line, templates);
    if (facts.valueColumns.length > 0) {
      await copy(session, distinctValues(table, facts.valueColumns, settled), partialValues, VALUES_OF_GROUP);
      bytes += makeDurable(partialValues, values);
    }
    bytes += makeDurable(partial, path);
  } catch (error) {
    for (const half of [partial, partialValues, values]) rmSync(half, { force: true });
    throw error;
  }
  if (raw?.templates.length === 0) raw = null;
  return { ...facts, bytes, columns, raw, learnt: learnt.filter((one) => raw?.templates.includes(one)) };
}

async function templatesFor(
  session: Session,
  table: HotTable,
  line: string | null,
  rows: number,
): Promise<{ templates: readonly KnownTemplate[]; learnt: readonly KnownTemplate[] }> {
  if (line === null) return { templates: [], learnt: [] };
  const chosen = await chooseTemplates(session, table, line, rows);
  const last = Math.max(0, ...table.sensor.templates.keys());
  const learnt = chosen.learnt.map((template, i) => ({ ...template, id: last + 1 + i }));
  return { templates: [...chosen.known, ...learnt], learnt };
}

async function copy(session: Session, select: string, path: string, rowsOfGroup: number): Promise<void> {
  const query = select.startsWith('(') ? `FROM ${select}` : select;
  await session.run(
    `COPY (${query}) TO ${literal(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsOfGroup})`,
  );
}

/** Sorting costs as much as half the writing. Events that come in turn, but for some seconds, are left as they came. */
async function order(session: Session, table: HotTable): Promise<string> {
  const [row] = await session.rows(
    `SELECT coalesce(sum(hi - lo), 0)::DOUBLE, coalesce(max(hi) - min(lo), 0)::DOUBLE, coalesce(bool_or(timed < n), false) FROM (
       SELECT min(ts) AS lo, max(ts) AS hi, count(ts) AS timed, count(*) AS n FROM ${identifier(table.name)} GROUP BY rowid // ${ROWS_OF_GROUP})`,
  );
  const [spans, whole, untimed] = row!;
  return untimed === false && Number(spans) <= 1.2 * Number(whole) ? '' : ' ORDER BY ts';
}

async function factsOf(
  session: Session,
  table: HotTable,
  columns: readonly string[],
  settled: string,
  { valueShare, valueRows }: Pick<Settings, 'valueShare' | 'valueRows'>,
): Promise<Facts> {
  const kindOf = (column: string): string | undefined => table.sensor.byColumn.get(column)?.kind;
  const texts = columns.filter((column) => kindOf(column) === 't');
  const line = rawColumn(table);
  const valued = columns.filter((column) => {
    const kind = kindOf(column);
    return (kind === 't' || kind === 'i') && column !== 'guid' && column !== 'ts' && column !== line;
  });
  const selects = [
    ...texts.map((column) => `bool_and(${identifier(column)} = lower(${identifier(column)}))`),
    ...texts.map((column) => `bool_and(${identifier(column)} = upper(${identifier(column)}))`),
    ...valued.map((column) => `approx_count_distinct(${identifier(column)})::DOUBLE`),
    ...valued.map((column) =>
      kindOf(column) === 't' ? `coalesce(max(strlen(${identifier(column)})), 0)::DOUBLE` : '0::DOUBLE',
    ),
  ];
  const [row] = await session.rows(
    `SELECT count(*)::DOUBLE, min(ts)::DOUBLE, max(ts)::DOUBLE, count(ts)::DOUBLE, min(guid), max(guid)${selects.map((sql) => `, ${sql}`).join('')}
     FROM ${identifier(table.name)} WHERE ${settled}`,
  );
  const rows = Number(row![0]);
  const lower = texts.filter((_, i) => row![6 + i] !== false);
  const upper = new Set(texts.filter((_, i) => row![6 + texts.length + i] !== false));
  const distinct = row!.slice(6 + 2 * texts.length);
  const longest = distinct.slice(valued.length);
  return {
    rows,
    minTime: numberOrNull(row![1]),
    maxTime: numberOrNull(row![2]),
    timed: Number(row![3]),
    minGuid: String(row![4]),
    maxGuid: String(row![5]),
    lower,
    caseless: lower.filter((column) => upper.has(column)),
    valueColumns:
      rows < valueRows
        ? []
        : valued.filter((_, i) => {
            const count = Number(distinct[i]);
            return count > 0 && count <= valueShare * rows && Number(longest[i]) <= LONGEST_VALUE;
          }),
  };
}

function numberOrNull(cell: unknown): number | null {
  return cell === null ? null : Number(cell);
}

/** Each value of the columns, how many events have it, how many of them have a time, and the first and last of these. */
function distinctValues(table: HotTable, columns: readonly string[], settled: string): string {
  const branches = columns.map((column) => {
    const name = identifier(column);
    return `SELECT ${literal(column)} AS col, ${name}::VARCHAR AS value, count(*)::UINTEGER AS n, count(ts)::UINTEGER AS timed, min(ts) AS lo, max(ts) AS hi
      FROM ${identifier(table.name)} WHERE ${settled} AND ${name} IS NOT NULL GROUP BY ${name}`;
  });
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) ORDER BY col, value`;
}

/** Gives a file its name once its bytes are on the disk; returns its size. */
function makeDurable(partial: string, path: string): number {
  sync(partial);
  renameSync(partial, path);
  sync(join(path, '..'));
  return statSync(path).size;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
