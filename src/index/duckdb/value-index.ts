import type { Bindings } from './binding.ts';
import { boundValues, type Tally } from './count.ts';
import type { Session } from './database.ts';
import { literal, pathLiteral } from './names.ts';
import { NgramFiles } from './ngram-files.ts';
import type { Needed } from './ngram-filter.ts';
import { Recent } from './recent.ts';
import { TIME_SLICES } from './segment-facts.ts';
import type { Segment } from './segments.ts';

/** A condition on one column, written over `value` of a file of values. */
export interface Probe {
  readonly column: string;
  readonly test: string;
  /** The same condition on the column itself. */
  readonly whole: string;
  /** A text that a value must have in it for the condition to be true; null when there is none. */
  readonly needed: Needed | null;
}

/** What the files of values say of one segment, by `probeKey`: what is missing is not known. */
export type Answers = ReadonlyMap<string, Tally>;

export function probeKey({ column, test }: Pick<Probe, 'column' | 'test'>): string {
  return `${column} ${test}`;
}

const NOTHING: Tally = { count: 0, timed: 0, minTime: null, maxTime: null };

/** More conditions than this are not asked about: reading the segments is then hardly dearer. */
const MAX_TESTS = 64;

/**
 * The distinct values of columns, in a file beside each segment: how many events have a value, and the time of the first and last
 * of them. What was found out is remembered, since segments never change. Of columns with too many values for that, sets of short pieces of
 * the texts may say that a text is nowhere in them.
 */
export class ValueIndex {
  readonly #remembered: Recent<Tally>;
  readonly #ngrams = new NgramFiles();

  constructor(limit = 50_000) {
    this.#remembered = new Recent(limit);
  }

  /** Answers for each segment (by id). */
  async ask(
    session: Session,
    segments: readonly Segment[],
    probes: readonly Probe[],
    bindings: Bindings,
  ): Promise<ReadonlyMap<number, Answers>> {
    const answers = new Map<number, Map<string, Tally>>(segments.map(({ id }) => [id, new Map()]));
    await Promise.all(segments.map((segment) => this.#exclude(segment, probes, answers.get(segment.id)!)));
    const unknown: { test: string; columns: Set<string>; segments: Map<string, Segment>; key: string }[] = [];
    for (const [test, same] of Map.groupBy(probes, (probe) => probe.test)) {
      if (unknown.length === MAX_TESTS) break;
      const key = `${test} ${boundValues(test, bindings)}`;
      const columns = new Set<string>();
      const open = new Map<string, Segment>();
      for (const { column } of same) {
        for (const segment of segments) {
          if (!segment.valueColumns.has(column)) continue;
          const tally = this.#remembered.get(`${segment.id} ${column} ${key}`);
          if (tally !== undefined) answers.get(segment.id)!.set(probeKey({ column, test }), tally);
          else {
            columns.add(column);
            open.set(segment.valuesPath, segment);
          }
        }
      }
      if (open.size > 0) unknown.push({ test, columns, segments: open, key });
    }
    if (unknown.length === 0) return answers;
    const branches = unknown.map(({ test, columns, segments: open }, i) => {
      const names = [...columns].map(literal).join(', ');
      const which = columns.size === 1 ? `col = ${names}` : `col IN (${names})`;
      return `SELECT ${i}, filename, col, sum(n)::DOUBLE, sum(n - untimed)::DOUBLE, min(first_slice)::DOUBLE, max(last_slice)::DOUBLE
        FROM ${valuesOf([...open.values()])} WHERE ${which} AND (${test}) GROUP BY filename, col`;
    });
    const sql = branches.join('\nUNION ALL ');
    const rows = await session.rows(sql, bindings.for(sql));
    const found = new Map(rows.map((row) => [`${row[0]} ${row[1]} ${row[2]}`, row]));
    for (const [i, { test, columns, segments: open, key }] of unknown.entries()) {
      for (const segment of open.values()) {
        for (const column of columns) {
          if (!segment.valueColumns.has(column)) continue;
          const row = found.get(`${i} ${segment.valuesPath} ${column}`);
          const tally: Tally = {
            count: Number(row?.[3] ?? 0),
            timed: Number(row?.[4] ?? 0),
            ...timesOf(segment, row?.[5], row?.[6]),
          };
          answers.get(segment.id)!.set(probeKey({ column, test }), tally);
          this.#remembered.set(`${segment.id} ${column} ${key}`, tally);
        }
      }
    }
    return answers;
  }

  /** Enters what the sets of pieces exclude. */
  async #exclude(segment: Segment, probes: readonly Probe[], answers: Map<string, Tally>): Promise<void> {
    for (const probe of probes) {
      if (probe.needed === null || segment.valueColumns.has(probe.column)) continue;
      if (!(await this.#ngrams.mayHave(segment, probe.column, probe.needed)))
        answers.set(probeKey(probe), NOTHING);
    }
  }
}

/** No event is before the first time or after the last; they are as exact as the slices of the segment's time are short. */
function timesOf(
  { minTime, maxTime }: Segment,
  first: unknown,
  last: unknown,
): { minTime: number | null; maxTime: number | null } {
  if (minTime === null || maxTime === null || typeof first !== 'number' || typeof last !== 'number')
    return { minTime: null, maxTime: null };
  const width = (maxTime - minTime + 1) / TIME_SLICES;
  return {
    minTime: minTime + Math.floor(first * width),
    maxTime: Math.min(maxTime, minTime + Math.ceil((last + 1) * width)),
  };
}

/** FROM clause over the files of values of segments. */
export function valuesOf(segments: readonly Segment[]): string {
  return `read_parquet([${segments.map(({ valuesPath }) => pathLiteral(valuesPath)).join(', ')}], filename = true)`;
}
