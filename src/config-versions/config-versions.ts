/** The versions of a configuration in a compacted topic of the log: read, pushed, followed. */
import { BusError, type EventLog, type LogRecord, type ReadLimit } from '../bus/index.ts';
import { VersionsError } from './errors.ts';
import { changesBetween, countOf, type FileSet, hashesOf, hashOf } from './file-set.ts';
import { VersionContents } from './version-contents.ts';
import { type ConfigVersion, listed, type Verdict, VersionHistory } from './version-history.ts';
import {
  fileKey,
  type Manifest,
  newPushId,
  type VersionFile,
  versionKey,
  writeManifest,
} from './version-record.ts';

export interface PushOptions {
  readonly who: string;
  readonly why: string;
  /**
   * The id of the version that the files were made from; null when they were made from none. `newest`: whatever is there is to be
   * replaced.
   */
  readonly base: string | null | 'newest';
  /** The version whose content this is. */
  readonly restores?: number;
}

export interface Pushed {
  readonly version: ConfigVersion;
  /** Nothing was pushed: the newest version has these files already. */
  readonly unchanged: boolean;
}

const readLimit: ReadLimit = { maxRecords: 10_000, maxBytes: 32 * 1024 * 1024 };
/** Of one append; a larger file stands in one by itself. */
const batchBytes = 1024 * 1024;
/** How often a push that replaces whatever is there is tried again when others come before it. */
const mostTries = 10;
/** A push that has no version after so long was cut off. */
const abandonedMs = 3_600_000;

export class ConfigVersions {
  readonly #log: EventLog;
  readonly topic: string;
  #history = new VersionHistory();
  #next = 0;
  #identity: string | undefined;
  readonly #contents: VersionContents;
  #reading: Promise<void> = Promise.resolve();

  /** `log` stays the caller's. Nothing is read before `refresh`. */
  constructor(log: EventLog, topic: string) {
    this.#log = log;
    this.topic = topic;
    this.#contents = new VersionContents(log, topic);
  }

  /** As of the last `refresh`. */
  get head(): ConfigVersion | null {
    return this.#history.head;
  }

  /** Oldest first, as of the last `refresh`. */
  get versions(): readonly ConfigVersion[] {
    return this.#history.versions;
  }

  /** How many versions a newer program made that this one cannot read. */
  get newer(): number {
    return this.#history.newer;
  }

  byId(id: string): ConfigVersion | null {
    return this.versions.find((one) => one.id === id) ?? null;
  }

  /** Throws `VersionsError` (`SKP_VERSIONS_UNKNOWN`). */
  byNumber(version: number): ConfigVersion {
    const found = this.versions[version - 1];
    if (found !== undefined) return found;
    throw new VersionsError('SKP_VERSIONS_UNKNOWN', `There is no version ${version}`, {
      hint:
        this.head === null
          ? `The topic ${this.topic} holds no configuration yet: skopos config push.`
          : `There are 1 to ${this.head.version}: skopos config history.`,
    });
  }

  /** The newest version. Throws `VersionsError` (`SKP_VERSIONS_EMPTY`) when there is none. */
  newest(): ConfigVersion {
    if (this.head !== null) return this.head;
    if (this.#history.isCutOff) {
      throw new VersionsError(
        'SKP_VERSIONS_DAMAGED',
        `The oldest versions of the topic ${this.topic} are gone, and with them what the others build on`,
        {
          hint: 'Its cleanup.policy must be "compact" alone. Push the folder again with --force, which sees to that.',
        },
      );
    }
    throw new VersionsError('SKP_VERSIONS_EMPTY', `The topic ${this.topic} holds no configuration yet`, {
      hint: 'Push the folder that is to hold for all: skopos config push --config FOLDER --message "first version".',
    });
  }

  /** Reads what came since. Resolves when everything that was there at the call is known. */
  refresh(): Promise<void> {
    const read = this.#reading.then(() => this.#read());
    this.#reading = read.catch(() => undefined);
    return read;
  }

  /**
   * Calls back when something was appended: `refresh` reads it. What it gives stops that.
   */
  onChange(listener: () => void): () => void {
    return this.#log.onAppend(this.topic, listener);
  }

  /** The content of a version. Throws `VersionsError` (`SKP_VERSIONS_DAMAGED`) where the topic no longer has it. */
  files(version: ConfigVersion): Promise<FileSet> {
    return this.#contents.of(version, this.#history);
  }

  /**
   * Makes a version of these files. It shows to readers when all of it is in the log, or never.
   *
   * Throws `VersionsError` (`SKP_VERSIONS_OUTDATED`) when the newest version is not the one that the files were made from.
   */
  async push(files: FileSet, options: PushOptions): Promise<Pushed> {
    await this.refresh();
    // Whoever made it for us may have left it with a retention, which would take the history away.
    if (this.head === null) await this.#log.ensureTopic(this.topic, { partitions: 1, compacted: true });
    for (let tries = 1; ; tries++) {
      await this.refresh();
      const { head } = this;
      this.#checkPush(options);
      const base = head?.id ?? null;
      const hashes = hashesOf(files);
      if (head !== null && countOf(changesBetween(listed(head.files), hashes)) === 0)
        return { version: head, unchanged: true };
      const push = newPushId();
      const entries = await this.#appendFiles(push, files, head);
      const manifest: Manifest = {
        format: 1,
        id: push,
        base,
        at: Date.now(),
        who: options.who.slice(0, 200),
        why: options.why.slice(0, 10_000),
        ...(options.restores === undefined ? {} : { restores: options.restores }),
        files: entries,
      };
      const verdict = await this.#decide(manifest);
      if (verdict === 'accepted') {
        await this.#tidy();
        return { version: this.byId(push) ?? this.newest(), unchanged: false };
      }
      await this.#blank(entries.filter((file) => file.in === push));
      if (options.base !== 'newest' || tries >= mostTries) throw this.#outdated(options.base);
    }
  }

