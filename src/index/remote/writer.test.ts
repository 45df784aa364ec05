import { expect, it } from 'vitest';
import { encodeEvents } from '../encode.ts';
import type { IndexBatch } from '../event-index.ts';
import { type Move, type Position, Positions } from './positions.ts';
import { type Event, RemoteWriter, type Tally } from './writer.ts';

/** What a server keeps, which outlives the processes that write to it. */
class Kept {
  readonly positions = new Map<string, Position<number>>();
  readonly events = new Map<string, number>();
}

class KeptPositions extends Positions<number> {
  readonly #kept: Kept;

  constructor(kept: Kept) {
    super(0);
    this.#kept = kept;
  }

  protected async read(topic: string, partition: number): Promise<Position<number> | null> {
    return this.#kept.positions.get(`${topic}/${partition}`) ?? null;
  }

  async store(moves: readonly Move[]): Promise<void> {
    for (const { topic, partition, next, intent } of moves) {
      const position = { next, intent, version: this.known(topic, partition).version + 1 };
      this.#kept.positions.set(`${topic}/${partition}`, position);
      this.keep(topic, partition, position);
    }
  }

  async all(): Promise<never[]> {
    return [];
  }
}

/** Dies after so many events. */
class KeptWriter extends RemoteWriter {
  readonly #kept: Kept;
  #left: number;

  constructor(kept: Kept, left = Infinity) {
    super(new KeptPositions(kept), { clock: () => 0, idsAtOnce: 3 });
    this.#kept = kept;
    this.#left = left;
  }

  protected async look(): Promise<(ids: readonly string[]) => Promise<string[]>> {
    return async (ids) => ids.filter((id) => this.#kept.events.has(id));
  }

  protected async writeSensor(_: string, events: readonly Event[], tallies: readonly Tally[]): Promise<void> {
    for (const { id, call } of events) {
      if (this.#left-- === 0) throw new Error('killed');
      this.#kept.events.set(id, (this.#kept.events.get(id) ?? 0) + 1);
      tallies[call]!.written++;
    }
  }
}

const batch = (from: number, to: number): IndexBatch => ({
  events: [
    encodeEvents(
      'conn',
      Array.from({ length: to - from }, (_, i) => ({ guid: `g${from + i}` })),
    ),
  ],
  source: { topic: 't', partition: 0, fromOffset: from, nextOffset: to },
});

it.each([
  ['in one call', [[batch(0, 4), batch(4, 6), batch(6, 12)]]],
  ['in calls of their own', [[batch(0, 4)], [batch(4, 6)], [batch(6, 12)]]],
])(
  'writes nothing twice that a process wrote before it was killed, in batches cut otherwise, %s',
  async (_, calls) => {
    const kept = new Kept();
    await expect(new KeptWriter(kept, 8).write([[batch(0, 10)]])).rejects.toThrow('killed');
    const second = new KeptWriter(kept);
    let written = 0;
    for (const batches of calls)
      for (const report of await second.write([batches])) written += report.written;
    expect(written).toBe(4);
    expect([...kept.events.values()]).toEqual(Array.from({ length: 12 }, () => 1));
    expect(kept.positions.get('t/0')).toMatchObject({ next: 12, intent: 12 });
  },
);
