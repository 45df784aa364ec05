/** How far a migration is: kept in the data folder, so that it goes on where it was stopped. */
import { readFile } from 'node:fs/promises';
import { SkoposError } from '../errors.ts';
import { replaceFile } from '../files/index.ts';

export interface Progress {
  /** The engines that it goes to, as they are written in the file. */
  readonly target: string;
  /** Tables of the store that are there. */
  readonly tables: string[];
  /** By sensor: events before this time (ms since 1970) are there; `done`: all are. */
  readonly sensors: Record<string, { until: number | null; done: boolean }>;
  /** By `partition/topic`: offsets here and there at the beginning. */
  readonly partitions: Record<string, { readonly from: number; readonly base: number }>;
}

export async function readProgress(file: string, target: string): Promise<Progress> {
  const fresh: Progress = { target, tables: [], sensors: {}, partitions: {} };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fresh;
    throw error;
  }
  let found: Progress;
  try {
    found = JSON.parse(text) as Progress;
  } catch (cause) {
    throw new SkoposError('SKP_MIGRATE_PROGRESS', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Delete it to begin anew: what is there already is not written twice.',
      cause,
    });
  }
  if (found.target === target) return found;
  throw new SkoposError('SKP_MIGRATE_PROGRESS', `${file} belongs to a migration to other engines`, {
    hint: 'Finish that one, or delete the file to begin anew.',
  });
}

/** Replaces the file; after a crash it holds the old or the new progress, never a part. */
export function writeProgress(file: string, progress: Progress): Promise<void> {
  return replaceFile(file, JSON.stringify(progress));
}
