/** All events of a sensor, some thousands at a time, by the interface that every index has. */
import type { EventIndex, IndexedEvent, Query, TimeRange } from '../index/index.ts';

export interface EventPage {
  readonly events: readonly IndexedEvent[];
  /** All events before this time (ms since 1970) have been given; null: those without a time, which come last. */
  readonly until: number | null;
}

/** Pages are sorted: no more than this is asked for at once, which every engine grants. */
export const largestPage = 5_000;

const timed: Query = { type: 'exists', field: 'timestamp' };
const untimed: Query = { type: 'not', clause: timed };
const sort = [{ field: 'timestamp', order: 'asc' }] as const;

/**
 * The events of a sensor by time, in windows that are as wide as the events are few. `from`: events before it are left out.
 */
export async function* scanEvents(
  index: EventIndex,
  sensor: string,
  from: number | null = null,
): AsyncGenerator<EventPage> {
  const scope = { sensors: [sensor] };
  const edge = async (order: 'asc' | 'desc', timeRange?: TimeRange): Promise<number | null> => {
    const { results } = await index.search({
      ...scope,
      query: timed,
      from: 0,
      size: 1,
      sort: [{ field: 'timestamp', order }],
      ...(timeRange === undefined ? {} : { timeRange }),
    });
    const time = results[0]?.source['timestamp'];
    return typeof time === 'number' ? time : null;
  };
  const last = await edge('desc');
  let at = last === null ? null : await edge('asc', from === null ? undefined : { from, to: null });
  let width = 60_000;
  while (at !== null && last !== null && at <= last) {
    const range: TimeRange = { from: at, to: at + width };
    const { total } = await index.search({ ...scope, query: timed, timeRange: range, from: 0, size: 0 });
    if (total > largestPage && width > 1) {
      width = Math.max(1, Math.floor(width / Math.max(2, (total / largestPage) * 1.5)));
      continue;
    }
    if (total === 0) {
      // Over a time without events in one step.
      at = await edge('asc', { from: at + width, to: null });
      continue;
    }
    for (let start = 0; start < total; start += largestPage) {
      const { results } = await index.search({
        ...scope,
        query: timed,
        timeRange: range,
        from: start,
        size: largestPage,
        sort,
      });
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
    yield { events: results, until: null };
  }
}