  #checkPush({ base }: PushOptions): void {
    if (this.newer > 0) {
      throw new VersionsError(
        'SKP_VERSIONS_OUTDATED',
        `The topic ${this.topic} has versions of a newer Skopos, which this one cannot read`,
        { hint: 'Push with the newest program that runs in this installation.' },
      );
    }
    if (base !== 'newest' && base !== (this.head?.id ?? null)) throw this.#outdated(base);
  }

  #outdated(base: string | null | 'newest'): VersionsError {
    const { head } = this;
    const from = base === null || base === 'newest' ? null : this.byId(base);
    const made =
      from === null
        ? 'This folder was made from no version that is known'
        : `The base is version ${from.version}`;
    const newest =
      head === null
        ? 'the topic is empty'
        : `the newest is version ${head.version} (${head.who}, ${new Date(head.at).toISOString()}: ${firstLine(head.why)})`;
    return new VersionsError('SKP_VERSIONS_OUTDATED', `${made}, and ${newest}`, {
      hint: 'See what differs with "skopos config diff", take it over with "skopos config pull", or replace it with --force.',
    });
  }

  /** What the head has already is not appended again. */
  async #appendFiles(push: string, files: FileSet, head: ConfigVersion | null): Promise<VersionFile[]> {
    const known = new Map(head?.files.map((file) => [file.path, file]));
    const entries: VersionFile[] = [];
    let batch: LogRecord[] = [];
    let size = 0;
    for (const [path, bytes] of files) {
      const sha256 = hashOf(bytes);
      const before = known.get(path);
      if (before?.sha256 === sha256) {
        entries.push(before);
        continue;
      }
      entries.push({ path, sha256, bytes: bytes.length, in: push });
      if (batch.length > 0 && size + bytes.length > batchBytes) {
        await this.#append(batch);
        batch = [];
        size = 0;
      }
      batch.push({ key: fileKey(push, path), value: bytes });
      size += bytes.length;
    }
    if (batch.length > 0) await this.#append(batch);
    return entries;
  }

  /** Appends the record that makes a version of the files, and reads back what the log says to it. */
  async #decide(manifest: Manifest): Promise<Verdict> {
    try {
      await this.#append([{ key: versionKey(manifest.id), value: writeManifest(manifest) }]);
    } catch (error) {
      // The answer may have been lost, and not the record.
      await this.refresh();
      const verdict = this.#history.verdict(manifest.id);
      if (verdict === undefined) throw error;
      return verdict;
    }
    return this.#verdictOf(manifest.id);
  }

  async #append(records: readonly LogRecord[]): Promise<void> {
    await this.#log.append(this.topic, 0, records);
  }

  async #verdictOf(push: string): Promise<Verdict> {
    // What was appended is read at once, except that a broker may show it a moment later than it acknowledged it.
    for (let tries = 0; tries < 100; tries++) {
      await this.refresh();
      const verdict = this.#history.verdict(push);
      if (verdict !== undefined) return verdict;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new VersionsError('SKP_VERSIONS_DAMAGED', `What was pushed to ${this.topic} cannot be read there`, {
      hint: 'See whether it was taken with "skopos config history", and whether somebody deletes records of the topic.',
    });
  }

  /** Contents that nobody needs give way to nothing, so that compaction removes them. */
  async #blank(files: readonly { readonly path: string; readonly in: string }[]): Promise<void> {
    if (files.length === 0) return;
    await this.#append(
      files.map(({ path, in: push }) => ({ key: fileKey(push, path), value: new Uint8Array(0) })),
    ).catch(() => undefined);
  }

  /** Removes what pushes left that were cut off. */
  async #tidy(): Promise<void> {
    const left = this.#history.abandoned(Date.now() - abandonedMs);
    await this.#blank(left.map(({ push, path }) => ({ path, in: push })));
  }

  async #read(): Promise<void> {
    try {
      await this.#readFrom();
    } catch (error) {
      // No topic is an empty one, until there was one.
      if (error instanceof BusError && error.code === 'SKP_BUS_TOPIC_UNKNOWN' && this.#next === 0) return;
      throw error;
    }
  }

  async #readFrom(): Promise<void> {
    if (this.#next > 0 && (await this.#isAnother())) {
      this.#history = new VersionHistory();
      this.#next = 0;
    }
    for (;;) {
      const batch = await this.#log.read(this.topic, 0, this.#next, readLimit);
      if (batch === null) return;
      this.#identity = batch.identity;
      for (let at = 0; at < batch.count; at++) {
        this.#history.take({
          key: batch.key(at),
          value: batch.value(at),
          offset: batch.offset(at),
          timestamp: batch.timestamp(at),
        });
      }
      this.#next = batch.nextOffset;
    }
  }

  /** Whether the topic was deleted and made anew. */
  async #isAnother(): Promise<boolean> {
    const first = await this.#log.read(this.topic, 0, 0, { maxRecords: 1, maxBytes: 1 });
    return first === null || first.identity !== this.#identity;
  }
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
