/** Makes records of followed files durable, each unit with the state of its file after it. */
import type { LogRecord } from '../bus/index.ts';
import type { TailListenerConfig } from '../config/index.ts';
import { type FileState, NO_FINGERPRINT } from './file-state.ts';
import { HEADER } from './headers.ts';
import type { ListenerContext } from './listener.ts';
import type { IngestMetrics } from './metrics.ts';
import type { StoreUnit } from './tail-file.ts';
import type { TailStates } from './tail-states.ts';

type Config = Pick<TailListenerConfig, 'name' | 'sensor' | 'maxMessageBytes'>;

export function tailStore(
  { name, sensor, maxMessageBytes }: Config,
  appender: ListenerContext['appender'],
  states: TailStates,
  metrics: IngestMetrics,
  signal: AbortSignal,
): StoreUnit {
  return async (unit, state) => {
    const headers = { [HEADER.listener]: name, [HEADER.filePath]: unit.path };
    const timestamp = Date.now();
    const known = states.get(state.id) ?? { ...state, offset: 0, head: NO_FINGERPRINT, last: NO_FINGERPRINT };
    // Stored already when what came with them was not.
    const oversize = unit.oversize.filter(({ end }) => end > (known.overlongUntil ?? 0));
    const overlongUntil = oversize.at(-1)?.end ?? known.overlongUntil;
    const overlong = overlongUntil === undefined ? {} : { overlongUntil };
    if (oversize.length > 0) {
      const before = JSON.stringify({ ...known, ...overlong });
      const range = await appender.appendErrors(
        oversize.map(({ prefix, totalBytes }, i) => ({
          sensor,
          value: prefix,
          reason: 'too_long',
          message: `record of ${totalBytes} bytes in ${unit.path}; ${maxMessageBytes} are taken`,
          headers: i === oversize.length - 1 ? { ...headers, [HEADER.tailState]: before } : headers,
          timestamp,
          totalBytes,
        })),
        { signal },
      );
      if (range !== null) states.appendedErrors(range);
      states.put({ ...known, ...overlong });
    }
    const after: FileState = { ...state, ...overlong };
    if (unit.records.length > 0) {
      const last = unit.records.length - 1;
      const lastHeaders = { ...headers, [HEADER.tailState]: JSON.stringify(after) };
      const records = unit.records.map(
        (value, i): LogRecord => ({ value, headers: i === last ? lastHeaders : headers, timestamp }),
      );
      const partitionKey = `${name}\0${state.id}`;
      states.appended(await appender.append(sensor, records, { partitionKey, signal }));
      for (const record of unit.records) metrics.bytes += record.length + 1;
    }
    states.put(after);
    metrics.received += unit.records.length + oversize.length;
    metrics.sent += unit.records.length;
    metrics.errors += oversize.length;
  };
}
