/** A configuration that comes from the versions in the log: each is written into a folder of this process, checked, and taken over whole. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  Broadcast,
  type ConfigChecks,
  ConfigError,
  type ConfigProblem,
  type ConfigSource,
  createConfigChecker,
  type Snapshot,
} from '../config/index.ts';
import type { ConfigVersions } from './config-versions.ts';
import { firstLine } from './config-versions.ts';
import { type FileSet, writeFiles } from './file-set.ts';
import { mayTravel } from './travelling-path.ts';
import type { ConfigVersion } from './version-history.ts';

export interface SharedConfigOptions {
  readonly versions: ConfigVersions;
  /** Where versions are written: a folder of this process alone. */
  readonly folder: string;
  /** The machine's own configuration folder: plug-ins, certificates, secrets. */
  readonly home: string | null;
  readonly checks?: ConfigChecks;
  /** Called when a version was refused, and when it is known again what the topic holds. */
  readonly onProblems?: (problems: readonly ConfigProblem[]) => void;
}

export interface SharedConfigStatus {
  /** What this process runs. */
  readonly version: number;
  readonly id: string;
  /** The newest that it knows of. */
  readonly newest: number;
  /** Why it does not run the newest one, in a sentence; null when it does. */
  readonly refused: string | null;
  /** Why it does not know of changes at present; null when it does. */
  readonly trouble: string | null;
}

export interface SharedConfig extends ConfigSource {
  status(): SharedConfigStatus;
  /** Resolves when what is in the topic now is taken over, or refused. */
  refresh(): Promise<void>;
}

/** How many versions back a start looks for one that works here. */
const mostBack = 10;
/** Folders of versions that stay: batches at hand may still read from the one before. */
const keptFolders = 3;
const retryMs = 1_000;

/**
 * Reads the topic, and follows it. Where the newest version does not work here, the one before it holds, as it does in processes that
 * were running when it came.
 *
 * Throws `VersionsError` (`SKP_VERSIONS_EMPTY`) where the topic holds nothing, `ConfigError` where no version works.
 */
export async function openSharedConfig(options: SharedConfigOptions): Promise<SharedConfig> {
  const shared = new FollowedVersions(options);
  await shared.open();
  return shared;
}

interface Running {
  readonly version: ConfigVersion;
  readonly snapshot: Snapshot;
  readonly warnings: readonly ConfigProblem[];
}

interface Refused {
  readonly version: ConfigVersion;
  readonly problems: readonly ConfigProblem[];
}

class FollowedVersions implements SharedConfig {
  readonly #options: SharedConfigOptions;
  readonly #check: ReturnType<typeof createConfigChecker>;
  readonly #broadcast = new Broadcast<Snapshot>();
  #running: Running | null = null;
  #refused: Refused | null = null;
  #trouble: string | null = null;
  #stopFollowing: () => void = () => undefined;
  #retry: NodeJS.Timeout | undefined;
  #following: Promise<void> = Promise.resolve();
  #queued = false;
  #closed = false;

  constructor(options: SharedConfigOptions) {
    this.#options = options;
    this.#check = createConfigChecker(options);
  }

