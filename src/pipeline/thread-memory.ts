import type { ResourceLimits } from 'node:worker_threads';

/**
 * Limits under which a thread that runs out of memory ends with `ERR_WORKER_OUT_OF_MEMORY`, and the process lives on.
 *
 * At its limit Node gives a thread 16 MiB more to end in, and when those do not suffice the whole process aborts. A young
 * generation of the default size may be more than that, and moves to the old one at once.
 *
 * @param oldMiB of the old generation, MiB
 */
export function threadMemory(oldMiB: number): ResourceLimits {
  return { maxOldGenerationSizeMb: oldMiB, maxYoungGenerationSizeMb: 48 };
}
