/** Plays a simulation at its own pace: each line goes out when its time has come, and none before the ones before were taken. */
import type { DemoEvent, StoryName } from './event.ts';
import { storyNames } from './event.ts';
import { type Sender, wait } from './sender.ts';
import type { Simulation } from './simulation.ts';

export interface PlayOptions {
  readonly simulation: Simulation;
  readonly sender: Sender;
  readonly clock: { now(): number };
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Stops after so many events. */
  readonly limit?: number;
}

export interface PlayStatus {
  readonly sent: number;
  /** By how many milliseconds the last batch came late. */
  readonly lateMs: number;
  /** Stories of which a line was sent within the last twenty seconds. */
  underWay(): readonly StoryName[];
}

/** Lines of one batch; at a high rate several lines are due at once. */
const batchSize = 1_000;
/** A batch gathers what falls due within so many milliseconds. */
const gatherMs = 250;
/** Further behind than this (a machine that slept, a server that was slow) the rest of the demo is put off. */
const longestLagMs = 5_000;

export class Player implements PlayStatus {
  sent = 0;
  lateMs = 0;
  readonly #options: PlayOptions;
  readonly #lastSent = new Map<StoryName, number>();
  #delayedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PlayOptions) {
    this.#options = options;
  }

  /** Until the signal stops it, or the limit is reached. Throws when nothing takes the events any more. */
  async play(): Promise<void> {
    const { simulation, sender, clock, signal, limit = Number.POSITIVE_INFINITY } = this.#options;
    let batch: DemoEvent[] = [];
    const flush = async (): Promise<void> => {
      const events = batch;
      batch = [];
      const last = events.at(-1);
      if (last === undefined) return;
      await wait(last.at - clock.now(), signal);
      if (signal.aborted) return;
      await sender.send(events);
      this.sent += events.length;
      this.lateMs = Math.max(0, clock.now() - last.at);
      for (const { story } of events) if (story !== null) this.#lastSent.set(story, clock.now());
      // Lines that were made before the last delay come late still; they are no reason for another.
      if (this.lateMs > longestLagMs && last.at >= this.#delayedAt) {
        this.#delayedAt = clock.now();
        simulation.delay(this.lateMs);
      }
    };
    for (const event of simulation) {
      if (signal.aborted) return;
      const first = batch[0];
      if (batch.length >= batchSize || (first !== undefined && event.at > first.at + gatherMs)) await flush();
      batch.push(event);
      if (this.sent + batch.length >= limit) break;
    }
    await flush();
  }

  underWay(): readonly StoryName[] {
    const since = this.#options.clock.now() - 20_000;
    return storyNames.filter((story) => (this.#lastSent.get(story) ?? Number.NEGATIVE_INFINITY) >= since);
  }
}
