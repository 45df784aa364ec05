import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { callApi } from '../api/client.ts';
import type {
  WireColumnMetadata,
  WireHistogramRequest,
  WireHistogramResponse,
  WireIngestHelp,
  WireSearchRequest,
  WireSearchResponse,
} from '../api/wire.ts';
import { bucketInterval, type ResolvedRange } from '../time/time-range.ts';
import type { Sort } from './alert-address.ts';

/** What all requests of one look at the page share. */
export interface Look {
  /** Text and filters, composed. */
  readonly query: string;
  readonly range: ResolvedRange;
  readonly alertsOnly: boolean;
}

/** Clocks differ: a range that ends now is left open, so that an event slightly ahead is not hidden. */
function scopeOf(look: Look) {
  return {
    query: look.query,
    timeRange: { from: look.range.from, to: look.range.open ? null : look.range.to },
    alertsOnly: look.alertsOnly,
  };
}

function search(body: WireSearchRequest, signal: AbortSignal): Promise<WireSearchResponse> {
  return callApi<WireSearchResponse>('search/search', { method: 'POST', body, signal });
}

export function listQuery(look: Look, sort: Sort, page: number, pageSize: number) {
  return queryOptions({
    queryKey: ['events', 'list', look, sort, page, pageSize],
    queryFn: ({ signal }) =>
      search(
        {
          ...scopeOf(look),
          from: (page - 1) * pageSize,
          size: pageSize,
          sort: [{ field: sort.field, sortOrder: sort.order }],
        },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}

export function facetsQuery(look: Look, fields: readonly string[]) {
  return queryOptions({
    queryKey: ['facets', look, fields],
    queryFn: ({ signal }) => search({ ...scopeOf(look), size: 0, facetFields: [...fields] }, signal),
    placeholderData: keepPreviousData,
  });
}

export function histogramQuery(look: Look) {
  const { from, to } = look.range;
  const interval = bucketInterval(from, to);
  return queryOptions({
    queryKey: ['histogram', look, interval],
    queryFn: async ({ signal }) => {
      const body: WireHistogramRequest = {
        query: look.query,
        // One bucket more for what is ahead of our clock.
        timeRange: { from, to: look.range.open ? to + interval : to },
        interval,
        alertsOnly: look.alertsOnly,
      };
      const { buckets } = await callApi<WireHistogramResponse>('search/histogram', {
        method: 'POST',
        body,
        signal,
      });
      return { buckets, interval, from, to };
    },
    placeholderData: keepPreviousData,
  });
}

/** How many events a look finds now. */
export async function countNow(look: Look): Promise<number> {
  const { total } = await callApi<WireSearchResponse>('search/search', {
    method: 'POST',
    body: { ...scopeOf(look), size: 0 } satisfies WireSearchRequest,
  });
  return total;
}

export const columnsQuery = queryOptions({
  queryKey: ['columns'],
  queryFn: ({ signal }) =>
    callApi<WireColumnMetadata>('search/column/metadata', { method: 'POST', body: [], signal }),
  staleTime: 60_000,
});

export const ingestHelpQuery = queryOptions({
  queryKey: ['ingest-help'],
  queryFn: ({ signal }) => callApi<WireIngestHelp>('ingest/help', { signal }),
});
