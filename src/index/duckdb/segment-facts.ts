import type { Row, Session } from './database.ts';
import { identifier, literal } from './names.ts';
import type { HotTable } from './segments.ts';

/** Rows from the middle of a table by which its columns are judged: looking at all rows costs as much as writing them. */
const SAMPLE = 2048;
/** Counting different values takes a megabyte or two a column. */
const COLUMNS_AT_ONCE = 32;
/** Columns in a file of values, those with the fewest values first. */
const MOST_COLUMNS = 64;
/** Longer values are not worth a second copy. */
export const LONGEST_VALUE = 1024;
/** Values that as many events of a segment have come first in its file, so that the most frequent are found without reading all. */
export const FREQUENT = 64;
/** Parts that a segment's time is cut into for the first and last time of a value. */
export const TIME_SLICES = 256;

export interface SampledColumn {
  readonly column: string;
  readonly kind: 't' | 'i';
  /** Of the rows that were looked at: how many there were, and how many different values. */
  readonly rows: number;
  readonly distinct: number;
  readonly longest: number;
  /** No upper-case letter was seen. */
  readonly lower: boolean;
  /** The column of raw lines: too long and too various for a file of values. */
  readonly line: boolean;
}

export interface Facts {
  readonly rows: number;
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly timed: number;
  readonly minGuid: string;
  readonly maxGuid: string;
  /** Columns of text without upper-case letters, of those that have no file of values, which says the same for less. */
  readonly lower: readonly string[];
}

export interface LetterCases {
  readonly lower: readonly string[];
  readonly caseless: readonly string[];
}

export async function sampledColumns(
  session: Session,
  table: HotTable,
  columns: readonly string[],
  line: string | null,
): Promise<SampledColumn[]> {
  const judged = columns.flatMap((column) => {
    const kind = table.sensor.byColumn.get(column)?.kind;
    return (kind === 't' || kind === 'i') && column !== 'ts' ? [{ column, kind }] : [];
  });
  const start = Math.max(0, Math.floor((table.rows - SAMPLE) / 2));
  const sampled: SampledColumn[] = [];
  for (let i = 0; i < judged.length; i += COLUMNS_AT_ONCE) {
    const some = judged.slice(i, i + COLUMNS_AT_ONCE);
    const selects = some.flatMap(({ column, kind }) => {
      const name = identifier(column);
      return [
        `count(${name})::DOUBLE`,
        column === line ? '0::DOUBLE' : `count(DISTINCT ${name})::DOUBLE`,
        kind === 't' ? `coalesce(max(strlen(${name})), 0)::DOUBLE` : '0::DOUBLE',
        kind === 't' ? `coalesce(bool_and(${name} = lower(${name})), true)` : 'true',
      ];
    });
    const [row] = await session.rows(
      `SELECT ${selects.join(', ')} FROM ${identifier(table.name)} WHERE rowid BETWEEN ${start} AND ${start + SAMPLE - 1}`,
    );
    for (const [j, { column, kind }] of some.entries()) {
      const [rows, distinct, longest, lower] = row!.slice(4 * j);
      sampled.push({
        column,
        kind,
        rows: Number(rows),
        distinct: Number(distinct),
        longest: Number(longest),
        lower: lower === true,
        line: column === line,
      });
    }
  }
  return sampled;
}

/** Columns of which so many rows have the same values that a file of them is small beside the rows. */
export function columnsWithValues(sampled: readonly SampledColumn[], share: number): string[] {
  return sampled
    .filter(({ column, kind, rows, distinct, longest, line }) => {
      if (column === 'guid' || line || rows === 0 || longest > LONGEST_VALUE) return false;
      return distinct <= rows * (kind === 't' ? share : share / 2);
    })
    .sort((a, b) => a.distinct - b.distinct)
    .slice(0, MOST_COLUMNS)
    .map(({ column }) => column);
}

/** `rowsOf`: what comes after FROM. */
export async function factsOf(
  session: Session,
  rowsOf: string,
  sampled: readonly SampledColumn[],
  valued: readonly string[],
): Promise<Facts> {
  const perhapsLower = sampled.filter(
    ({ column, kind, lower }) => kind === 't' && lower && !valued.includes(column),
  );
  const checks = perhapsLower.map(({ column }) => {
    const name = identifier(column);
    return `, bool_and(${name} = lower(${name}))`;
  });
  const [row] = await session.rows(
    `SELECT count(*)::DOUBLE, min(ts)::DOUBLE, max(ts)::DOUBLE, count(ts)::DOUBLE, min(guid), max(guid)${checks.join('')} FROM ${rowsOf}`,
  );
  return {
    rows: Number(row![0]),
    minTime: numberOrNull(row![1]),
    maxTime: numberOrNull(row![2]),
    timed: Number(row![3]),
    minGuid: String(row![4]),
    maxGuid: String(row![5]),
    lower: perhapsLower.filter((_, i) => row![6 + i] !== false).map(({ column }) => column),
  };
}

function numberOrNull(cell: Row[number]): number | null {
  return cell === null ? null : Number(cell);
}

/** Columns of which a file of values is made, and what they are read from: what comes after FROM. */
export interface ValueSource {
  readonly columns: readonly string[];
  readonly rowsOf: string;
}

/**
 * Each value of the columns: how many events have it, how many of them have no time, and in which slices of the segment's time the
 * first and the last of them are.
 */
export function distinctValues(
  sources: readonly ValueSource[],
  { minTime, maxTime }: Pick<Facts, 'minTime' | 'maxTime'>,
): string {
  const start = BigInt(minTime ?? 0);
  const span = BigInt(maxTime ?? 0) - start + 1n;
  const slice = (time: string): string =>
    `((${time} - ${start}::BIGINT)::HUGEINT * ${TIME_SLICES} // ${span})::UTINYINT`;
  const branches = sources.flatMap(({ columns, rowsOf }) =>
    columns.map((column) => {
      const name = identifier(column);
      return `SELECT ${literal(column)} AS col, ${name}::VARCHAR AS value, count(*)::UINTEGER AS n, (count(*) - count(ts))::UINTEGER AS untimed,
        ${slice('min(ts)')} AS first_slice, ${slice('max(ts)')} AS last_slice
      FROM ${rowsOf} AND ${name} IS NOT NULL GROUP BY ${name}`;
    }),
  );
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) ORDER BY col, n < ${FREQUENT}, value`;
}

/** Which columns have no upper-case letters, and which none at all: the values say it for less than the rows. */
export async function casesOfValues(
  session: Session,
  file: string,
  table: HotTable,
  known: LetterCases,
): Promise<LetterCases> {
  const rows = await session.rows(
    `SELECT col, bool_and(value = lower(value)), bool_and(value = upper(value)) FROM read_parquet(${file}) GROUP BY col`,
  );
  const lower = [...known.lower];
  const caseless: string[] = [];
  for (const [name, noUpper, noLower] of rows) {
    const column = String(name);
    if (table.sensor.byColumn.get(column)?.kind !== 't' || noUpper !== true) continue;
    lower.push(column);
    if (noLower === true) caseless.push(column);
  }
  return { lower, caseless };
}
