/** The states of all files that a tail listener knows, and their durable copy. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppendedRange, EventLog } from '../bus/index.ts';
import { type Checkpoint, readCheckpoint, recoverCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { canBeKnownByText, type FileState, isSameText, type TextReader } from './file-state.ts';
import { FileStates } from './file-states.ts';
import { ERRORS_TOPIC } from './headers.ts';

/** States of files that are gone are kept for compressed copies that may come later, so many of them. */
const MAX_STATES = 10_000;

export class TailStates {
  readonly #path: string;
  readonly #topic: string;
  readonly #states: FileStates;
  readonly #positions: number[];
  readonly #errorPositions: number[];
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
    const ends = await endsOf(topic, log);
    const errorEnds = await endsOf(ERRORS_TOPIC, log);
    // A topic that came, or got more partitions, since the checkpoint: all of that is news.
    const errorPositions = errorEnds.map((end, i) =>
      stored?.errorPositions === undefined ? end : (stored.errorPositions[i] ?? 0),
    );
    let checkpoint: Checkpoint = { topic, positions: ends, states: [], ...stored, errorPositions };
    // Another topic: the checkpoint was complete when the listener stopped writing to the old one.
    if (checkpoint.topic !== topic) checkpoint = { ...checkpoint, topic, positions: ends };
    const states = new TailStates(path, await recoverCheckpoint(checkpoint, listener, log), stored === null);
    states.#dirty = true;
    await states.save();
    return states;
  }

  private constructor(path: string, checkpoint: Checkpoint, fresh: boolean) {
    this.#path = path;
    this.#topic = checkpoint.topic;
    this.#positions = [...checkpoint.positions];
    this.#errorPositions = [...checkpoint.errorPositions];
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

  /** Of the states that can tell, the one furthest along of the text that `read` reads `size` bytes of; null when there is none. */
  async ofText(size: number, read: TextReader): Promise<FileState | null> {
    const candidates = this.all()
      .filter((state) => canBeKnownByText(state) && state.offset <= size)
      .sort((a, b) => b.offset - a.offset);
    for (const state of candidates) if (await isSameText(state, read)) return state;
    return null;
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
    passed(this.#positions, range);
    this.#dirty = true;
  }

  /** The same for what was appended to the errors topic. */
  appendedErrors(range: AppendedRange): void {
    passed(this.#errorPositions, range);
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
        errorPositions: Array.from(this.#errorPositions, (position) => position ?? 0),
        states: this.all(),
      });
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }
}

function passed(positions: number[], { partition, baseOffset, count }: AppendedRange): void {
  positions[partition] = Math.max(positions[partition] ?? 0, baseOffset + count);
}

/** Where each partition ends; none when there is no such topic yet. */
async function endsOf(topic: string, log: Pick<EventLog, 'describe'>): Promise<number[]> {
  try {
    return (await log.describe(topic)).partitions.map((partition) => partition.endOffset);
  } catch (error) {
    if (topic === ERRORS_TOPIC && (error as { code?: unknown }).code === 'SKP_BUS_TOPIC_UNKNOWN') return [];
    throw error;
  }
}
