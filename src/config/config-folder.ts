/**
 * A configuration folder that is watched: changed files take effect without a restart, a broken one is refused and its last
 * good value stays.
 */
import path from 'node:path';
import { watch } from 'chokidar';
import { Broadcast } from './broadcast.ts';
import type { ConfigChecks } from './checks.ts';
import { type FolderFiles, fileProblem, readFolder } from './folder-files.ts';
import { LayerState } from './layer.ts';
import { crossFileProblems, defaultConfigFolder, inFolder, missingFolder } from './load.ts';
import { ConfigError, type ConfigProblem } from './problem.ts';
import { buildSnapshot, type Snapshot } from './snapshot.ts';

/** Where a running system has its configuration from, whatever the way it comes. */
export interface ConfigSource {
  /** The configuration that holds now. */
  current(): Snapshot;
  /**
   * Each configuration that takes effect after this call. A reader that is slow gets the newest one and not those before.
   * Ends when the source is closed. Refused configurations never show.
   */
  changes(): AsyncIterable<Snapshot>;
  /** Errors of files that were refused (what held before still holds), and warnings. */
  problems(): readonly ConfigProblem[];
  close(): Promise<void>;
}

export interface ConfigFolder extends ConfigSource {
  /** Reads the folder now, without waiting for the watcher. Resolves when what was read has taken effect or was refused. */
  reload(): Promise<void>;
}

export interface ConfigFolderOptions {
  readonly checks?: ConfigChecks;
  /** Folder that the user's is laid over; `defaultConfigFolder` unless told otherwise, null for none. */
  readonly defaults?: string | null;
  /** `false`: start without the files that are broken, and tell of them in `problems()`. Default: refuse to start. */
  readonly refuseBroken?: boolean;
  /** Milliseconds without another change after which files are read; 100 unless told otherwise. */
  readonly quietMs?: number;
  /**
   * Milliseconds for which a file must stay gone, empty or cut off until that is believed: editors truncate and then write,
   * or remove and then rename. 400 unless told otherwise.
   */
  readonly settleMs?: number;
  /** Called when a reading found a file that is being written, as it seems, and so changes nothing yet. */
  readonly onUnfinished?: () => void;
  /** Called when the watcher itself fails, and when a change was refused. */
  readonly onProblems?: (problems: readonly ConfigProblem[]) => void;
}

/**
 * Opens the folder of a user (null: there is none, nothing is watched).
 *
 * @throws ConfigError when a file is broken from the start (unless `refuseBroken` is false), or the folder is not there
 */
export async function openConfigFolder(
  folder: string | null,
  options: ConfigFolderOptions = {},
): Promise<ConfigFolder> {
  const watched = new WatchedFolder(folder === null ? null : path.resolve(folder), options);
  await watched.open();
  return watched;
}

class WatchedFolder implements ConfigFolder {
  readonly #folder: string | null;
  readonly #options: ConfigFolderOptions;
  readonly #defaults: LayerState;
  readonly #layer: LayerState;
  readonly #broadcast = new Broadcast<Snapshot>();
  #defaultProblems: readonly ConfigProblem[] = [];
  #watcher: ReturnType<typeof watch> | null = null;
  #watcherProblem: ConfigProblem | null = null;
  /** A file outside of the folder that is watched too. */
  #alsoWatched: string | null = null;
  #missing = false;
  #snapshot: Snapshot = buildSnapshot(1, null, []);
  /** Readings follow one another; never two at a time. */
  #reading: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  /** When the present run of unfinished readings began. */
  #unfinishedSince: number | null = null;
  #closed = false;

  constructor(folder: string | null, options: ConfigFolderOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#defaults = new LayerState(options.checks ?? {});
    this.#layer = new LayerState(options.checks ?? {});
  }

