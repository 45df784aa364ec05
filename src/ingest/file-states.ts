/** States of files, each known by its id and by the place where its text stands. */
import type { FileState } from './file-state.ts';

export class FileStates {
  /** The newest stand last. */
  readonly #byId = new Map<string, FileState>();
  readonly #idAt = new Map<string, string>();

  constructor(states: Iterable<FileState> = []) {
    for (const state of states) this.put(state);
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): FileState[] {
    return [...this.#byId.values()];
  }

  get(id: string): FileState | undefined {
    return this.#byId.get(id);
  }

  /** The text that stands there. */
  at(place: string): FileState | undefined {
    const id = this.#idAt.get(place);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Where this text stands, no older one does: that one goes on without a place, to be known by what it says. */
  put(state: FileState): void {
    const standing = this.at(state.place);
    if (standing !== undefined && standing.id !== state.id) {
      this.#byId.set(standing.id, { ...standing, place: '' });
    }
    this.delete(state.id);
    this.#byId.set(state.id, state);
    if (state.place !== '') this.#idAt.set(state.place, state.id);
  }

  delete(id: string): void {
    const place = this.#byId.get(id)?.place;
    if (place !== undefined && this.#idAt.get(place) === id) this.#idAt.delete(place);
    this.#byId.delete(id);
  }

  /** Gives up the oldest until `count` are left. */
  keepNewest(count: number): void {
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= count) break;
      this.delete(id);
    }
  }
}
