/**
 * Follows files that grow: globs, rotation by renaming and by truncating, compressed rotated files. Nothing is lost or doubled
 * over a restart or a crash, see `checkpoint.ts`.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { LogRecord } from '../bus/index.ts';
import type { TailListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';
import {
  advanced,
  canBeKnownByText,
  type FileState,
  fingerprint,
  HEAD_BYTES,
  inPlaceOf,
  isBornAs,
  isSameText,
  LAST_BYTES,
  NO_FINGERPRINT,
  type TextReader,
} from './file-state.ts';
import { HEADER } from './headers.ts';
import type { Listener, ListenerContext, ListenerStatus } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { type CompressedFile, readCompressed, stateOfCompressed } from './tail-compressed.ts';
import { compressionOf, type Found, findFiles } from './tail-discovery.ts';
import { TailFile, type TailUnit, withTextReader } from './tail-file.ts';
import type { RecentText } from './tail-recent.ts';
import { TailStates } from './tail-states.ts';
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
/** Of so many files that were closed the text read last is kept in memory. */
const MAX_CLOSED = 64;
const RETRY_MS = 500;

export class TailListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: TailListenerConfig;
  readonly #context: ListenerContext;
  readonly #timing: TailTiming;
  readonly #files = new Map<string, TailFile>();
  /** Closed files by place, with size and time of change: see `quietMs`. */
  readonly #quiet = new Map<string, string>();
  /** For copies of files that are still there, by place: the state of the original. */
  readonly #originals = new Map<string, FileState>();
  /** The last text of files that were closed, by the id of the state. */
  readonly #closed = new Map<string, RecentText>();
  /** What was begun in files that were truncated, with the state before it: stays until it is durable. */
  readonly #unfinished = new Map<TailUnit, FileState>();
  readonly #stopping = new AbortController();
  readonly #wake = new Wake();
  /** Compressed files not to look at again before they change, or before the text with that id has left its place. */
  readonly #passed = new Map<string, { version: string; while: string | null }>();
  #states!: TailStates;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #running: Promise<void> = Promise.resolve();
  #compressed: Promise<void> | null = null;
  #firstScan = true;
  #reported = new Set<string>();

  constructor(config: TailListenerConfig, context: ListenerContext, timing: Partial<TailTiming> = {}) {
    this.#config = config;
    this.#context = context;
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
    this.#state = 'listening';
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    if (this.#state !== 'listening') return;
    this.#stopping.abort();
    this.#wake.close();
    await this.#running;
    await this.#compressed;
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
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
      connections: this.#files.size,
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
    for (const [place, file] of this.#files) {
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
    const found = await findFiles(this.#config.paths, this.#context.configFolder, (path, look) =>
      this.#quietly(path, look),
    );
    const unknown: Found[] = [];
    for (const file of found) {
      const followed = this.#files.get(file.place);
      if (followed === undefined) {
        if (this.#quiet.get(file.place) !== file.version) unknown.push(file);
      } else {
        followed.seen = performance.now();
        followed.path = file.path;
      }
    }
    for (const [place, file] of this.#files) {
      const gone = performance.now() - file.seen > this.#timing.goneMs;
      if (gone && (await file.step()) === 'end') await this.#retire(place, file);
    }
    await this.#closeQuiet(found);
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
    this.#readCompressedFiles(compressed);
  }

  /** Closes files that have not changed for a while, so that their number is not bounded by that of open files. */
  async #closeQuiet(found: readonly Found[]): Promise<void> {
    const places = new Set(found.map((file) => file.place));
    for (const place of this.#quiet.keys()) if (!places.has(place)) this.#quiet.delete(place);
    // An inode is used again soon: another file must not be taken for the copy that stood there.
    for (const place of this.#originals.keys()) if (!places.has(place)) this.#originals.delete(place);
    const before = Date.now() - this.#timing.quietMs;
    for (const { place, mtimeMs } of found) {
      const file = this.#files.get(place);
      if (file === undefined || mtimeMs > before || file.versionAtEnd === '') continue;
      this.#files.delete(place);
      this.#quiet.set(place, file.versionAtEnd);
      await this.#close(file);
    }
  }

  async #close(file: TailFile): Promise<void> {
    const { id } = file.state;
    this.#closed.delete(id);
    this.#closed.set(id, file.recent);
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= MAX_CLOSED) break;
      this.#closed.delete(oldest);
    }
    await file.close();
  }

  #isThere(place: string): boolean {
    return this.#files.has(place) || this.#quiet.has(place);
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
      if (await this.#isCopyInTheMaking(file, read)) return;
      const known = this.#originals.get(file.place) ?? (await this.#stateOf(file, read));
      this.#originals.delete(file.place);
      if (known === null) {
        const start = (await this.#wasReadElsewhere(file, read))
          ? await this.#atEndOf(file, read)
          : await this.#startOf(file, read);
        await this.#follow(file.path, file.place, start);
      } else await this.#followMoved(file, this.#states.get(known.id) ?? known, read);
    });
  }

  /**
   * Whether the file has less text than was read of one that is followed, and all of it the same: it is looked at again once it
   * has more, or once the text of the other has left its place.
   */
  async #isCopyInTheMaking(file: Found, read: TextReader): Promise<boolean> {
    if (this.#originals.has(file.place) || file.size < LAST_BYTES) return false;
    for (const { path, state, read: original } of this.#files.values()) {
      if (state.offset <= file.size) continue;
      const looked = await this.#quietly(path, async () => {
        const alike = async (from: number, length: number) =>
          (await read(from, length)).equals(await original(from, length));
        const beginsAlike = await alike(0, Math.min(HEAD_BYTES, file.size));
        // Truncated at this moment, perhaps: which text it is, the next look tells.
        if (!(await isSameText(state, original))) return true;
        return beginsAlike && (await alike(file.size - LAST_BYTES, LAST_BYTES));
      });
      if (looked === true) return true;
    }
    return false;
  }

  async #stateOf(file: Found, read: TextReader): Promise<FileState | null> {
    const candidates = this.#states
      .all()
      .filter((state) => canBeKnownByText(state) && state.offset <= file.size)
      .sort((a, b) => b.offset - a.offset);
    for (const state of candidates) if (await isSameText(state, read)) return state;
    return null;
  }

  /** Whether the file's text is the beginning of one that has left, and that was read further than this one goes. */
  async #wasReadElsewhere(file: Found, read: TextReader): Promise<boolean> {
    for (const [id, recent] of this.#closed) {
      const state = this.#states.get(id);
      if (state === undefined || state.offset <= file.size || this.#isThere(state.place)) continue;
      const head = fingerprint(await read(0, state.head.length));
      if (head.hash === state.head.hash && (await recent.coversEnd(file.size, read))) return true;
    }
    return false;
  }

  #atEndOf(file: Found, read: TextReader): Promise<FileState> {
    return advanced(this.#newState(file), file.size, read);
  }

  /** The file's text is one that was read in another place. */
  async #followMoved(file: Found, known: FileState, read: TextReader): Promise<void> {
    if (known.offset >= file.size) {
      // All of it was read there: a file of its own from here on.
      await this.#follow(file.path, file.place, await this.#atEndOf(file, read));
    } else if (this.#isThere(known.place)) {
      // A copy of a file that is still there: its text is read where it stands.
      this.#originals.set(file.place, known);
    } else {
      await this.#follow(file.path, file.place, inPlaceOf(known, file));
    }
  }

  async #startOf(file: Found, read: TextReader): Promise<FileState> {
    const state = this.#newState(file);
    if (this.#config.from === 'start' || !this.#firstScan || !this.#states.fresh) return state;
    const from = Math.max(0, file.size - this.#config.maxMessageBytes);
    return { ...state, offset: from + (await read(from, file.size - from)).lastIndexOf(10) + 1 };
  }

  #newState(file: Pick<Found, 'path' | 'place' | 'born'>): FileState {
    const { path, place } = file;
    const state = { id: randomUUID(), path, place, offset: 0, head: NO_FINGERPRINT, last: NO_FINGERPRINT };
    return inPlaceOf(state, file);
  }

  async #follow(path: string, place: string, state: FileState): Promise<void> {
    this.#states.put(state);
    this.#quiet.delete(place);
    const { framing, maxMessageBytes } = this.#config;
    const file = await TailFile.open(path, state, { framing, maxMessageBytes }, this.#store);
    this.#files.set(place, file);
    this.#wake.watch(dirname(path));
  }

  /** The file's name is gone, and so is its writer. */
  async #retire(place: string, file: TailFile): Promise<void> {
    await file.finish();
    this.#files.delete(place);
    await this.#close(file);
  }

  /** The file was truncated. */
  async #replace(place: string, file: TailFile): Promise<void> {
    this.#files.delete(place);
    this.#states.leave(file.state.id);
    const unfinished = file.takeUnfinished();
    if (unfinished.records.length + unfinished.oversize.length > 0) {
      this.#unfinished.set(unfinished, { ...file.state, place: '' });
    }
    await this.#close(file);
    await this.#storeUnfinished();
  }

  /** A line that was begun may go on in a copy of the file; only when there is none, it has ended. */
  async #storeUnfinished(): Promise<void> {
    await this.#scan();
    for (const [unit, state] of this.#unfinished) {
      const goesOn = [...this.#files.values()].some((file) => file.state.id === state.id);
      if (!goesOn) await this.#store(unit, state);
      this.#unfinished.delete(unit);
    }
  }

  readonly #store = async (unit: TailUnit, state: FileState): Promise<void> => {
    const { name, sensor, maxMessageBytes } = this.#config;
    const { appender } = this.#context;
    const headers = { [HEADER.listener]: name, [HEADER.filePath]: unit.path };
    const timestamp = Date.now();
    const options = { partitionKey: `${name}\0${state.id}`, signal: this.#stopping.signal };
    const known = this.#states.get(state.id) ?? {
      ...state,
      offset: 0,
      head: NO_FINGERPRINT,
      last: NO_FINGERPRINT,
    };
    // Stored already when what came with them was not.
    const oversize = unit.oversize.filter(({ end }) => end > (known.overlongUntil ?? 0));
    const overlongUntil = oversize.at(-1)?.end ?? known.overlongUntil;
    if (oversize.length > 0) {
      const before = JSON.stringify({ ...known, overlongUntil });
      const range = await appender.appendErrors(
        oversize.map(({ prefix, totalBytes }, i) => ({
          sensor,
          value: prefix,
          reason: 'too_long',
          message: `record of ${totalBytes} bytes in ${unit.path}; ${maxMessageBytes} are taken`,
          headers: i === oversize.length - 1 ? { ...headers, [HEADER.tailState]: before } : headers,
          timestamp,
          totalBytes,
        })),
        { signal: this.#stopping.signal },
      );
      if (range !== null) this.#states.appendedErrors(range);
      this.#states.put({ ...known, ...(overlongUntil === undefined ? {} : { overlongUntil }) });
    }
    const after = overlongUntil === undefined ? state : { ...state, overlongUntil };
    if (unit.records.length > 0) {
      const records: LogRecord[] = unit.records.map((value) => ({ value, headers, timestamp }));
      const value = unit.records[unit.records.length - 1]!;
      records[records.length - 1] = {
        value,
        headers: { ...headers, [HEADER.tailState]: JSON.stringify(after) },
        timestamp,
      };
      this.#states.appended(await appender.append(sensor, records, options));
      for (const record of unit.records) this.metrics.bytes += record.length + 1;
    }
    this.#states.put(after);
    const count = unit.records.length + oversize.length;
    this.metrics.received += count;
    this.metrics.sent += unit.records.length;
    this.metrics.errors += oversize.length;
  };

  #readCompressedFiles(files: readonly CompressedFile[]): void {
    if (this.#compressed !== null) return;
    const due = files.filter((file) => {
      const state = this.#states.at(file.place);
      if (state?.finished === file.version && isBornAs(state, file.born)) return false;
      if (Date.now() - file.mtimeMs < this.#timing.settledMs) return false;
      const passed = this.#passed.get(file.path);
      return (
        passed === undefined ||
        passed.version !== file.version ||
        (passed.while !== null && !this.#isThere(this.#states.get(passed.while)?.place ?? ''))
      );
    });
    if (due.length === 0) return;
    this.#compressed = this.#readEach(due).finally(() => {
      this.#compressed = null;
    });
  }

  async #readEach(files: readonly CompressedFile[]): Promise<void> {
    const { signal } = this.#stopping;
    for (const file of files) {
      if (signal.aborted) return;
      try {
        const known = await stateOfCompressed(file, this.#states.all(), signal);
        if (known !== null && this.#isThere(known.place)) {
          this.#passed.set(file.path, { version: file.version, while: known.id });
          continue;
        }
        const { framing, maxMessageBytes } = this.#config;
        const from = known ?? this.#newState(file);
        await readCompressed(file, from, { framing, maxMessageBytes }, this.#store, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#passed.set(file.path, { version: file.version, while: null });
        this.#fail(
          new IngestError(
            'SKP_INGEST_FILE',
            `cannot read ${file.path} to its end: ${(error as Error).message}`,
            {
              hint: 'it is looked at again when it changes; what could be read of it is stored',
              cause: error,
            },
          ),
        );
      }
    }
  }

  /** What goes wrong with one file keeps no other from being read; it is reported once. */
  async #quietly<T>(path: string, action: () => Promise<T>): Promise<T | undefined> {
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
  }

  #fail(error: unknown): void {
    const problem = error instanceof Error ? error : new Error(String(error));
    this.#problem = problem.message;
    this.#context.report(this.#config.name, problem);
  }
}
