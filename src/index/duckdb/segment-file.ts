import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './database.ts';
import { identifier, literal, pathLiteral } from './names.ts';
import { type FilteredColumn, filtersOf, LONGEST_FILTERED } from './ngram-files.ts';
import type { TextFacts } from './ngram-filter.ts';
import type { RawLines } from './raw/raw-lines.ts';
import { chooseTemplates, rawColumn, rawLinesIn, restsWithValues, takenApart } from './raw/seal-lines.ts';
import { type KnownTemplate, REST_COLUMNS } from './raw/template.ts';
import {
  casesOfValues,
  columnsWithValues,
  distinctValues,
  type Facts,
  factsOf,
  type LetterCases,
  type SampledColumn,
  sampledColumns,
} from './segment-facts.ts';
import { ALERT_COLUMNS, type HotTable, ngramsFile, valuesFile } from './segments.ts';
import type { Settings } from './settings.ts';

/**
 * Rows of a row group in a segment. To read one event, its whole row group is unpacked: 5 ms for 20,480 rows, 40 ms for
 * 122,880. Searching and size hardly differ.
 */
export const ROWS_OF_GROUP = 20_480;
/** Rows of a row group in a file of values: what a search for one value has to unpack. */
const VALUES_OF_GROUP = 8192;

/** A segment that lies in `segments/`, as the catalog is to know it. */
export interface WrittenSegment extends Facts {
  /** Of all its files. */
  readonly bytes: number;
  readonly columns: readonly string[];
  readonly caseless: readonly string[];
  readonly raw: RawLines | null;
  /** Templates that the catalog does not know yet. */
  readonly learnt: readonly KnownTemplate[];
  readonly valueColumns: readonly string[];
  readonly texts: ReadonlyMap<string, TextFacts>;
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
  const rowsOf = `${identifier(table.name)} WHERE ${settled}`;
  const line = rawColumn(table);
  const sampled = await sampledColumns(session, table, columns, line);
  const valued = table.rows < settings.valueRows ? [] : columnsWithValues(sampled, settings.valueShare);
  const facts = await factsOf(session, rowsOf, sampled, valued);
  if (facts.rows === 0) return null;
  const path = join(folder, file);
  const source = `(SELECT ${columns.map(identifier).join(', ')} FROM ${rowsOf}${await order(session, table)})`;
  const { templates, learnt } = await templatesFor(session, table, line, facts.rows);
  const partial = `${path}.part`;
  const values = join(folder, valuesFile(file));
  const partialValues = `${values}.part`;
  const ngrams = join(folder, ngramsFile(file));
  const partialNgrams = `${ngrams}.part`;
  let raw: RawLines | null = null;
  let cases: LetterCases = { lower: facts.lower, caseless: [] };
  let valueColumns: readonly string[] = [];
  let texts: ReadonlyMap<string, TextFacts> = new Map();
  let bytes = 0;
  try {
    const select =
      line === null || templates.length === 0 ? source : takenApart(source, columns, line, templates);
    await copy(session, select, partial, ROWS_OF_GROUP);
    if (line !== null && templates.length > 0)
      raw = await rawLinesIn(session, pathLiteral(partial), line, templates);
    const rests =
      raw === null || valued.length === 0
        ? []
        : await restsWithValues(session, pathLiteral(partial), settings.valueShare);
    valueColumns = [...valued, ...rests];
    if (valueColumns.length > 0) {
      const sources = [
        { columns: valued, rowsOf },
        { columns: rests, rowsOf: `read_parquet(${pathLiteral(partial)}) WHERE true` },
      ];
      await copy(session, distinctValues(sources, facts), partialValues, VALUES_OF_GROUP);
      cases = await casesOfValues(session, pathLiteral(partialValues), table, cases);
      bytes += makeDurable(partialValues, values);
    }
    if (table.rows >= settings.valueRows) {
      const filtered = filteredColumns(sampled, valueColumns, raw);
      const { facts: found, sets } = await filtersOf(session, pathLiteral(partial), facts.rows, filtered);
      texts = found;
      if (sets.length > 0) {
        writeFileSync(partialNgrams, Buffer.concat(sets));
        bytes += makeDurable(partialNgrams, ngrams);
      }
    }
    bytes += makeDurable(partial, path);
  } catch (error) {
    for (const half of [partial, partialValues, values, partialNgrams, ngrams]) rmSync(half, { force: true });
    throw error;
  }
  if (raw?.templates.length === 0) raw = null;
  return {
    ...facts,
    ...cases,
    bytes,
    columns,
    raw,
    learnt: learnt.filter((one) => raw?.templates.includes(one)),
    valueColumns,
    texts,
  };
}

/** Columns of texts that are too various for a file of values; of identifiers of events only what costs nothing is told. */
function filteredColumns(
  sampled: readonly SampledColumn[],
  valued: readonly string[],
  raw: RawLines | null,
): readonly FilteredColumn[] {
  const columns = sampled.filter(
    ({ column, kind, longest, line }) =>
      kind === 't' && !line && longest <= LONGEST_FILTERED && !valued.includes(column),
  );
  const rests = raw === null ? [] : REST_COLUMNS.filter((column) => !valued.includes(column));
  return [
    ...columns.map(({ column }) => ({ column, pieces: column !== 'guid' })),
    ...rests.map((column) => ({ column, pieces: true })),
  ];
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
