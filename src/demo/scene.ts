/** What all parts of the simulation share: random numbers, the clock, counters. Nothing else decides what is made. */
import type { Random } from './random.ts';

export interface Scene {
  readonly random: Random;
  /** Epoch milliseconds of a time of the demo (milliseconds since its start). */
  epoch(time: number): number;
  /** Numbers of the firewall's connections, in order. */
  nextConnection(): number;
}
