import type { RecordBatch } from '../event-log.ts';
import type { Run } from './run.ts';

/** Consecutive runs of one partition as one batch. Records are mostly visited in order, so the last run is remembered. */
export class LmdbRecordBatch implements RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  readonly count: number;
  readonly nextOffset: number;
  readonly #runs: readonly Run[];
  #at = 0;
  #run: Run;

  constructor(
    topic: string,
    partition: number,
    baseOffset: number,
    count: number,
    runs: readonly [Run, ...Run[]],
  ) {
    this.topic = topic;
    this.partition = partition;
    this.baseOffset = baseOffset;
    this.count = count;
    this.nextOffset = baseOffset + count;
    this.#runs = runs;
    this.#run = runs[0];
  }

  offset(index: number): number {
    return this.baseOffset + index;
  }

  key(index: number): Buffer | null {
    return this.#seek(index).key(this.baseOffset + index - this.#run.baseOffset);
  }

  value(index: number): Buffer {
    return this.#seek(index).value(this.baseOffset + index - this.#run.baseOffset);
  }

  headers(index: number): Readonly<Record<string, string>> {
    return this.#seek(index).headers(this.baseOffset + index - this.#run.baseOffset);
  }

  timestamp(index: number): number {
    return this.#seek(index).timestamp(this.baseOffset + index - this.#run.baseOffset);
  }

  #seek(index: number): Run {
    if (!(index >= 0 && index < this.count))
      throw new RangeError(`No record ${index} in a batch of ${this.count}`);
    const offset = this.baseOffset + index;
    while (offset < this.#run.baseOffset) this.#run = this.#runs[--this.#at] as Run;
    while (offset >= this.#run.baseOffset + this.#run.count) this.#run = this.#runs[++this.#at] as Run;
    return this.#run;
  }
}
