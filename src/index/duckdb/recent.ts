/** Remembers what was used last, up to a number of things. */
export class Recent<T> {
  readonly #things = new Map<string, T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): T | undefined {
    const thing = this.#things.get(key);
    if (thing !== undefined) {
      // Last used goes last, so that the first is the one to forget.
      this.#things.delete(key);
      this.#things.set(key, thing);
    }
    return thing;
  }

  set(key: string, thing: T): void {
    this.#things.set(key, thing);
    if (this.#things.size > this.#limit) {
      const oldest = this.#things.keys().next();
      if (oldest.done !== true) this.#things.delete(oldest.value);
    }
  }
}
