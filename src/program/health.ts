/** What keeps events from being taken in, processed or found; empty when nothing does. */
import type { Health } from '../api/index.ts';
import type { Appender, IngestService } from '../ingest/index.ts';
import type { IndexSink, Topology } from '../pipeline/index.ts';
import type { OnStoreFailure } from '../store/index.ts';

/** How long an append that failed says something of the log. */
const failureHoldsMs = 30_000;

export function healthOf(parts: {
  readonly sink: IndexSink;
  readonly appender: Appender;
  readonly topology: Topology;
  readonly ingest: IngestService;
  readonly clock: { now(): number };
  /** What was left out at the start, and why. What listeners say that go on nevertheless is added. */
  readonly warnings?: readonly string[];
}): Health {
  const { sink, appender, topology, ingest, clock } = parts;
  return {
    warnings: () => [
      ...(parts.warnings ?? []),
      ...storeAway(topology, 'mark'),
      ...ingest
        .status()
        .flatMap(({ state, name, problem }) =>
          state === 'listening' && problem !== null ? [`Listener ${name}: ${problem}`] : [],
        ),
    ],
    problems: () => [
      ...(sink.failing === null ? [] : [`The index does not take events: ${sink.failing.message}`]),
      ...topology.unreadable.map(
        ({ sensor, message }) => `Sensor ${sensor}: its events cannot be read on: ${message}`,
      ),
      ...storeAway(topology, 'wait'),
      ...notTaken(appender, clock),
      ...(topology.down === 0 ? [] : [`${topology.down} worker(s) are down`]),
      ...topology.suspected.map(
        ({ sensor, topic, partition }) =>
          `Sensor ${sensor}: a record ends the worker that works it; it is being looked for (topic ${topic}, partition ${partition})`,
      ),
      ...ingest
        .status()
        .flatMap((one) =>
          one.state === 'failed' ? [`Listener ${one.name}: ${one.problem ?? 'failed'}`] : [],
        ),
    ],
  };
}

/** Events wait for the store, or go on without what it has. */
function storeAway(topology: Topology, onFailure: OnStoreFailure): string[] {
  const store = topology.storeAway;
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
