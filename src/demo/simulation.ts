/** The company's traffic and the five stories in it, as one endless stream in the order of time. */
import type { DemoEvent } from './event.ts';
import { Random } from './random.ts';
import { paceAt } from './rhythm.ts';
import type { Scene } from './scene.ts';
import { Schedule } from './schedule.ts';
import { roundMs, roundOf, stories } from './stories/index.ts';
import { ordinaryActivity } from './traffic/index.ts';

export interface SimulationOptions {
  readonly seed: string;
  /** Epoch milliseconds at which the demo begins. */
  readonly start: number;
  /** Events of ordinary traffic in a second of real time, at the company's working hours. */
  readonly rate: number;
  /** How many seconds of the demo pass in a second: 2 tells the stories in half of the time. */
  readonly speed: number;
  /** Without the stories only ordinary traffic is left. */
  readonly stories?: boolean;
}

export interface Simulation {
  [Symbol.iterator](): Generator<DemoEvent, never>;
  /** Lets everything that is yet to be made happen so many milliseconds later: for a player that could not keep up. */
  delay(ms: number): void;
}

/**
 * Two simulations with the same options give the same events. Ordinary traffic and stories draw from random numbers of their
 * own, so that the one is the same with and without the other.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  let begin = options.start;
  const epoch = (time: number): number => Math.round(begin + time / options.speed);
  const sceneOf = (name: string, firstConnection: number): Scene => {
    let connection = firstConnection;
    return { random: new Random(`${options.seed}/${name}`), epoch, nextConnection: () => connection++ };
  };

  function* events(): Generator<DemoEvent, never> {
    const everyday = sceneOf('everyday', 1_000_000_000);
    const schedule = new Schedule();
    let nextActivity = 0;
    let nextRound = options.stories === false ? Number.POSITIVE_INFINITY : 0;
    for (let round = 0; ; ) {
      const until = schedule.peek()?.at ?? Number.POSITIVE_INFINITY;
      if (epoch(nextRound) <= Math.min(until, epoch(nextActivity))) {
        const cast = roundOf(round, new Random(`${options.seed}/round ${round}`));
        for (const [at, story] of stories.entries()) {
          const scene = sceneOf(`round ${round}/${story.name}`, 1_000 * (round * stories.length + at + 1));
          schedule.add(story.tell(scene, nextRound + story.begins, cast));
        }
        nextRound += roundMs;
        round++;
      } else if (epoch(nextActivity) <= until) {
        const made = ordinaryActivity(everyday, nextActivity);
        schedule.add(made);
        // The gap is as long as what was made takes at the rate: so the rate holds whatever was done.
        const seconds = made.length / (options.rate * paceAt(nextActivity));
        nextActivity += seconds * 1000 * options.speed * everyday.random.between(0.4, 1.6);
      } else {
        yield schedule.take()!;
      }
    }
  }

  return {
    [Symbol.iterator]: events,
    delay: (ms) => {
      begin += ms;
    },
  };
}
