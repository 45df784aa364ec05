/** All events of a sensor, some thousands at a time, by the interface that every index has. */
import { SkoposError } from '../errors.ts';
import type { EventIndex, IndexedEvent, Query, TimeRange } from '../index/index.ts';

export interface EventPage {
  readonly events: readonly IndexedEvent[];
  /** All events before this time (ms since 1970) have been given; null: those without a time, which come last. */
  readonly until: number | null;
}

/** Pages are sorted: no more than this is asked for at once, which every engine grants. */
export const largestPage = 5_000;

const all: Query = { type: 'all' };
/** Of JavaScript's dates. */
const anyTime: TimeRange = { from: -8.64e15, to: 8.64e15 };
/** No timestamp, or one that is no whole number of milliseconds: as every engine can be asked for it. */
const untimed: Query = {
  type: 'or',
  clauses: [
    { type: 'not', clause: { type: 'exists', field: 'timestamp' } },
    {
      type: 'not',
      clause: {
        type: 'range',
        field: 'timestamp',
        from: String(anyTime.from),
        to: String(anyTime.to),
        includeFrom: true,
        includeTo: true,
      },
    },
    // Texts that stand among the digits in the order of texts: dates and fractions.
    ...['?*-*', '*:*', '*.*'].map((pattern): Query => ({ type: 'wildcard', field: 'timestamp', pattern })),
  ],
};
const sort = [{ field: 'timestamp', order: 'asc' }] as const;

/**
 * The events of a sensor by time, in windows that are as wide as the events are few. `from`: events before it are left out.
 *
 * Throws `SKP_MIGRATE_EVENTS` when there are events that it did not come by.
 */
export async function* scanEvents(
  index: EventIndex,
  sensor: string,
  from: number | null = null,
): AsyncGenerator<EventPage> {
  const scope = { sensors: [sensor] };
  let given = 0;
  const edge = async (order: 'asc' | 'desc', timeRange: TimeRange): Promise<number | null> => {
    const { results } = await index.search({
      ...scope,
      query: all,
      timeRange,
      from: 0,
      size: 1,
      sort: [{ field: 'timestamp', order }],
    });
    const time = results[0]?.source['timestamp'];
    return typeof time === 'number' ? time : null;
  };
  const last = await edge('desc', anyTime);
  let at = last === null ? null : await edge('asc', from === null ? anyTime : { from, to: anyTime.to });
  let width = 60_000;
  while (at !== null && last !== null && at <= last) {
    const range: TimeRange = { from: at, to: at + width };
    const { total } = await index.search({ ...scope, query: all, timeRange: range, from: 0, size: 0 });
    if (total > largestPage && width > 1) {
      width = Math.max(1, Math.floor(width / Math.max(2, (total / largestPage) * 1.5)));
      continue;
    }
    if (total === 0) {
      // Over a time without events in one step.
      at = await edge('asc', { from: at + width, to: anyTime.to });
      continue;
    }
    for (let start = 0; start < total; start += largestPage) {
      const { results } = await index.search({
        ...scope,
        query: all,
        timeRange: range,
        from: start,
        size: largestPage,
        sort,
      });
      given += results.length;
      yield { events: results, until: start + largestPage >= total ? at + width : at };
    }
    at += width;
    if (total < largestPage / 4) width *= 2;
  }
  const { total } = await index.search({ ...scope, query: untimed, from: 0, size: 0 });
  for (let start = 0; start < total; start += largestPage) {
    const { results } = await index.search({
      ...scope,
      query: untimed,
      from: start,
      size: largestPage,
      sort,
    });
    given += results.length;
    yield { events: results, until: null };
  }
  if (from !== null) return;
  const { total: whole } = await index.search({ ...scope, query: all, from: 0, size: 0 });
  if (given === whole) return;
  throw new SkoposError('SKP_MIGRATE_EVENTS', `Of ${whole} events of ${sensor}, ${given} could be read`, {
    hint: 'Events may have come meanwhile. Otherwise report it: their timestamps are of an unknown kind.',
  });
}
