interface Answer {
  /** JSON text; null for a row that there is not. */
  readonly text: string | null;
  readonly until: number;
}

/**
 * What rows were found to hold, or that they are not there, each for a while. Bounded, in two generations: when the young one is full it
 * becomes the old one, and what is still asked for moves back.
 */
export class AnswerCache {
  readonly #capacity: number;
  #young = new Map<string, Answer>();
  #old = new Map<string, Answer>();

  /** Holds between `capacity` and twice as many answers. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Undefined when it is not known, or not any more. */
  get(key: string, now: number): string | null | undefined {
    let answer = this.#young.get(key);
    if (answer === undefined) {
      answer = this.#old.get(key);
      if (answer === undefined) return undefined;
      if (answer.until > now) this.#set(key, answer);
    }
    return answer.until > now ? answer.text : undefined;
  }

  set(key: string, text: string | null, until: number): void {
    this.#set(key, { text, until });
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #set(key: string, answer: Answer): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, answer);
  }
}