  async open(): Promise<void> {
    const defaults = this.#options.defaults === undefined ? defaultConfigFolder : this.#options.defaults;
    if (defaults !== null) {
      this.#defaults.update(await readFolder(defaults));
      this.#defaultProblems = inFolder(defaults, this.#defaults.problems());
    }
    // The watcher stands before the first reading, so that no change falls between the two.
    if (this.#folder !== null) await this.#watch(this.#folder);
    if (this.#folder !== null) {
      const read = await readFolder(this.#folder);
      this.#missing = !read.exists;
      this.#layer.update(read);
      this.#watchAlso(read.knownHostsFile);
    }
    this.#snapshot = this.#build(1);
    // What only warns costs a start nothing: it is found out when somebody asks.
    const isBroken = this.#problems({}).some((problem) => problem.severity === 'error');
    if (this.#options.refuseBroken !== false && isBroken) {
      await this.close();
      throw new ConfigError(this.problems());
    }
  }

  current(): Snapshot {
    return this.#snapshot;
  }

  changes(): AsyncIterable<Snapshot> {
    return this.#broadcast.subscribe();
  }

  problems(): readonly ConfigProblem[] {
    return this.#problems(this.#options.checks);
  }

  #problems(crossChecks: ConfigChecks | undefined): readonly ConfigProblem[] {
    return [
      ...this.#defaultProblems,
      ...(this.#missing && this.#folder !== null ? [missingFolder(this.#folder)] : []),
      ...(this.#watcherProblem === null ? [] : [this.#watcherProblem]),
      ...this.#layer.problems(),
      ...crossFileProblems(this.#snapshot, crossChecks),
    ];
  }

  reload(): Promise<void> {
    return this.#enqueue(true);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#broadcast.close();
    await this.#watcher?.close();
    await this.#reading;
  }

  async #watch(folder: string): Promise<void> {
    // Two levels are all there is: the folder and parsers/, enrichments/, indexing/.
    const watcher = watch(folder, { ignoreInitial: true, depth: 1, ignorePermissionErrors: true });
    this.#watcher = watcher;
    watcher.on('all', () => this.#schedule(this.#options.quietMs ?? 100));
    watcher.on('error', (error) => {
      this.#watcherProblem = fileProblem(
        'error',
        '.',
        `changes are no longer seen: ${error instanceof Error ? error.message : String(error)}`,
        'Raise the limit of watched files (fs.inotify.max_user_watches) and start again.',
      );
      this.#options.onProblems?.([this.#watcherProblem]);
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
  }

  #watchAlso(file: string | null): void {
    if (file === this.#alsoWatched) return;
    const outside = (other: string | null) => other !== null && path.dirname(other) !== this.#folder;
    if (outside(this.#alsoWatched)) this.#watcher?.unwatch(this.#alsoWatched!);
    if (outside(file)) this.#watcher?.add(file!);
    this.#alsoWatched = file;
  }

  #schedule(delay: number): void {
    if (this.#closed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#enqueue(false);
    }, delay);
  }

  #enqueue(atOnce: boolean): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (!this.#closed && this.#folder !== null) await this.#read(this.#folder, atOnce);
    });
    return this.#reading;
  }

  async #read(folder: string, atOnce: boolean): Promise<void> {
    const read = await readFolder(folder);
    if (this.#closed) return;
    const settleMs = this.#options.settleMs ?? 400;
    if (!atOnce && this.#looksUnfinished(read)) {
      const now = performance.now();
      this.#unfinishedSince ??= now;
      const left = this.#unfinishedSince + settleMs - now;
      if (left > 0) {
        this.#options.onUnfinished?.();
        this.#schedule(Math.min(left, this.#options.quietMs ?? 100));
        return;
      }
    }
    this.#unfinishedSince = null;
    if (read.exists) this.#watchAlso(read.knownHostsFile);
    this.#missing = !read.exists;
    const before = JSON.stringify(this.problems());
    // A folder that is gone as a whole (unmounted, moved) says nothing about its files: what held before still holds.
    if (read.exists && this.#layer.update(read)) {
      this.#snapshot = this.#build(this.#snapshot.version + 1);
      this.#broadcast.publish(this.#snapshot);
    }
    const problems = this.problems();
    if (problems.length > 0 && JSON.stringify(problems) !== before) this.#options.onProblems?.(problems);
  }

  #looksUnfinished(read: FolderFiles): boolean {
    return !read.exists || this.#layer.looksUnfinished(read);
  }

  #build(version: number): Snapshot {
    return buildSnapshot(version, this.#folder, [this.#defaults.layer(), this.#layer.layer()]);
  }
}
