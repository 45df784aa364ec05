/**
 * The files that a tail listener follows, open or closed until they change, and what tells their copies from new files: while a copy is
 * being made, and when its original has left before all of it was copied.
 */
import {
  type FileState,
  fingerprint,
  HEAD_BYTES,
  isSameText,
  LAST_BYTES,
  type TextReader,
} from './file-state.ts';
import type { Found, Look } from './tail-discovery.ts';
import { type TailFile, withTextReader } from './tail-file.ts';
import type { RecentText } from './tail-recent.ts';
import type { TailStates } from './tail-states.ts';

/** Of so many files that were closed the text read last is kept in memory. */
const MAX_CLOSED = 64;

/** A file that was closed because it did not change. */
interface QuietFile {
  readonly path: string;
  /** Size and time of change. */
  readonly version: string;
  /** Fingerprint of its first `LAST_BYTES`, so that few need to be opened to know a copy. */
  readonly beginning: string;
}

export class FollowedFiles {
  readonly #states: Pick<TailStates, 'at' | 'get'>;
  readonly #look: Look;
  /** By place. */
  readonly open = new Map<string, TailFile>();
  readonly #quiet = new Map<string, QuietFile>();
  /** The last text of files that were closed, by the id of the state. */
  readonly #closed = new Map<string, RecentText>();

  constructor(states: Pick<TailStates, 'at' | 'get'>, look: Look) {
    this.#states = states;
    this.#look = look;
  }

  has(place: string): boolean {
    return this.open.has(place) || this.#quiet.has(place);
  }

  add(place: string, file: TailFile): void {
    this.#quiet.delete(place);
    this.open.set(place, file);
  }

  /** Closes a file that is followed no more. */
  async leave(place: string, file: TailFile): Promise<void> {
    this.open.delete(place);
    const { id } = file.state;
    this.#closed.delete(id);
    this.#closed.set(id, file.recent);
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= MAX_CLOSED) break;
      this.#closed.delete(oldest);
    }
    await file.close();
  }

  /** Whether nothing needs to be done about the file: it is open, or as it was when it was closed. */
  sees(found: Found): boolean {
    const { place, path, version } = found;
    const file = this.open.get(place);
    if (file !== undefined) {
      file.seen = performance.now();
      file.path = path;
      return true;
    }
    const quiet = this.#quiet.get(place);
    if (quiet?.version !== version) return false;
    if (quiet.path !== path) this.#quiet.set(place, { ...quiet, path });
    return true;
  }

  /** Closes files that have not changed since `before`, epoch milliseconds, so that their number is not bounded by that of open files. */
  async closeQuiet(found: readonly Found[], places: ReadonlySet<string>, before: number): Promise<void> {
    for (const place of this.#quiet.keys()) if (!places.has(place)) this.#quiet.delete(place);
    for (const { path, place, mtimeMs } of found) {
      const file = this.open.get(place);
      if (file === undefined || mtimeMs > before || file.versionAtEnd === '') continue;
      const beginning = await this.#look(path, () => file.read(0, LAST_BYTES));
      if (beginning === undefined) continue;
      this.#quiet.set(place, { path, version: file.versionAtEnd, beginning: fingerprint(beginning).hash });
      await this.leave(place, file);
    }
  }

  /**
   * Whether the file has less text than was read of one that is followed, and all of it the same: it is to be looked at again once it
   * has more, or once the text of the other has left its place.
   */
  async isCopyInTheMaking(file: Found, read: TextReader): Promise<boolean> {
    if (file.size < LAST_BYTES) return false;
    for (const { path, state, read: original } of this.open.values()) {
      if (state.offset <= file.size) continue;
      if ((await this.#look(path, () => isPartOf(state, original, file.size, read))) === true) return true;
    }
    const beginning = fingerprint(await read(0, LAST_BYTES)).hash;
    for (const [place, quiet] of this.#quiet) {
      const state = this.#states.at(place);
      if (state === undefined || state.offset <= file.size || quiet.beginning !== beginning) continue;
      const looked = this.#look(quiet.path, async () => {
        try {
          return await withTextReader(quiet.path, (original) => isPartOf(state, original, file.size, read));
        } catch (error) {
          // Gone since it was found: the next look tells what became of it.
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
          throw error;
        }
      });
      if ((await looked) === true) return true;
    }
    return false;
  }

  /** Whether the file's text is the beginning of one that has left, and that was read further than this one goes. */
  async wasReadElsewhere(file: Found, read: TextReader): Promise<boolean> {
    for (const [id, recent] of this.#closed) {
      const state = this.#states.get(id);
      if (state === undefined || state.offset <= file.size || this.has(state.place)) continue;
      const head = fingerprint(await read(0, state.head.length));
      if (head.hash === state.head.hash && (await recent.coversEnd(file.size, read))) return true;
    }
    return false;
  }
}

/** Whether the first `size` bytes that `read` reads are, as far as a look tells, those of the text of `state`, which `original` reads. */
async function isPartOf(
  state: FileState,
  original: TextReader,
  size: number,
  read: TextReader,
): Promise<boolean> {
  const alike = async (from: number, length: number) =>
    (await read(from, length)).equals(await original(from, length));
  const beginsAlike = await alike(0, Math.min(HEAD_BYTES, size));
  // Truncated at this moment, perhaps: which text it is, the next look tells.
  if (!(await isSameText(state, original))) return true;
  return beginsAlike && (await alike(size - LAST_BYTES, LAST_BYTES));
}
