import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
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
 * Changes the status of alerts: shown at once, sent with the version that was seen, told when it is kept, and undone by one
 * click. Where somebody was faster (409), the present state is fetched and told instead.
 */
export function useStatusChange(): ChangeStatus {
  const queries = useQueryClient();
  return useCallback(
    async (events, status) => {
      const before = events.filter((event) => event.source[STATUS_FIELD] !== status);
      if (before.length === 0) return;
      const earlier = new Map(before.map((event) => [event.id, event.source[STATUS_FIELD]]));
      await apply(
        queries,
        before,
        () => status,
        ({ changed }) => {
          const many = changed.length > 1;
          toast(`${many ? `${changed.length} alerts` : 'Alert'} ${STATUS_NAMES[status].toLowerCase()}`, {
            action: {
              label: 'Undo',
              run: () => void apply(queries, changed, (event) => earlier.get(event.id)),
            },
          });
        },
      );
    },
    [queries],
  );
}

/** Resolves when every change so far has been answered and told: an undo that is asked for sooner waits for it. */
export const changesTold = (): Promise<void> => last;

interface Refusal {
  readonly event: WireSearchResult;
  readonly error: unknown;
}

interface Applied {
  readonly changed: readonly WireSearchResult[];
  readonly refused: readonly Refusal[];
}

/** Changes are sent one after another: the next starts from the version that the last one made. */
let last: Promise<void> = Promise.resolve();
/** How many changes of an alert are not answered yet: what the last one makes of it is shown meanwhile. */
const unanswered = new Map<string, number>();
/** For an alert at a version, the version that our own change made of it. */
const ownVersions = new Map<string, number>();

function apply(
  queries: QueryClient,
  events: readonly WireSearchResult[],
  statusFor: (event: WireSearchResult) => unknown,
  told: (applied: Applied) => void = () => {},
): Promise<void> {
  const refetch = stopFetching(queries);
  for (const event of events) {
    unanswered.set(event.id, (unanswered.get(event.id) ?? 0) + 1);
    showRow(queries, withStatus(event, statusFor(event)));
  }
  last = last.then(async () => {
    const applied = await send(queries, events, statusFor);
    if (applied.changed.length > 0) told(applied);
    tell(applied.refused);
    void queries.invalidateQueries({ queryKey: ['facets'] });
    if (refetch) void queries.invalidateQueries({ queryKey: ['events'] });
  });
  return last;
}

async function send(
  queries: QueryClient,
  events: readonly WireSearchResult[],
  statusFor: (event: WireSearchResult) => unknown,
): Promise<Applied> {
  const changed: WireSearchResult[] = [];
  const refused: Refusal[] = [];
  const rest = [...events];
  const lane = async () => {
    for (let event = rest.shift(); event; event = rest.shift()) {
      const version = currentVersion(event);
      try {
        const answer = await callApi<WirePatchResponse>('update/patch', {
          method: 'PATCH',
          body: patchOf(event, version, statusFor(event)),
        });
        const row = { ...event, source: answer.source, version: answer.version };
        ownVersions.set(`${version}@${event.id}`, answer.version);
        stopFetching(queries);
        if (answered(event)) showRow(queries, row);
        changed.push(row);
      } catch (error) {
        refused.push({ event, error });
        if (answered(event)) showRow(queries, event);
        if (error instanceof ApiError && error.status === 409) {
          // What is there now is fetched, so that the next try starts from it.
          void queries.invalidateQueries({ queryKey: ['events'] });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, events.length) }, lane));
  return { changed, refused };
}

/** Counts an answer in; true where no further change of the alert is waiting for one. */
function answered({ id }: WireSearchResult): boolean {
  const left = (unanswered.get(id) ?? 1) - 1;
  if (left > 0) unanswered.set(id, left);
  else unanswered.delete(id);
  return left <= 0;
}

/** The version of an alert that was seen, followed through the changes that we made of it since. */
function currentVersion({ id, version }: WireSearchResult): number {
  let now = version;
  for (let next = ownVersions.get(`${now}@${id}`); next !== undefined && next !== now; ) {
    now = next;
    next = ownVersions.get(`${now}@${id}`);
  }
  return now;
}

/** An answer that was on its way before a change would show the alert as it was. True where one was on its way. */
function stopFetching(queries: QueryClient): boolean {
  const running = {
    queryKey: ['events'],
    fetchStatus: 'fetching',
    predicate: ({ state }: Query) => state.data !== undefined,
  } as const;
  const any = queries.isFetching(running) > 0;
  if (any) void queries.cancelQueries(running);
  return any;
}

function patchOf(event: WireSearchResult, version: number, status: unknown): WirePatchRequest {
  const path = `/${STATUS_FIELD}`;
  return {
    guid: event.id,
    sensorType: event.index,
    version,
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
