import type { IndexBatch, WriteReport } from './event-index.ts';

type Write = (calls: readonly (readonly IndexBatch[])[]) => Promise<readonly WriteReport[]>;

interface Waiting {
  readonly batches: readonly IndexBatch[];
  readonly resolve: (report: WriteReport) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that come while a write is under way, or waits for its turn, share the next one. */
export class WriteQueue {
  readonly #write: Write;
  readonly #turn: (work: () => Promise<void>) => Promise<void>;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  /** `write` answers a report for each call; `turn` runs what it is given when writing is allowed. */
  constructor(write: Write, turn: (work: () => Promise<void>) => Promise<void> = (work) => work()) {
    this.#write = write;
    this.#turn = turn;
  }

  add(batches: readonly IndexBatch[]): Promise<WriteReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batches, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** When nothing waits to be written. */
  async idle(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#turn(() => this.#writeWaiting());
    this.#writing = null;
  }

  async #writeWaiting(): Promise<void> {
    const calls = this.#waiting;
    this.#waiting = [];
    try {
      const reports = await this.#write(calls.map(({ batches }) => batches));
      for (const [i, call] of calls.entries()) call.resolve(reports[i]!);
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  }
}
