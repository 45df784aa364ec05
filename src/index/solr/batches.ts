/** Update requests whose size goes by what the server bears. */
import { setTimeout as sleep } from 'node:timers/promises';
import { IndexError } from '../errors.ts';
import { reasonOf, type Server, serverError } from './server.ts';
import type { Settings } from './settings.ts';

const QUICK_MS = 500;
const SLOW_MS = 3000;
const LEAST_BYTES = 64 * 1024;

export class Batches {
  readonly #server: Server;
  readonly #settings: Settings;
  /** What is sent at once at present. */
  bytes: number;

  constructor(server: Server, settings: Settings) {
    this.#server = server;
    this.#settings = settings;
    this.bytes = Math.min(1024 * 1024, settings.maxBatchBytes);
  }

  /**
   * Writes documents (JSON texts) under their ids: what is there with the id is replaced, so that a request whose answer was lost may be
   * sent again. Answers why which were refused, by their place.
   *
   * @throws IndexError when the server did not take them for `retryForMs`; some may be written.
   */
  async write(collection: string, documents: readonly string[]): Promise<Map<number, string>> {
    const refused = new Map<number, string>();
    let at = 0;
    while (at < documents.length) {
      const start = at;
      let size = 0;
      while (at < documents.length && (at === start || size < this.bytes)) size += documents[at++]!.length;
      await this.#send(collection, documents, start, at, refused);
    }
    return refused;
  }

  /** Solr refuses a request whole for one document: it is halved until that one is found. */
  async #send(
    collection: string,
    documents: readonly string[],
    from: number,
    to: number,
    refused: Map<number, string>,
  ): Promise<void> {
    const reason = await this.#attempt(collection, `[${documents.slice(from, to).join(',')}]`, to - from);
    if (reason === null) return;
    if (to - from === 1) {
      refused.set(from, reason);
      return;
    }
    const middle = (from + to) >> 1;
    await this.#send(collection, documents, from, middle, refused);
    await this.#send(collection, documents, middle, to, refused);
  }

  /** Null, or why it was refused. */
  async #attempt(collection: string, body: string, count: number): Promise<string | null> {
    const deadline = performance.now() + this.#settings.retryForMs;
    for (let attempt = 0; ; attempt++) {
      const started = performance.now();
      let error: unknown;
      try {
        const answer = await this.#server.raw(`/${encodeURIComponent(collection)}/update`, {
          query: { commitWithin: this.#settings.commitWithinMs, overwrite: true },
          body,
        });
        const took = performance.now() - started;
        if (answer.status < 300) {
          if (took > SLOW_MS) this.#slower();
          else if (took < QUICK_MS && body.length > this.bytes / 2)
            this.bytes = Math.min(this.#settings.maxBatchBytes, this.bytes * 1.25);
          return null;
        }
        if (answer.status === 400 || answer.status === 413) {
          if (answer.status === 413) this.#slower();
          return reasonOf(answer.body);
        }
        error = serverError(answer.status, answer.body, '', `${count} documents`);
      } catch (thrown) {
        error = thrown;
      }
      if (error instanceof IndexError && (error.code === 'SKP_INDEX_AUTH' || error.code === 'SKP_INDEX_FULL'))
        throw error;
      if (performance.now() >= deadline) throw error;
      this.#slower();
      await sleep(Math.min(100 * 2 ** attempt, 2000) * (0.5 + Math.random() / 2));
    }
  }

  #slower(): void {
    this.bytes = Math.max(LEAST_BYTES, this.bytes / 2);
  }
}
