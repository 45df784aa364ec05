/**
 * What a tail listener remembers over a restart: how far each file was read.
 *
 * The bus itself is the truth: the last record of each append carries the state of its file after it, so state and records
 * are stored together or not at all. A small file holds the states up to some place in the log, so that after a crash only
 * what was appended later is looked through.
 */
import { readFile } from 'node:fs/promises';
import type { EventLog } from '../bus/index.ts';
import { replaceFile } from '../files/index.ts';
import { IngestError } from './errors.ts';
import { type FileState, parseFileState } from './file-state.ts';
import { FileStates } from './file-states.ts';
import { ERRORS_TOPIC, HEADER } from './headers.ts';

export interface Checkpoint {
  readonly topic: string;
  /** For each partition of the topic, the offset up to which the states hold what the log says. */
  readonly positions: readonly number[];
  /** The same of the errors topic, for lines that are too long. */
  readonly errorPositions: readonly number[];
  readonly states: readonly FileState[];
}

/** Checkpoints of older versions say nothing of the errors topic. */
export type StoredCheckpoint = Omit<Checkpoint, 'errorPositions'> &
  Partial<Pick<Checkpoint, 'errorPositions'>>;

const READ_LIMIT = { maxRecords: 10_000, maxBytes: 8 * 1024 * 1024 };

/** The checkpoint in the file, null when there is none. Rejects with `SKP_INGEST_CHECKPOINT` when it cannot be understood. */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { version, topic, positions, errorPositions, states } = JSON.parse(text) as Record<string, unknown>;
    if (version !== 1 || typeof topic !== 'string' || !Array.isArray(positions) || !Array.isArray(states)) {
      throw new Error('unknown form');
    }
    return {
      topic,
      positions: positions.map(Number),
      ...(Array.isArray(errorPositions) ? { errorPositions: errorPositions.map(Number) } : {}),
      states: states.map(parseFileState).filter((state) => state !== null),
    };
  } catch (cause) {
    throw new IngestError('SKP_INGEST_CHECKPOINT', `cannot understand the checkpoint ${path}`, {
      hint: 'restore it from a backup; without it the files are read again from where the listener begins',
      cause,
    });
  }
}

/** Replaces the file; after a crash it holds the old or the new checkpoint, never a part. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  return replaceFile(path, JSON.stringify({ version: 1, ...checkpoint }));
}

/** The checkpoint, brought up to what the log holds of this listener. */
export async function recoverCheckpoint(
  checkpoint: Checkpoint,
  listener: string,
  log: Pick<EventLog, 'read'>,
): Promise<Checkpoint> {
  const states = new FileStates(checkpoint.states);
  const { topic } = checkpoint;
  const positions = await readStates(log, topic, checkpoint.positions, listener, (state) =>
    states.put(state),
  );
  const errorPositions = await readStates(log, ERRORS_TOPIC, checkpoint.errorPositions, listener, (state) =>
    putOverlong(states, state),
  );
  return { topic, positions, errorPositions, states: states.all() };
}

/** Hands over the states that this listener's records carry from the positions on; returns where it ended. */
async function readStates(
  log: Pick<EventLog, 'read'>,
  topic: string,
  positions: readonly number[],
  listener: string,
  take: (state: FileState) => void,
): Promise<number[]> {
  const ends = [...positions];
  for (const [partition, from] of positions.entries()) {
    for (let offset = from; ; ) {
      const batch = await log.read(topic, partition, offset, READ_LIMIT);
      if (batch === null) break;
      for (let i = 0; i < batch.count; i++) {
        const headers = batch.headers(i);
        const text = headers[HEADER.tailState];
        if (text === undefined || headers[HEADER.listener] !== listener) continue;
        const state = parseFileState(JSON.parse(text));
        if (state !== null) take(state);
      }
      offset = batch.nextOffset;
      ends[partition] = offset;
    }
  }
  return ends;
}

/** Of a state that came with a line that is too long, only that is news: its records come later. */
function putOverlong(states: FileStates, state: FileState): void {
  const known = states.get(state.id);
  if (known !== undefined) {
    const overlongUntil = Math.max(known.overlongUntil ?? 0, state.overlongUntil ?? 0);
    states.put({ ...known, overlongUntil });
  } else states.put(states.at(state.place) === undefined ? state : { ...state, place: '' });
}
