import { encodeEvents } from './encode.ts';
import type { EventIndex, IndexBatch, SourceRange, WriteReport } from './event-index.ts';

/** Events for tests: `write` encodes them by sensor and writes them as one batch. */
export function batchOf(
  events: readonly Record<string, unknown>[],
  source: SourceRange | null = null,
  sensor = 'bro',
): IndexBatch {
  return { events: [encodeEvents(sensor, events)], source };
}

export function write(
  index: EventIndex,
  events: readonly Record<string, unknown>[],
  sensor = 'bro',
): Promise<WriteReport> {
  return index.write([batchOf(events, null, sensor)]);
}
