/** Tells listeners of appends to topics: this client's own at once, others' by looking at the ends of the topics. */
export class AppendWatch {
  readonly #ends: (topics: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly #listeners = new Set<{ readonly topic: string; readonly listener: () => void }>();
  readonly #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(ends: (topics: readonly string[]) => Promise<ReadonlyMap<string, string>>) {
    this.#ends = ends;
  }

  listen(topic: string, listener: () => void): () => void {
    const entry = { topic, listener };
    this.#listeners.add(entry);
    this.#timer ??= setInterval(() => void this.#look(), lookMs).unref();
    void this.#look();
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.close();
    };
  }

  appended(topic: string): void {
    for (const { topic: listened, listener } of [...this.#listeners]) if (listened === topic) listener();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
    this.#seen.clear();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const ends = await this.#ends([...new Set([...this.#listeners].map(({ topic }) => topic))]);
      for (const [topic, end] of ends) {
        const before = this.#seen.get(topic);
        this.#seen.set(topic, end);
        // The first look too: there may have been an append between the listening and it.
        if (before !== end) this.appended(topic);
      }
    } catch {
      // Brokers that do not answer have nothing to tell; readers meet the trouble themselves.
    } finally {
      this.#looking = false;
    }
  }
}

const lookMs = 200;
