import type { Bindings } from './binding.ts';
import type { Session } from './database.ts';
import { type Place, segmentsPlace } from './places.ts';
import type { Known, Plan, Selection } from './plan.ts';
import { Recent } from './recent.ts';

/** How many rows of a table or of one segment a search found, and when they happened. */
export interface Found {
  readonly place: Place;
  readonly where: string;
  readonly count: number;
  /** Of `count`, those with a timestamp. */
  readonly timed: number;
  readonly minTime: number | null;
  readonly maxTime: number | null;
}

export type Tally = Pick<Found, 'count' | 'timed' | 'minTime' | 'maxTime'>;

/**
 * Counts what each table and each segment holds of a search. Segments never change, so what was counted in one is
 * remembered: a page that asks again reads only the hot tables and new segments.
 */
export class Counter {
  readonly #remembered: Recent<Tally>;

  constructor(limit = 20_000) {
    this.#remembered = new Recent(limit);
  }

  async count(session: Session, plan: Plan): Promise<Found[]> {
    const found: Found[] = [];
    const open: { selection: Selection; key: string }[] = [];
    for (const selection of plan.selections) {
      const { place, where, everything, known } = selection;
      if (place.segments.length === 0) {
        open.push({ selection, key: '' });
        continue;
      }
      const toCount = known?.rest ?? where;
      const meaning = `${known?.counted ?? ''} | ${toCount}`;
      const key = `${meaning} ${boundValues(meaning, plan.bindings)}`;
      const unknown = [];
      for (const segment of place.segments) {
        const counted = toCount === 'false' ? NONE : this.#remembered.get(`${segment.id} ${key}`);
        const tally =
          everything && segment.superseded.size === 0
            ? {
                count: segment.rows,
                timed: segment.timed,
                minTime: segment.minTime,
                maxTime: segment.maxTime,
              }
            : counted && sum(counted, known?.tallies.get(segment.id));
        if (tally === undefined) unknown.push(segment);
        else if (tally.count > 0)
          found.push({ place: segmentsPlace([segment], place.inRange), where, ...tally });
      }
      if (unknown.length > 0) {
        open.push({ selection: { ...selection, place: segmentsPlace(unknown, place.inRange) }, key });
      }
    }
    if (open.length === 0) return found;
    const tallies = open.map(({ selection: { place, where, known } }, i) => {
      const from = `FROM ${place.from} WHERE ${known?.rest ?? where}`;
      return place.table !== null
        ? `SELECT ${i} AS place, '' AS file, ${tallySql(null)} ${from}`
        : `SELECT ${i}, filename, ${tallySql(known)} ${from} GROUP BY filename`;
    });
    const sql = tallies.join('\nUNION ALL ');
    const rows = await session.rows(sql, plan.bindings.for(sql));
    const byPlace = new Map(rows.map((row) => [`${row[0]} ${row[1]}`, row]));
    for (const [i, { selection, key }] of open.entries()) {
      const { place, where } = selection;
      for (const segment of place.table === null ? place.segments : [null]) {
        const row = byPlace.get(`${i} ${segment?.path ?? ''}`);
        const counted: Tally =
          row === undefined
            ? NONE
            : {
                count: Number(row[2]),
                timed: Number(row[3]),
                minTime: number(row[4]),
                maxTime: number(row[5]),
              };
        if (segment !== null) this.#remembered.set(`${segment.id} ${key}`, counted);
        const tally = segment === null ? counted : sum(counted, selection.known?.tallies.get(segment.id));
        if (tally.count === 0) continue;
        found.push({
          place: segment === null ? place : segmentsPlace([segment], place.inRange),
          where,
          ...tally,
        });
      }
    }
    return found;
  }
}

/** Not within WHERE, where DuckDB would look at what is known first: that is the condition on a column less to read. */
function tallySql(known: Known | null): string {
  const only = known === null ? '' : ` FILTER (WHERE NOT coalesce(${known.counted}, false))`;
  return ['count(*)', 'count(ts)', 'min(ts)', 'max(ts)'].map((sql) => `(${sql}${only})::DOUBLE`).join(', ');
}

const NONE: Tally = { count: 0, timed: 0, minTime: null, maxTime: null };

function sum(a: Tally, b: Tally | undefined): Tally {
  if (b === undefined || b.count === 0) return a;
  return {
    count: a.count + b.count,
    timed: a.timed + b.timed,
    minTime:
      a.minTime === null || b.minTime === null ? (a.minTime ?? b.minTime) : Math.min(a.minTime, b.minTime),
    maxTime:
      a.maxTime === null || b.maxTime === null ? (a.maxTime ?? b.maxTime) : Math.max(a.maxTime, b.maxTime),
  };
}

function number(cell: unknown): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}

/** The values behind the names in a condition: equal text with other values is another search. */
export function boundValues(where: string, bindings: Bindings): string {
  return JSON.stringify(
    Object.entries(bindings.for(where)).map(([name, value]) => [name, typeof value, String(value)]),
  );
}
