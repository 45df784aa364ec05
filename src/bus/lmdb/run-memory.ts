import type { Run } from './run.ts';

const smallest = 64 * 1024;
const mostFree = 16;

interface Held {
  readonly memory: SharedArrayBuffer;
  readonly run: Run;
}

/**
 * Memory for runs that is used again. Shared memory, though nobody shares it: V8 does not count it as growth of the heap, so that
 * reading fast does not make it collect all the time.
 */
export class RunMemory {
  #free: SharedArrayBuffer[] = [];
  #used: Held[] = [];

  /** Takes back the memory of runs that nobody reads any more. */
  sweep(kept: ReadonlySet<Run>): void {
    const used: Held[] = [];
    for (const one of this.#used) {
      if (kept.has(one.run)) used.push(one);
      else if (this.#free.length < mostFree) this.#free.push(one.memory);
    }
    this.#used = used;
  }

  /** Makes a run of a copy of `bytes`. */
  hold(bytes: Uint8Array, make: (copy: Buffer) => Run): Run {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= bytes.length);
    const memory =
      at < 0
        ? new SharedArrayBuffer(Math.max(smallest, Math.ceil((bytes.length * 1.125) / 4096) * 4096))
        : this.#free.splice(at, 1)[0]!;
    const copy = Buffer.from(memory, 0, bytes.length);
    copy.set(bytes);
    const run = make(copy);
    this.#used.push({ memory, run });
    return run;
  }

  /** Whether the run lies here, so that it will not stay as it is. */
  holds(run: Run): boolean {
    return this.#used.some((one) => one.run === run);
  }
}
