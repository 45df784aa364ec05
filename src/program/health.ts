/** What keeps events from being taken in, processed or found; empty when nothing does. */
import type { Health } from '../api/index.ts';
import type { Appender, IngestService } from '../ingest/index.ts';
import type { IndexSink, Topology } from '../pipeline/index.ts';

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

/** Who is refused goes away, so an old failure says nothing. */
function notTaken({ lastFailure }: Appender, clock: { now(): number }): string[] {
  return lastFailure === null || clock.now() - lastFailure.at > failureHoldsMs
    ? []
    : [`The log does not take events: ${lastFailure.error.message}`];
}
