/** Tells listeners of the pages about commits of the index. */
import type { LiveFeed, WireLiveCommit } from '../api/index.ts';

export class CommitFeed implements LiveFeed {
  readonly #listeners = new Set<(commit: WireLiveCommit) => void>();

  subscribe(listener: (commit: WireLiveCommit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(commit: WireLiveCommit): void {
    for (const listener of this.#listeners) listener(commit);
  }
}
