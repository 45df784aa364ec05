/**
 * Follows files that grow: globs, rotation by renaming and by truncating, compressed rotated files. Nothing is lost or doubled
 * over a restart or a crash, see `checkpoint.ts`.
 */
import { dirname, join } from 'node:path';
import type { TailListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';
import {
  advanced,
  type FileState,
  inPlaceOf,
  isBornAs,
  isSameText,
  newFileState,
  type TextReader,
} from './file-state.ts';
import type { Listener, ListenerContext, ListenerStatus } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { TailArchives } from './tail-archives.ts';
import type { CompressedFile } from './tail-compressed.ts';
import { compressionOf, type Found, findFiles, type Look } from './tail-discovery.ts';
import {
  type StoreUnit,
  TailFile,
  type TailFileOptions,
  type TailUnit,
  withTextReader,
} from './tail-file.ts';
import { FollowedFiles } from './tail-followed.ts';
import { TailStates } from './tail-states.ts';
import { tailStore } from './tail-store.ts';
import { Wake } from './tail-wake.ts';

export interface TailTiming {
  /** How often open files are looked at. */
  readonly pollMs: number;
  /** How often new, renamed and removed files are looked for. */
  readonly scanMs: number;
  /** A file whose name is gone is followed for so long, since its writer may still have it open. */
  readonly goneMs: number;
  /** A compressed file is read when it has not changed for so long. */
  readonly settledMs: number;
  /** A file that has not changed for so long is closed until it does. */
  readonly quietMs: number;
  readonly checkpointMs: number;
}

const DEFAULT_TIMING: TailTiming = {
  pollMs: 200,
  scanMs: 1000,
  goneMs: 5000,
  settledMs: 2000,
  quietMs: 5 * 60_000,
  checkpointMs: 1000,
};
const RETRY_MS = 500;

export class TailListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: TailListenerConfig;
  readonly #context: ListenerContext;
  readonly #timing: TailTiming;
  readonly #framing: TailFileOptions;
  /** For copies of files that are still there, by place: the state of the original. */
  readonly #originals = new Map<string, FileState>();
  /** What was begun in files that were truncated, with the state before it: stays until it is durable. */
  readonly #unfinished = new Map<TailUnit, FileState>();
  readonly #stopping = new AbortController();
  readonly #wake = new Wake();
  // Made when the states are loaded.
  #states!: TailStates;
  #files!: FollowedFiles;
  #archives!: TailArchives;
  #store!: StoreUnit;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #running: Promise<void> = Promise.resolve();
  #firstScan = true;
  #reported = new Set<string>();

  constructor(config: TailListenerConfig, context: ListenerContext, timing: Partial<TailTiming> = {}) {
    this.#config = config;
    this.#context = context;
    this.#framing = { framing: config.framing, maxMessageBytes: config.maxMessageBytes };
    this.#timing = { ...DEFAULT_TIMING, ...timing };
  }

  async start(): Promise<void> {
    const { name, sensor } = this.#config;
    const { appender, stateFolder, log } = this.#context;
    try {
      await appender.partitionsOf(sensor);
      const path = join(stateFolder, 'tail', `${name}.json`);
      this.#states = await TailStates.load(path, appender.topicOf(sensor), name, log);
    } catch (error) {
      this.#state = 'failed';
      this.#problem = (error as Error).message;
      throw error;
    }
    const { signal } = this.#stopping;
    this.#files = new FollowedFiles(this.#states, this.#quietly);
    this.#store = tailStore(this.#config, appender, this.#states, this.metrics, signal);
    this.#archives = new TailArchives({
      states: this.#states,
      framing: this.#framing,
      store: this.#store,
      settledMs: this.#timing.settledMs,
      isThere: (place) => this.#files.has(place),
      signal,
      fail: (error) => this.#fail(error),
    });
    this.#state = 'listening';
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'listening') return;
    this.#stopping.abort();
    this.#wake.close();
    await this.#running;
    await this.#archives.idle();
    for (const file of this.#files.open.values()) await file.close();
    this.#files.open.clear();
    await this.#states.save();
    this.#state = 'stopped';
  }

  status(): ListenerStatus {
    return {
      name: this.#config.name,
      kind: 'tail',
      sensor: this.#config.sensor,
      state: this.#state,
      address: this.#config.paths.join(', '),
      connections: this.#files?.open.size ?? 0,
      problem: this.#problem,
      metrics: this.metrics,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let scanAt = 0;
    let saveAt = performance.now() + this.#timing.checkpointMs;
    while (!signal.aborted) {
      let wait = this.#timing.pollMs;
      try {
        if (performance.now() >= scanAt) {
          await this.#scan();
          scanAt = performance.now() + this.#timing.scanMs;
        }
        if (await this.#readAll()) wait = 0;
        if (performance.now() >= saveAt) {
          await this.#states.save();
          saveAt = performance.now() + this.#timing.checkpointMs;
        }
        this.#problem = null;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
        wait = RETRY_MS;
      }
      if (wait > 0) await this.#wake.pause(wait);
    }
  }

  /** Reads what was added to each file; true when some has more. */
  async #readAll(): Promise<boolean> {
    let more = this.#unfinished.size > 0;
    if (more) await this.#storeUnfinished();
    for (const [place, file] of this.#files.open) {
      if (this.#stopping.signal.aborted) return false;
      const outcome = await this.#step(file);
      if (outcome === 'end') continue;
      more = true;
      if (outcome === 'replaced') await this.#replace(place, file);
    }
    return more;
  }

  async #step(file: TailFile): Promise<'more' | 'end' | 'replaced'> {
    try {
      return await file.step();
    } catch (error) {
      await file.rewind();
      throw error;
    }
  }

  async #scan(): Promise<void> {
    const found = await findFiles(this.#config.paths, this.#context.configFolder, this.#quietly);
    const unknown = found.filter((file) => !this.#files.sees(file));
    for (const [place, file] of this.#files.open) {
      const gone = performance.now() - file.seen > this.#timing.goneMs;
      if (gone && (await file.step()) === 'end') await this.#retire(place, file);
    }
    const places = new Set(found.map((file) => file.place));
    // An inode is used again soon: another file must not be taken for the copy that stood there.
    for (const place of this.#originals.keys()) if (!places.has(place)) this.#originals.delete(place);
    await this.#files.closeQuiet(found, places, Date.now() - this.#timing.quietMs);
    const compressed: CompressedFile[] = [];
    const plain: Found[] = [];
    for (const file of unknown) {
      const compression = await this.#quietly(file.path, () => compressionOf(file.path));
      if (compression === undefined) continue;
      if (compression === null) plain.push(file);
      else
        compressed.push({
          path: file.path,
          compression,
          place: file.place,
          born: file.born,
          version: file.version,
          mtimeMs: file.mtimeMs,
        });
    }
    // Files that stand where they stood come first: only then is it known which texts have moved.
    const moved: Found[] = [];
    for (const file of plain) {
      if (!(await this.#quietly(file.path, () => this.#resume(file)))) moved.push(file);
    }
    for (const file of moved) await this.#quietly(file.path, () => this.#begin(file));
    this.#firstScan = false;
    this.#archives.read(compressed);
  }

  /** Follows a file that is known by its place; false when none is, or when another text stands there. */
  async #resume(file: Found): Promise<boolean> {
    const state = this.#states.at(file.place);
    if (state === undefined) return false;
    const same = await withTextReader(
      file.path,
      async (read, size) =>
        size >= state.offset && isBornAs(state, file.born) && (await isSameText(state, read)),
    );
    if (!same) {
      this.#states.leave(state.id);
      return false;
    }
    await this.#follow(file.path, file.place, inPlaceOf(state, file));
    return true;
  }

  /** Follows a file in a place that is not known: a text that has moved there (a copy, say), or a new one. */
  async #begin(found: Found): Promise<void> {
    await withTextReader(found.path, async (read, size) => {
      // Nothing tells yet what it will be: a log, a copy or a compressed file in the making.
      if (size === 0) return;
      // It may have grown since it was found.
      const file = { ...found, size };
      const original = this.#originals.get(file.place);
      if (original === undefined && (await this.#files.isCopyInTheMaking(file, read))) return;
      const known = original ?? (await this.#states.ofText(file.size, read));
      this.#originals.delete(file.place);
      if (known === null) {
        const start = (await this.#files.wasReadElsewhere(file, read))
          ? await this.#atEndOf(file, read)
          : await this.#startOf(file, read);
        await this.#follow(file.path, file.place, start);
      } else await this.#followMoved(file, this.#states.get(known.id) ?? known, read);
    });
  }

  #atEndOf(file: Found, read: TextReader): Promise<FileState> {
    return advanced(newFileState(file), file.size, read);
  }

  /** The file's text is one that was read in another place. */
  async #followMoved(file: Found, known: FileState, read: TextReader): Promise<void> {
    if (known.offset >= file.size) {
      // All of it was read there: a file of its own from here on.
      await this.#follow(file.path, file.place, await this.#atEndOf(file, read));
    } else if (this.#files.has(known.place)) {
      // A copy of a file that is still there: its text is read where it stands.
      this.#originals.set(file.place, known);
    } else {
      await this.#follow(file.path, file.place, inPlaceOf(known, file));
    }
  }

  async #startOf(file: Found, read: TextReader): Promise<FileState> {
    const state = newFileState(file);
    if (this.#config.from === 'start' || !this.#firstScan || !this.#states.fresh) return state;
    const from = Math.max(0, file.size - this.#config.maxMessageBytes);
    return { ...state, offset: from + (await read(from, file.size - from)).lastIndexOf(10) + 1 };
  }

  async #follow(path: string, place: string, state: FileState): Promise<void> {
    this.#states.put(state);
    this.#files.add(place, await TailFile.open(path, state, this.#framing, this.#store));
    this.#wake.watch(dirname(path));
  }

  /** The file's name is gone, and so is its writer. */
  async #retire(place: string, file: TailFile): Promise<void> {
    await file.finish();
    await this.#files.leave(place, file);
  }

  /** The file was truncated. */
  async #replace(place: string, file: TailFile): Promise<void> {
    this.#states.leave(file.state.id);
    const unfinished = file.takeUnfinished();
    if (unfinished.records.length + unfinished.oversize.length > 0) {
      this.#unfinished.set(unfinished, { ...file.state, place: '' });
    }
    await this.#files.leave(place, file);
    await this.#storeUnfinished();
  }

  /** A line that was begun may go on in a copy of the file; only when there is none, it has ended. */
  async #storeUnfinished(): Promise<void> {
    await this.#scan();
    for (const [unit, state] of this.#unfinished) {
      const goesOn = [...this.#files.open.values()].some((file) => file.state.id === state.id);
      if (!goesOn) await this.#store(unit, state);
      this.#unfinished.delete(unit);
    }
  }

  /** What goes wrong with one file keeps no other from being read; it is reported once. */
  readonly #quietly: Look = async (path, action) => {
    try {
      return await action();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // Gone between two looks.
      if (code === 'ENOENT') return undefined;
      const key = `${path}\0${code}`;
      if (this.#reported.has(key)) return undefined;
      this.#reported.add(key);
      this.#fail(
        new IngestError('SKP_INGEST_FILE', `cannot read ${path}: ${message}`, {
          hint: 'the user that runs this program must be able to read the file and its folder',
          cause: error,
        }),
      );
      return undefined;
    }
  };

  #fail(error: unknown): void {
    const problem = error instanceof Error ? error : new Error(String(error));
    this.#problem = problem.message;
    this.#context.report(this.#config.name, problem);
  }
}
