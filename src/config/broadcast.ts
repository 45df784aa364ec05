/** Hands the newest value to any number of readers; one that is slow misses those in between, never the last. */

export class Broadcast<T> {
  readonly #readers = new Set<Reader<T>>();
  #closed = false;

  publish(value: T): void {
    for (const reader of this.#readers) reader.offer(value);
  }

  /** What is published from now on, until `close` or the reader breaks off. */
  subscribe(): AsyncIterableIterator<T> {
    const reader = new Reader<T>(() => this.#readers.delete(reader));
    if (this.#closed) reader.end();
    else this.#readers.add(reader);
    return reader;
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }
}

class Reader<T> implements AsyncIterableIterator<T> {
  readonly #leave: () => void;
  #pending: { readonly value: T } | null = null;
  #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #ended = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  offer(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#pending = { value };
    else waiting({ done: false, value });
  }

  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#pending !== null) {
      const { value } = this.#pending;
      this.#pending = null;
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#pending = null;
    this.#leave();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
