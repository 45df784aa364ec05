import { SkoposError } from '../errors.ts';
import type { Environment } from './environment.ts';

interface Job {
  readonly bytes: number;
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
}

interface Outcome {
  readonly refused: boolean;
  readonly value: unknown;
}

/** One commit takes jobs up to about this many bytes, so that the first of them does not wait for a whole backlog. */
const GROUP_BYTES = 16 * 1024 * 1024;

/**
 * Group commit: jobs that arrive while a commit is on its way to the disk share the next one, and so one sync.
 *
 * A job runs inside the write transaction (it sees everything committed before, from any thread or process) and is
 * all or nothing together with its group. It may refuse by throwing a `SkoposError` before its first write; then only that
 * job is rejected. Any other failure aborts the group; each of its jobs is rejected with what `explain` makes of the cause.
 */
export class WriteQueue {
  readonly #environment: Environment;
  readonly #explain: (cause: unknown, bytes: number) => Promise<SkoposError>;
  #jobs: Job[] = [];
  #running: Promise<void> | null = null;

  constructor(environment: Environment, explain: (cause: unknown, bytes: number) => Promise<SkoposError>) {
    this.#environment = environment;
    this.#explain = explain;
  }

  /** Resolves with the job's result once its transaction is synced. `bytes` is about what it writes. */
  run<T>(bytes: number, work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ bytes, work, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing is queued or in flight. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    // One turn of the microtask queue: callers that append in a row, without awaiting, are in the first group already.
    await Promise.resolve();
    while (this.#jobs.length > 0) await this.#commit(this.#take());
    this.#running = null;
  }

  #take(): Job[] {
    let bytes = 0;
    let count = 0;
    for (const job of this.#jobs) {
      bytes += job.bytes;
      if (count > 0 && bytes > GROUP_BYTES) break;
      count++;
    }
    return this.#jobs.splice(0, count);
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      await this.#environment.childTransaction(() => {
        outcomes.length = 0;
        for (const job of jobs) outcomes.push(attempt(job));
      });
    } catch (cause) {
      const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
      const error = await this.#explain(await rootCause(cause), bytes);
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const [index, job] of jobs.entries()) {
      const outcome = outcomes[index];
      if (outcome?.refused) job.reject(outcome.value);
      else job.resolve(outcome?.value as never);
    }
  }
}

function attempt(job: Job): Outcome {
  try {
    return { refused: false, value: job.work() };
  } catch (error) {
    if (error instanceof SkoposError) return { refused: true, value: error };
    throw error;
  }
}

/** lmdb-js rejects with a general error whose `commitError` is a promise that rejects with the errno. */
async function rootCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

/** The errno (positive) or LMDB code (negative) of an error from lmdb-js. */
export function lmdbCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
