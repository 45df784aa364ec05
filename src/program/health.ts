/** What keeps events from being taken in, processed or found; empty when nothing does. */
import type { Health } from '../api/index.ts';
import type { Appender, IngestService, ListenerStatus } from '../ingest/index.ts';
import type { IndexFeed, IndexSink, WorkerPool } from '../pipeline/index.ts';
import type { OnStoreFailure } from '../store/index.ts';

/** How long an append that failed says something of the log. */
const failureHoldsMs = 30_000;

export function healthOf(parts: {
  /** Null: a role that this process does not have. */
  readonly sink: IndexSink | null;
  readonly feed: IndexFeed | null;
  readonly appender: Appender | null;
  readonly workers: WorkerPool | null;
  readonly ingest: IngestService | null;
  readonly clock: { now(): number };
  /** What does not work as it was configured. What listeners say that go on nevertheless is added. */
  readonly warnings?: () => readonly string[];
  readonly configuration?: Health['configuration'];
}): Health {
  const { sink, feed, appender, workers, clock } = parts;
  const listeners = (): readonly ListenerStatus[] => parts.ingest?.status() ?? [];
  return {
    ...(parts.configuration === undefined ? {} : { configuration: parts.configuration }),
    warnings: () => [
      ...(parts.warnings?.() ?? []),
      ...storeAway(workers, 'mark'),
      ...listeners().flatMap(({ state, name, problem }) =>
        state === 'listening' && problem !== null ? [`Listener ${name}: ${problem}`] : [],
      ),
    ],
    problems: () => [
      ...(sink === null || sink.failing === null
        ? []
        : [`The index does not take events: ${sink.failing.message}`]),
      ...(feed === null || feed.trouble === null
        ? []
        : [`The topic indexing cannot be read: ${feed.trouble}`]),
      ...(workers?.unreadable ?? []).map(
        ({ sensor, message }) => `Sensor ${sensor}: its events cannot be read on: ${message}`,
      ),
      ...storeAway(workers, 'wait'),
      ...(appender === null ? [] : notTaken(appender, clock)),
      ...(workers === null || workers.down === 0 ? [] : [`${workers.down} worker(s) are down`]),
      ...(workers?.suspected ?? []).map(
        ({ sensor, topic, partition }) =>
          `Sensor ${sensor}: a record ends the worker that works it; it is being looked for (topic ${topic}, partition ${partition})`,
      ),
      ...listeners().flatMap((one) =>
        one.state === 'failed' ? [`Listener ${one.name}: ${one.problem ?? 'failed'}`] : [],
      ),
    ],
  };
}

/** Events wait for the store, or go on without what it has. */
function storeAway(workers: WorkerPool | null, onFailure: OnStoreFailure): string[] {
  const store = workers?.storeAway ?? null;
  if (store === null || store.down === null || store.onFailure !== onFailure) return [];
  const since = new Date(store.down.since).toISOString();
  const what =
    onFailure === 'wait' ? 'events wait for it' : 'events go on without its answers, marked (not_enriched)';
  return [`The store does not answer since ${since}; ${what}: ${store.name}: ${store.down.message}`];
}

/** Who is refused goes away, so an old failure says nothing. */
function notTaken({ lastFailure }: Appender, clock: { now(): number }): string[] {
  return lastFailure === null || clock.now() - lastFailure.at > failureHoldsMs
    ? []
    : [`The log does not take events: ${lastFailure.error.message}`];
}