  async open(): Promise<void> {
    const { versions, folder } = this.#options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await versions.refresh();
    const newest = versions.newest();
    let refused: Refused | null = null;
    for (const version of versions.versions.slice(-mostBack).reverse()) {
      const problems = await this.#apply(version);
      if (problems === null) break;
      refused ??= { version: newest, problems };
    }
    this.#refused = refused;
    if (this.#running === null) throw new ConfigError(this.#refusal());
    if (refused !== null) this.#options.onProblems?.(this.problems());
    this.#stopFollowing = versions.onChange(() => this.#follow());
    // What came between the reading and the listening.
    this.#follow();
  }

  current(): Snapshot {
    return this.#now().snapshot;
  }

  changes(): AsyncIterable<Snapshot> {
    return this.#broadcast.subscribe();
  }

  problems(): readonly ConfigProblem[] {
    return [...this.#now().warnings, ...this.#refusal()];
  }

  status(): SharedConfigStatus {
    const { version } = this.#now();
    const { versions } = this.#options;
    const refused = this.#refused;
    const first = refused?.problems.find(({ severity }) => severity === 'error');
    return {
      version: version.version,
      id: version.id,
      newest: Math.max(version.version, versions.head?.version ?? 0),
      refused:
        refused === null
          ? versions.newer > 0
            ? 'the topic has versions of a newer Skopos, which this one cannot read'
            : null
          : `version ${refused.version.version} does not work here: ${first === undefined ? 'it is broken' : `${first.file}: ${first.message}`}`,
      trouble: this.#trouble,
    };
  }

  async refresh(): Promise<void> {
    this.#follow();
    await this.#following;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#stopFollowing();
    this.#broadcast.close();
    await this.#following;
  }

  #now(): Running {
    if (this.#running === null) throw new TypeError('The configuration is not open');
    return this.#running;
  }

  /** What is wrong with the version that was refused, after a line that says which. */
  #refusal(): ConfigProblem[] {
    if (this.#refused === null) return [];
    const { version, problems } = this.#refused;
    const stays = this.#running === null ? '' : `; version ${this.#running.version.version} stays`;
    return [
      {
        code: 'SKP_CONFIG_FILE',
        severity: 'error',
        file: '.',
        path: '',
        line: 1,
        column: 1,
        message: `version ${version.version} (${version.who}: ${firstLine(version.why)}) does not work here${stays}`,
        hint: 'Push a better one, or go back: skopos config rollback VERSION. What plug-ins bring lies in the folder of each machine.',
      },
      ...problems,
    ];
  }

  /** One after the other; a change that comes meanwhile is one more run, not two. */
  #follow(): void {
    if (this.#queued || this.#closed) return;
    this.#queued = true;
    this.#following = this.#following.then(async () => {
      this.#queued = false;
      if (this.#closed) return;
      try {
        await this.#takeOver();
        this.#trouble = null;
      } catch (error) {
        this.#trouble = (error as Error).message;
        this.#retry = setTimeout(() => this.#follow(), retryMs).unref();
      }
    });
  }

  async #takeOver(): Promise<void> {
    const { versions, onProblems } = this.#options;
    await versions.refresh();
    const { head } = versions;
    if (head === null) throw new Error(`the topic ${versions.topic} holds no configuration any longer`);
    if (head.id === this.#now().version.id) {
      this.#refused = null;
      return;
    }
    // It was looked at already.
    if (head.id === this.#refused?.version.id) return;
    const problems = await this.#apply(head);
    if (this.#closed) return;
    this.#refused = problems === null ? null : { version: head, problems };
    if (problems === null) this.#broadcast.publish(this.current());
    if (this.problems().length > 0) onProblems?.(this.problems());
  }

  /** Null when it holds now; else what is wrong with it, and nothing changed. */
  async #apply(version: ConfigVersion): Promise<readonly ConfigProblem[] | null> {
    const { versions, folder } = this.#options;
    const files = await versions.files(version);
    const place = path.join(folder, `${version.version}-${version.id.slice(0, 8)}`);
    const unfinished = `${place}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    // Made anew at each start: it need not outlive a crash.
    await writeFiles(unfinished, allowed(files), { durable: false });
    await rm(place, { recursive: true, force: true });
    await rename(unfinished, place);
    const { snapshot, problems } = await this.#check(place);
    if (snapshot === null || problems.some(({ severity }) => severity === 'error')) {
      await rm(place, { recursive: true, force: true });
      return problems;
    }
    this.#running = {
      version,
      snapshot: Object.freeze({ ...snapshot, version: version.version }),
      warnings: problems,
    };
    await this.#removeOld(path.basename(place));
    return null;
  }

  async #removeOld(present: string): Promise<void> {
    const { folder } = this.#options;
    const numberOf = (name: string): number => Number.parseInt(name, 10);
    const others = (await readdir(folder))
      .filter((name) => name !== present)
      .sort((a, b) => numberOf(b) - numberOf(a));
    for (const name of others.slice(keptFolders - 1))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

/** Judged here too: who wrote the topic may have been another program. */
function allowed(files: FileSet): FileSet {
  return new Map([...files].filter(([file]) => mayTravel(file)));
}
