import { IndexError } from '../errors.ts';
import type { EncodedEvents } from '../event-index.ts';
import { isObject, type Json } from './json.ts';

/** The events of a batch with their lines. */
export function* eventsOf({ ndjson, lineEnds, sensor }: EncodedEvents): Generator<readonly [Json, string]> {
  const bytes = Buffer.from(ndjson.buffer, ndjson.byteOffset, ndjson.byteLength);
  let start = 0;
  for (const end of lineEnds) {
    const line = bytes.toString('utf8', start, end - 1);
    start = end;
    const event: unknown = JSON.parse(line);
    if (!isObject(event))
      throw new IndexError(
        'SKP_INDEX_REQUEST',
        `a line of ${sensor} is no JSON object: ${line.slice(0, 100)}`,
      );
    yield [event, line];
  }
}
