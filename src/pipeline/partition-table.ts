/** Which partitions are read, for which sensor, from where on, and by which worker. */
import type { EventLog, TopicDescription } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Suspicion } from './suspicion.ts';

export interface PartitionState {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  /** Number of the worker that it belongs to. */
  readonly home: number;
  /** Null while no sensor reads the topic. */
  sensor: string | null;
  /** Where its next batch begins: handed to the sink up to here, written or not. */
  next: number;
  /** Of records that end the worker that works them. */
  suspicion: Suspicion | null;
  /** Why it cannot be read on; null when it can. */
  unreadable: string | null;
}

export interface PartitionTableOptions {
  readonly log: EventLog;
  readonly workers: number;
  /** Partitions of topics that are made for sensors. */
  readonly partitions: number;
  readonly retention: { readonly retentionMs?: number; readonly retentionBytes?: number };
  readonly positions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: number;
  }[];
  readonly onRefused: (sensor: string, message: string, hint: string | null) => void;
}

export class PartitionTable {
  readonly #options: PartitionTableOptions;
  readonly #states: PartitionState[] = [];
  readonly #byPlace = new Map<string, PartitionState>();
  readonly #stored: ReadonlyMap<string, number>;

  constructor(options: PartitionTableOptions) {
    this.#options = options;
    this.#stored = new Map(
      options.positions.map(({ topic, partition, nextOffset }) => [place(topic, partition), nextOffset]),
    );
  }

  all(): readonly PartitionState[] {
    return this.#states;
  }

  byId(id: number): PartitionState | undefined {
    return this.#states[id];
  }

  at(topic: string, partition: number): PartitionState | undefined {
    return this.#byPlace.get(place(topic, partition));
  }

  /** Takes over which sensor reads which topic. Topics are made when absent. */
  async configure(snapshot: Snapshot): Promise<void> {
    const readers = this.#readers(snapshot);
    for (const state of this.#states) state.sensor = readers.get(state.topic) ?? null;
    for (const [topic, sensor] of readers) {
      const description = await this.#ensure(topic, sensor);
      if (description === null) continue;
      for (const { partition } of description.partitions) {
        if (!this.#byPlace.has(place(topic, partition))) this.#add(topic, partition, sensor);
      }
    }
  }

  /** The sensor of each topic. One that two sensors name stays with the one that has it, else goes to the first. */
  #readers(snapshot: Snapshot): Map<string, string> {
    const readers = new Map<string, string>();
    for (const { topic, sensor } of this.#states)
      if (sensor !== null && snapshot.parsers.get(sensor)?.sensorTopic === topic) readers.set(topic, sensor);
    for (const [sensor, { sensorTopic: topic }] of snapshot.parsers) {
      const reader = readers.get(topic);
      if (reader === undefined) readers.set(topic, sensor);
      else if (reader !== sensor) {
        this.#options.onRefused(
          sensor,
          `its topic ${topic} is read for ${reader} already`,
          'Give each sensor a topic of its own (sensorTopic).',
        );
      }
    }
    return readers;
  }

  async #ensure(topic: string, sensor: string): Promise<TopicDescription | null> {
    const { log, partitions, retention, onRefused } = this.#options;
    try {
      await log.ensureTopic(topic, { partitions, ...retention });
      return await log.describe(topic);
    } catch (error) {
      // One sensor whose topic cannot be read keeps no other from being read.
      const hint = error instanceof SkoposError ? (error.hint ?? null) : null;
      onRefused(sensor, `its topic cannot be read: ${(error as Error).message}`, hint);
      return null;
    }
  }

  #add(topic: string, partition: number, sensor: string): void {
    const id = this.#states.length;
    // Spread over the workers, one topic's partitions on different ones.
    const home = id % this.#options.workers;
    const next = this.#stored.get(place(topic, partition)) ?? 0;
    const state: PartitionState = {
      id,
      topic,
      partition,
      home,
      sensor,
      next,
      suspicion: null,
      unreadable: null,
    };
    this.#states.push(state);
    this.#byPlace.set(place(topic, partition), state);
  }
}

function place(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}
