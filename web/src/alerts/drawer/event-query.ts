import { queryOptions } from '@tanstack/react-query';
import { ApiError, callApi } from '../../api/client.ts';
import type { WireSearchRequest, WireSearchResponse, WireSearchResult } from '../../api/wire.ts';
import { quote } from '../../query/filter.ts';

/** One event by its guid, wherever in time it is: a link may lead to one that the list does not show. */
export function eventQuery(guid: string) {
  return queryOptions({
    queryKey: ['events', 'one', guid],
    queryFn: async ({ signal }): Promise<WireSearchResult> => {
      const body: WireSearchRequest = { query: `guid:${quote(guid)}`, size: 1 };
      const { results } = await callApi<WireSearchResponse>('search/search', {
        method: 'POST',
        body,
        signal,
      });
      const [found] = results;
      if (found) return found;
      throw new ApiError(404, {
        code: 'SKP_WEB_NO_EVENT',
        message: 'No event has this guid.',
        hint: 'It may be older than what is kept.',
      });
    },
  });
}
