/** Bulk requests whose size and number at once go by what the server bears. */
import { setTimeout as sleep } from 'node:timers/promises';
import { IndexError } from '../errors.ts';
import { listAt, numberAt, objectAt } from '../remote/json.ts';
import { reasonOf, type Server, serverError } from './client.ts';
import type { Settings } from './settings.ts';

export interface BulkItem {
  /** The action's line and the document's, without newlines. */
  readonly action: string;
  readonly document: string;
}

export type ItemOutcome =
  | { readonly type: 'written' }
  /** A document with this id was there. */
  | { readonly type: 'there' }
  | { readonly type: 'refused'; readonly reason: string };

const QUICK_MS = 1_000;
const SLOW_MS = 4_000;
const LEAST_BYTES = 64 * 1024;

/** Counts since the start. */
export interface BulkCounts {
  requests: number;
  retriedItems: number;
  rejections: number;
}

export class Bulk {
  readonly #server: Server;
  readonly #settings: Settings;
  /** What is sent at once at present. */
  bytes = 2 * 1024 * 1024;
  concurrency = 2;
  readonly counts: BulkCounts = { requests: 0, retriedItems: 0, rejections: 0 };

  constructor(server: Server, settings: Settings) {
    this.#server = server;
    this.#settings = settings;
    this.bytes = Math.min(this.bytes, settings.maxBulkBytes);
    this.concurrency = Math.min(this.concurrency, settings.maxConcurrency);
  }

  /**
   * Writes all items; an outcome for each. What the server has no room or time for at present is tried again with pauses until
   * `retryForMs` have passed without any success.
   *
   * @throws IndexError when it could not be written at all; some of it may have been.
   */
  async write(items: readonly BulkItem[]): Promise<ItemOutcome[]> {
    const outcomes: ItemOutcome[] = new Array(items.length);
    let left = Array.from(items, (_, i) => i);
    /** Sent before: that they are there may be our own doing. */
    const sent = new Set<number>();
    let deadline = performance.now() + this.#settings.retryForMs;
    for (let attempt = 0; left.length > 0; attempt++) {
      const { again, error, some } = await this.#round(items, left, sent, outcomes);
      if (again.length === 0) break;
      this.counts.retriedItems += again.length;
      if (some) {
        deadline = performance.now() + this.#settings.retryForMs;
        attempt = 0;
      }
      if (performance.now() >= deadline || error?.code === 'SKP_INDEX_AUTH') {
        throw error ?? new IndexError('SKP_INDEX_STORE', 'the server did not take the events');
      }
      left = again;
      await sleep(Math.min(50 * 2 ** attempt, 2_000) * (0.5 + Math.random() / 2));
    }
    return outcomes;
  }

  /** Sends what is left once, some requests at a time. */
  async #round(
    items: readonly BulkItem[],
    left: readonly number[],
    sent: Set<number>,
    outcomes: ItemOutcome[],
  ): Promise<{ again: number[]; error: IndexError | null; some: boolean }> {
    const again: number[] = [];
    let error: IndexError | null = null;
    let some = false;
    let at = 0;
    const next = (): number[] | null => {
      if (at >= left.length || error?.code === 'SKP_INDEX_AWAY') return null;
      const chunk: number[] = [];
      let bytes = 0;
      while (at < left.length && (chunk.length === 0 || bytes < this.bytes)) {
        const item = items[left[at]!]!;
        bytes += item.action.length + item.document.length;
        chunk.push(left[at++]!);
      }
      return chunk;
    };
    const sender = async (): Promise<void> => {
      for (let chunk = next(); chunk !== null; chunk = next()) {
        try {
          const failed = await this.#send(items, chunk, sent, outcomes);
          if (failed.again.length < chunk.length) some = true;
          again.push(...failed.again);
          error = failed.error ?? error;
        } catch (thrown) {
          again.push(...chunk);
          error = thrown instanceof IndexError ? thrown : new IndexError('SKP_INDEX_STORE', String(thrown));
          if (error.code !== 'SKP_INDEX_FULL') this.#slower();
        }
      }
    };
    await Promise.all(Array.from({ length: this.concurrency }, sender));
    again.push(...left.slice(at));
    return { again: again.sort((a, b) => a - b), error, some };
  }

  async #send(
    items: readonly BulkItem[],
    chunk: readonly number[],
    sent: Set<number>,
    outcomes: ItemOutcome[],
  ): Promise<{ again: number[]; error: IndexError | null }> {
    let text = '';
    for (const i of chunk) text += `${items[i]!.action}\n${items[i]!.document}\n`;
    const before = chunk.map((i) => sent.has(i));
    for (const i of chunk) sent.add(i);
    const started = performance.now();
    this.counts.requests++;
    const { status: whole, body } = await this.#server.request('POST', '/_bulk', {
      bulk: Buffer.from(text),
      timeoutMs: 60_000,
      allow: [413],
      query: { filter_path: 'errors,items.*.status,items.*.error' },
    });
    const took = performance.now() - started;
    const again: number[] = [];
    let error: IndexError | null = null;
    if (whole === 413) {
      this.#slower();
      const [only] = chunk;
      if (chunk.length > 1 || only === undefined)
        return { again: [...chunk], error: serverError(413, body, 'a bulk request') };
      outcomes[only] = { type: 'refused', reason: 'larger than the server takes (http.max_content_length)' };
      return { again, error };
    }
    if (objectAt(body)['errors'] !== true) {
      for (const i of chunk) outcomes[i] = { type: 'written' };
      if (took < QUICK_MS) this.#faster();
      else if (took > SLOW_MS) this.#slower();
      return { again, error };
    }
    const answers = listAt(body, 'items');
    let busy = false;
    for (const [at, i] of chunk.entries()) {
      const answer = objectAt(Object.values(objectAt(answers[at]))[0]);
      const status = numberAt(answer, 'status') ?? 500;
      if (status < 300) outcomes[i] = { type: 'written' };
      else if (status === 409) outcomes[i] = { type: before[at] === true ? 'written' : 'there' };
      else if (status === 400) outcomes[i] = { type: 'refused', reason: reasonOf(answer) };
      else {
        again.push(i);
        error = serverError(status, answer, 'a bulk request');
        if (status === 429) busy = true;
      }
    }
    if (busy) this.#slower();
    return { again, error };
  }

  #faster(): void {
    this.bytes = Math.min(this.#settings.maxBulkBytes, this.bytes * 1.1);
    if (this.bytes > 4 * 1024 * 1024)
      this.concurrency = Math.min(this.#settings.maxConcurrency, this.concurrency + 1);
  }

  #slower(): void {
    this.counts.rejections++;
    this.bytes = Math.max(LEAST_BYTES, this.bytes / 2);
    this.concurrency = Math.max(1, this.concurrency - 1);
  }
}
