import { describe, expect, it } from 'vitest';
import type { DemoEvent, StoryName } from './event.ts';
import { Player } from './player.ts';
import type { Simulation } from './simulation.ts';

/** Events at these times, then none for a hundred years. */
function simulation(
  times: readonly number[],
  story: StoryName | null = null,
): Simulation & { delays: number[] } {
  const delays: number[] = [];
  return {
    delays,
    delay: (ms) => void delays.push(ms),
    *[Symbol.iterator]() {
      for (const at of times) yield { at, sensor: 'yaf', line: String(at), story };
      for (;;) yield { at: 3_153_600_000_000, sensor: 'yaf', line: 'never', story: null };
    },
  };
}

/** Takes batches; `take` may move the clock. */
function stand(take: (events: readonly DemoEvent[]) => void | Promise<void> = () => undefined) {
  const batches: string[][] = [];
  const sender = {
    async send(events: readonly DemoEvent[]): Promise<void> {
      batches.push(events.map((event) => event.line));
      await take(events);
    },
    close: async () => undefined,
  };
  return { batches, sender };
}

describe('the player', () => {
  it('sends what falls due together in one batch, in order', async () => {
    const { batches, sender } = stand();
    const clock = { now: () => 1_000 };
    const { signal } = new AbortController();
    const player = new Player({
      simulation: simulation([0, 10, 240, 400, 900]),
      sender,
      clock,
      signal,
      limit: 5,
    });
    await player.play();
    expect(batches).toEqual([['0', '10', '240'], ['400'], ['900']]);
    expect(player.sent).toBe(5);
  });

  it('sends nothing before the batch before was taken', async () => {
    let taken = 0;
    const { batches, sender } = stand(async () => {
      expect(batches.length).toBe(taken + 1);
      await new Promise((resolve) => setImmediate(resolve));
      taken++;
    });
    const { signal } = new AbortController();
    await new Player({
      simulation: simulation([0, 300, 600]),
      sender,
      clock: { now: () => 1_000 },
      signal,
      limit: 3,
    }).play();
    expect(taken).toBe(3);
  });

  it('waits for events whose time has not come, until it is stopped', async () => {
    const stopping = new AbortController();
    const { batches, sender } = stand();
    const clock = { now: () => 100 };
    const player = new Player({ simulation: simulation([0]), sender, clock, signal: stopping.signal });
    const playing = player.play();
    stopping.abort();
    await playing;
    expect(batches.length).toBeLessThanOrEqual(1);
  });

  it('puts the rest off once when it has fallen behind', async () => {
    let now = 0;
    const { sender } = stand(() => {
      now += 10_000;
    });
    const { signal } = new AbortController();
    const played = simulation([0, 1_000, 2_000, 3_000, 4_000]);
    const player = new Player({ simulation: played, sender, clock: { now: () => now }, signal, limit: 5 });
    await player.play();
    expect(played.delays).toEqual([10_000]);
    expect(player.lateMs).toBeGreaterThan(10_000);
  });

  it('tells which stories are under way', async () => {
    let now = 0;
    const { sender } = stand();
    const { signal } = new AbortController();
    const player = new Player({
      simulation: simulation([0], 'beacon'),
      sender,
      clock: { now: () => now },
      signal,
      limit: 1,
    });
    expect(player.underWay()).toEqual([]);
    await player.play();
    expect(player.underWay()).toEqual(['beacon']);
    now = 60_000;
    expect(player.underWay()).toEqual([]);
  });

  it('ends with the error of a sender that cannot go on', async () => {
    const { sender } = stand(() => {
      throw new Error('gone');
    });
    const { signal } = new AbortController();
    const player = new Player({
      simulation: simulation([0]),
      sender,
      clock: { now: () => 1 },
      signal,
      limit: 1,
    });
    await expect(player.play()).rejects.toThrow('gone');
  });
});
