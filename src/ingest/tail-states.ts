/** The states of all files that a tail listener knows, and their durable copy. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppendedRange, EventLog } from '../bus/index.ts';
import { readCheckpoint, recoverCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { FileState } from './file-state.ts';
import { FileStates } from './file-states.ts';

/** States of files that are gone are kept for compressed copies that may come later, so many of them. */
const MAX_STATES = 10_000;

export class TailStates {
  readonly #path: string;
  readonly #topic: string;
  readonly #states: FileStates;
  readonly #positions: number[];
  #dirty = false;
  /** Whether there was no checkpoint: the listener begins for the first time. */
  readonly fresh: boolean;

  /** Recovers what is known from the checkpoint and the log; what it finds is durable afterwards. */
  static async load(
    path: string,
    topic: string,
    listener: string,
    log: Pick<EventLog, 'read' | 'describe'>,
  ): Promise<TailStates> {
    await mkdir(dirname(path), { recursive: true });
    const stored = await readCheckpoint(path);
    const ends = (await log.describe(topic)).partitions.map((partition) => partition.endOffset);
    let checkpoint = stored ?? { topic, positions: ends, states: [] };
    // Another topic: the checkpoint was complete when the listener stopped writing to the old one.
    if (checkpoint.topic !== topic) checkpoint = { topic, positions: ends, states: checkpoint.states };
    const states = new TailStates(path, await recoverCheckpoint(checkpoint, listener, log), stored === null);
    states.#dirty = true;
    await states.save();
    return states;
  }

  private constructor(
    path: string,
    checkpoint: { topic: string; positions: readonly number[]; states: readonly FileState[] },
    fresh: boolean,
  ) {
    this.#path = path;
    this.#topic = checkpoint.topic;
    this.#positions = [...checkpoint.positions];
    this.#states = new FileStates(checkpoint.states);
    this.fresh = fresh;
  }

  all(): FileState[] {
    return this.#states.all();
  }

  get(id: string): FileState | undefined {
    return this.#states.get(id);
  }

  at(place: string): FileState | undefined {
    return this.#states.at(place);
  }

  put(state: FileState): void {
    this.#states.put(state);
    this.#dirty = true;
  }

  /** Another text stands in that place now. */
  leave(id: string): FileState | undefined {
    const state = this.#states.get(id);
    if (state === undefined) return undefined;
    const left = { ...state, place: '' };
    this.put(left);
    return left;
  }

  /** The states hold what was appended in this range; appends of this listener to a partition come one after another. */
  appended(range: AppendedRange): void {
    const end = range.baseOffset + range.count;
    this.#positions[range.partition] = Math.max(this.#positions[range.partition] ?? 0, end);
    this.#dirty = true;
  }

  async save(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#states.keepNewest(MAX_STATES);
    try {
      await writeCheckpoint(this.#path, {
        topic: this.#topic,
        positions: this.#positions,
        states: this.all(),
      });
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }
}
