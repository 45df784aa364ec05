/**
 * Wakes the readers of other threads of this process after an append. Made once, handed to workers through `workerData` (it
 * is plain shared memory, so it may be cloned), and given to `openLmdbEventLog` in each thread.
 */
export interface Notifier {
  readonly appends: Int32Array<SharedArrayBuffer>;
}

export function createNotifier(): Notifier {
  return { appends: new Int32Array(new SharedArrayBuffer(4)) };
}

/**
 * Calls `onWake` after appends elsewhere: at once through a notifier, else (other processes, or no notifier) every `pollMs`.
 * Works only while somebody waits, so that an idle log costs nothing.
 */
export class Wakeup {
  readonly #notifier: Notifier;
  readonly #pollMs: number;
  readonly #onWake: () => void;
  #active = false;
  #timer: NodeJS.Timeout | undefined;
  #waitingOn: number | undefined;

  constructor(notifier: Notifier, pollMs: number, onWake: () => void) {
    this.#notifier = notifier;
    this.#pollMs = pollMs;
    this.#onWake = onWake;
  }

  /** Tells the other threads. */
  announce(): void {
    Atomics.add(this.#notifier.appends, 0, 1);
    Atomics.notify(this.#notifier.appends, 0);
  }

  /** `keepAlive`: whether the process must not end while this waits. */
  start(keepAlive: boolean): void {
    this.#active = true;
    this.#timer ??= setInterval(this.#onWake, this.#pollMs);
    if (keepAlive) this.#timer.ref();
    else this.#timer.unref();
    this.#listen();
  }

  stop(): void {
    this.#active = false;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #listen(): void {
    const seen = Atomics.load(this.#notifier.appends, 0);
    if (this.#waitingOn === seen) return;
    const wait = Atomics.waitAsync(this.#notifier.appends, 0, seen);
    this.#waitingOn = seen;
    void Promise.resolve(wait.value).then(() => {
      if (this.#waitingOn === seen) this.#waitingOn = undefined;
      if (!this.#active) return;
      this.#listen();
      this.#onWake();
    });
  }
}
