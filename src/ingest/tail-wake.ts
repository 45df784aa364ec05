/** When a tail listener looks again: after a while, or as soon as the system tells of a change. */
import { type FSWatcher, watch } from 'node:fs';

/** However often a file changes, it is read no more often than this. */
const LEAST_PAUSE_MS = 10;
const MAX_WATCHES = 100;

export class Wake {
  readonly #watchers = new Map<string, FSWatcher>();
  #wake: (() => void) | null = null;
  #woken = false;
  #closed = false;

  /** Changes in the folder wake at once where the system tells them. */
  watch(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= MAX_WATCHES) return;
    try {
      const watcher = watch(folder, { persistent: false }, () => this.wake());
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // No more watches to be had, or none on this file system.
    }
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Resolves after `ms`, or when woken; at once once closed. */
  async pause(ms: number): Promise<void> {
    if (this.#closed) return;
    if (this.#woken) await new Promise((done) => setTimeout(done, LEAST_PAUSE_MS));
    else {
      await new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        this.#wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    this.#wake = null;
    this.#woken = false;
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.wake();
  }
}
