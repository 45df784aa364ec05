import { IndexError } from '../errors.ts';
import type { IndexedEvent, SearchRequest, SearchResult, SortField } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import type { ConditionOptions } from './condition.ts';
import type { Counter, Found } from './count.ts';
import type { Session } from './database.ts';
import { facets } from './facets.ts';
import { type Plan, planFor } from './plan.ts';
import { compareByTime, readChosen, readMatches } from './read-events.ts';
import type { ValueIndex } from './value-index.ts';
import { fieldColumns, numberOf, textOf } from './values.ts';

const DEFAULT_SORT: readonly SortField[] = [{ field: 'timestamp', order: 'desc' }];

/**
 * One page of a search. First every place counts what it has of it, which gives the total and, for an order by time, the few
 * places and the span of time that the page comes from; then those are sorted; then the page's events are read.
 */
export async function search(
  session: Session,
  catalog: Catalog,
  counter: Counter,
  values: ValueIndex,
  request: SearchRequest,
  options: ConditionOptions,
): Promise<SearchResult> {
  check(request);
  const plan = await planFor(session, catalog, values, request, options);
  const found = await counter.count(session, plan);
  const total = found.reduce((sum, place) => sum + place.count, 0);
  const facetCounts =
    request.facetFields === undefined ? undefined : await facets(session, plan, request.facetFields);
  const results =
    request.size === 0 || request.from >= total ? [] : await page(session, plan, found, request);
  return { total, results, ...(facetCounts === undefined ? {} : { facetCounts }) };
}

function check(request: SearchRequest): void {
  const { from, size } = request;
  if (!Number.isSafeInteger(from) || from < 0 || !Number.isSafeInteger(size) || size < 0) {
    throw new IndexError('SKP_INDEX_REQUEST', `from ${from} and size ${size} are not a page of a search`, {
      hint: 'Both are whole numbers from 0 on.',
    });
  }
}

async function page(
  session: Session,
  plan: Plan,
  found: readonly Found[],
  request: SearchRequest,
): Promise<IndexedEvent[]> {
  const sort = request.sort === undefined || request.sort.length === 0 ? DEFAULT_SORT : request.sort;
  const { places, bound } = narrow(found, sort, request.from + request.size);
  const few = places.reduce((sum, place) => sum + place.count, 0) <= Math.max(200, 2 * request.size);
  if (few && sort.length === 1 && sort[0]!.field === 'timestamp') {
    const { order } = sort[0]!;
    const events = await readMatches(session, plan, places, bound, request.fields);
    return events
      .sort((a, b) => (order === 'desc' ? compareByTime(b, a) : compareByTime(a, b)))
      .slice(request.from, request.from + request.size)
      .map(({ event }) => event);
  }
  const keys = sortKeys(sort, found, plan);
  const branches = places.map((place) => {
    const i = found.indexOf(place);
    return `SELECT ${i} AS place, guid, ts${keys.select(i)} FROM ${place.place.from} WHERE ${bounded(place.where, bound)}`;
  });
  const sql = `SELECT place, guid, ts::DOUBLE FROM (${branches.join('\nUNION ALL ')})
    ORDER BY ${keys.order} LIMIT ${request.size} OFFSET ${request.from}`;
  const rows = await session.rows(sql, plan.bindings.for(sql));
  const wanted = rows.map((row) => ({
    found: found[Number(row[0])]!,
    guid: String(row[1]),
    time: row[2] === null ? null : Number(row[2]),
  }));
  return readChosen(session, wanted, request.fields);
}

function bounded(where: string, bound: string | null): string {
  return bound === null ? where : `${where} AND ts ${bound}`;
}

/** Sort expressions for each place, and the order over them. Fields may be numbers in one place and text in another. */
function sortKeys(
  sort: readonly SortField[],
  found: readonly Found[],
  plan: Plan,
): { select(i: number): string; order: string } {
  const selects: string[][] = found.map(() => []);
  const order: string[] = [];
  for (const [s, { field, order: direction }] of sort.entries()) {
    const columns = found.map(({ place }) => fieldColumns(place, field, plan.bindings));
    const numbers = columns.map((list) => numberOf(list));
    const texts = columns.map((list) => textOf(list.filter(({ kind }) => kind !== 'i' && kind !== 'd')));
    const anyNumber = numbers.some((sql) => sql !== null);
    const anyText = texts.some((sql) => sql !== null);
    const whole = columns.every((list) => list.every(({ kind }) => kind !== 'd'));
    const type = whole ? 'BIGINT' : 'DOUBLE';
    for (const [i, select] of selects.entries()) {
      if (anyNumber)
        select.push(`${numbers[i] ?? 'NULL'}${numbers[i] !== null && whole ? '' : `::${type}`} AS n${s}`);
      if (anyText) select.push(`${texts[i] ?? 'NULL::VARCHAR'} AS t${s}`);
    }
    const ends = direction === 'desc' ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
    if (anyNumber && anyText) {
      order.push(`(n${s} IS NULL AND t${s} IS NULL) ${direction === 'desc' ? 'ASC' : 'DESC'}`);
    }
    // Numbers come before text.
    const numberEnds = direction === 'desc' ? 'DESC NULLS FIRST' : 'ASC NULLS LAST';
    if (anyNumber) order.push(`n${s} ${anyText ? numberEnds : ends}`);
    if (anyText) order.push(`t${s} ${ends}`);
  }
  const last = sort.at(-1)!.order === 'desc' ? 'DESC' : 'ASC';
  return {
    select: (i) => selects[i]!.map((sql) => `, ${sql}`).join(''),
    order: [...order, `guid ${last}`].join(', '),
  };
}

/**
 * For an order by time: the places that the first `needed` events lie in, and a bound on their time. The counts say so: going
 * from the newest place to the oldest until enough rows are certain to be newer than all the rest.
 */
function narrow(
  found: readonly Found[],
  sort: readonly SortField[],
  needed: number,
): { places: readonly Found[]; bound: string | null } {
  const everywhere = { places: found, bound: null };
  const first = sort[0]!;
  if (first.field !== 'timestamp') return everywhere;
  // Events whose timestamp is no whole number sort by another column.
  if (found.some(({ place }) => fieldHasOtherTimes(place.columns, place.sensor))) return everywhere;
  const newest = first.order === 'desc';
  if (!newest && found.some((place) => place.timed < place.count)) return everywhere;
  const timed = found.filter((place) => place.timed > 0);
  const certain = [...timed].sort((a, b) => (newest ? b.minTime! - a.minTime! : a.maxTime! - b.maxTime!));
  let sum = 0;
  for (const place of certain) {
    sum += place.timed;
    if (sum < needed) continue;
    const edge = newest ? place.minTime! : place.maxTime!;
    return {
      places: timed.filter((other) => (newest ? other.maxTime! >= edge : other.minTime! <= edge)),
      bound: newest ? `>= ${edge}` : `<= ${edge}`,
    };
  }
  return everywhere;
}

function fieldHasOtherTimes(
  columns: ReadonlySet<string>,
  sensor: { fields: ReadonlyMap<string, { columns: ReadonlyMap<string, string> }> },
): boolean {
  const field = sensor.fields.get('timestamp')!;
  for (const column of field.columns.values()) if (column !== 'ts' && columns.has(column)) return true;
  return false;
}
