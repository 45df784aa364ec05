/** Carries events over, alerts with all that was said of them. */
import type { GroupPosition } from '../bus/index.ts';
import { type EventIndex, encodeEvents, type WriteReport } from '../index/index.ts';
import { Digest } from './digest.ts';
import type { Progress } from './progress.ts';
import { scanEvents } from './scan-events.ts';

export async function carrySensor(
  from: EventIndex,
  to: EventIndex,
  sensor: string,
  progress: Progress,
  save: () => Promise<void>,
  onPage: (events: number, refused: WriteReport['refused']) => void,
): Promise<void> {
  const state = (progress.sensors[sensor] ??= { until: null, done: false });
  if (state.done) return;
  for await (const { events, until } of scanEvents(from, sensor, state.until)) {
    const sources = events.map(({ source }) => source);
    // Without a source, events are compared by guid: what a run before this one wrote is not written again.
    const { refused } = await to.write([{ events: [encodeEvents(sensor, sources)], source: null }]);
    onPage(events.length, refused);
    if (until === null || until === state.until) continue;
    state.until = until;
    await save();
  }
  state.done = true;
  await save();
}

/** Positions of readers of a log that stays. */
export async function carryPositions(to: EventIndex, positions: readonly GroupPosition[]): Promise<void> {
  await to.write(positions.map((position) => ({ events: [], source: { ...position, fromOffset: 0 } })));
}

export async function digestSensor(
  index: EventIndex,
  sensor: string,
  onPage: (events: number) => void,
): Promise<Digest> {
  const digest = new Digest();
  for await (const { events } of scanEvents(index, sensor)) {
    for (const { source } of events) digest.add(source);
    onPage(events.length);
  }
  return digest;
}
