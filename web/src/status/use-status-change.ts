import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiError, callApi } from '../api/client.ts';
import type {
  WirePatchRequest,
  WirePatchResponse,
  WireSearchResponse,
  WireSearchResult,
} from '../api/wire.ts';
import { toast } from '../app/toasts.tsx';
import { STATUS_FIELD } from '../query/filter.ts';
import { STATUS_NAMES, type Status } from './status.ts';

export type ChangeStatus = (events: readonly WireSearchResult[], status: Status) => Promise<void>;

/** How many patches are under way at once. */
const LANES = 6;

/**
 * Changes the status of alerts: shown at once, sent with the version that was seen, and undone by one click. Where somebody
 * was faster (409), the present state is fetched and told instead.
 */
export function useStatusChange(): ChangeStatus {
  const queries = useQueryClient();
  return useCallback(
    async (events, status) => {
      const before = events.filter((event) => event.source[STATUS_FIELD] !== status);
      if (before.length === 0) return;
      const { changed, refused } = await applyAll(queries, before, () => status);
      if (changed.length > 0) {
        const earlier = new Map(before.map((event) => [event.id, event.source[STATUS_FIELD]]));
        const many = changed.length > 1;
        toast(
          many
            ? `${changed.length} alerts ${STATUS_NAMES[status].toLowerCase()}`
            : `Alert ${STATUS_NAMES[status].toLowerCase()}`,
          {
            action: {
              label: 'Undo',
              run: () =>
                void applyAll(queries, changed, (event) => earlier.get(event.id)).then((undone) =>
                  tell(undone.refused),
                ),
            },
          },
        );
      }
      tell(refused);
    },
    [queries],
  );
}

interface Refusal {
  readonly event: WireSearchResult;
  readonly error: unknown;
}

async function applyAll(
  queries: QueryClient,
  events: readonly WireSearchResult[],
  statusFor: (event: WireSearchResult) => unknown,
): Promise<{ changed: WireSearchResult[]; refused: Refusal[] }> {
  for (const event of events) showRow(queries, withStatus(event, statusFor(event)));
  const changed: WireSearchResult[] = [];
  const refused: Refusal[] = [];
  const waiting = [...events];
  const lane = async () => {
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      try {
        const answer = await callApi<WirePatchResponse>('update/patch', {
          method: 'PATCH',
          body: patchOf(event, statusFor(event)),
        });
        const row = { ...event, source: answer.source, version: answer.version };
        showRow(queries, row);
        changed.push(row);
      } catch (error) {
        refused.push({ event, error });
        showRow(queries, event);
        if (error instanceof ApiError && error.status === 409) {
          // What is there now is fetched, so that the next try starts from it.
          void queries.invalidateQueries({ queryKey: ['events'] });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, events.length) }, lane));
  void queries.invalidateQueries({ queryKey: ['facets'] });
  return { changed, refused };
}

function patchOf(event: WireSearchResult, status: unknown): WirePatchRequest {
  const path = `/${STATUS_FIELD}`;
  return {
    guid: event.id,
    sensorType: event.index,
    version: event.version,
    patch: [status === undefined ? { op: 'remove', path } : { op: 'add', path, value: status }],
  };
}

function withStatus(event: WireSearchResult, status: unknown): WireSearchResult {
  const source = { ...event.source };
  if (status === undefined) delete source[STATUS_FIELD];
  else source[STATUS_FIELD] = status;
  return { ...event, source };
}

/** Puts a changed row in the place of the old one, wherever it is shown. */
function showRow(queries: QueryClient, row: WireSearchResult): void {
  queries.setQueriesData<WireSearchResponse>({ queryKey: ['events', 'list'] }, (data) =>
    data?.results.some((one) => one.id === row.id)
      ? { ...data, results: data.results.map((one) => (one.id === row.id ? row : one)) }
      : data,
  );
  queries.setQueriesData<WireSearchResult>({ queryKey: ['events', 'one', row.id] }, (data) =>
    data ? row : data,
  );
}

function tell(refused: readonly Refusal[]): void {
  const [first] = refused;
  if (!first) return;
  const conflict = first.error instanceof ApiError && first.error.status === 409;
  const count = refused.length > 1 ? `${refused.length} alerts were` : 'The alert was';
  const reason = first.error instanceof Error ? first.error.message : String(first.error);
  toast(
    conflict
      ? `${count} changed by somebody else meanwhile. The present state is shown; try again.`
      : `${count} not changed. ${reason}`,
    {
      tone: 'failure',
    },
  );
}
