/**
 * The versions that the records of the topic make, in the order of the log. Pure: every reader comes to the same.
 *
 * A version counts when all of its files stand before it, with the hashes that it lists, and when it was made from the version that
 * was the newest at its place in the log. So of two pushes at once the log itself lets the first one in, and a push that was cut off never
 * shows.
 */
import { changesBetween, type FileChanges, hashOf } from './file-set.ts';
import { type Manifest, readKey, readManifest, type VersionFile } from './version-record.ts';

export interface ConfigVersion {
  /** 1 for the first. */
  readonly version: number;
  /** Names it, also where the topic was made anew and numbers begin again. */
  readonly id: string;
  /** Epoch milliseconds, by the clock of who pushed. */
  readonly at: number;
  /** As they call themselves: what Kafka lets write the topic is the check. */
  readonly who: string;
  readonly why: string;
  /** The version whose content it brought back. */
  readonly restores: number | null;
  readonly files: readonly VersionFile[];
  /** Against the version before. */
  readonly changes: FileChanges;
}

export type Verdict = 'accepted' | 'outdated' | 'incomplete';

interface StoredFile {
  readonly offset: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly at: number;
}

export interface TopicRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

export class VersionHistory {
  readonly #versions: ConfigVersion[] = [];
  readonly #verdicts = new Map<string, Verdict>();
  /** By push, then path. */
  readonly #files = new Map<string, Map<string, StoredFile>>();
  #newer = 0;

  /** Oldest first. */
  get versions(): readonly ConfigVersion[] {
    return this.#versions;
  }

  get head(): ConfigVersion | null {
    return this.#versions.at(-1) ?? null;
  }

  /** Versions that a newer program made, which this one cannot read. */
  get newer(): number {
    return this.#newer;
  }

  /** There are versions, and none of them can be made out: those that they build on are gone. */
  get isCutOff(): boolean {
    return this.head === null && [...this.#verdicts.values()].includes('outdated');
  }

  /** What became of a push; undefined while its version was not read. */
  verdict(push: string): Verdict | undefined {
    return this.#verdicts.get(push);
  }

  /** Where the content of a file stands in the log. */
  offsetOf({ in: push, path }: VersionFile): number | undefined {
    return this.#files.get(push)?.get(path)?.offset;
  }

  /** Files of pushes that ended before they had a version, and began before a time. */
  abandoned(before: number): readonly { readonly push: string; readonly path: string }[] {
    return [...this.#files].flatMap(([push, files]) =>
      this.#verdicts.has(push) || [...files.values()].some(({ at }) => at >= before)
        ? []
        : [...files].filter(([, { bytes }]) => bytes > 0).map(([path]) => ({ push, path })),
    );
  }

  take({ key, value, offset, timestamp }: TopicRecord): void {
    const record = readKey(key);
    // What others wrote there is not ours to judge; what was judged stays.
    if (record === null || this.#verdicts.has(record.push)) return;
    if (record.type === 'file') {
      const files = this.#files.get(record.push) ?? new Map<string, StoredFile>();
      this.#files.set(record.push, files);
      files.set(record.path, { offset, sha256: hashOf(value), bytes: value.length, at: timestamp });
      return;
    }
    const manifest = readManifest(value);
    if (manifest === 'newer') this.#newer++;
    const read = manifest === null || manifest === 'newer' || manifest.id !== record.push ? null : manifest;
    const verdict = read === null ? 'incomplete' : this.#judge(read);
    this.#verdicts.set(record.push, verdict);
    if (read !== null && verdict === 'accepted') this.#accept(read);
    else this.#files.delete(record.push);
  }

  #judge({ id, base, files }: Manifest): Verdict {
    if (base !== (this.head?.id ?? null)) return 'outdated';
    const paths = new Set(files.map(({ path }) => path));
    if (paths.size !== files.length) return 'incomplete';
    const whole = files.every(({ in: push, path, sha256, bytes }) => {
      if (push !== id && this.#verdicts.get(push) !== 'accepted') return false;
      const stored = this.#files.get(push)?.get(path);
      return stored !== undefined && stored.sha256 === sha256 && stored.bytes === bytes;
    });
    return whole ? 'accepted' : 'incomplete';
  }

  #accept({ id, at, who, why, restores, files }: Manifest): void {
    this.#versions.push({
      version: this.#versions.length + 1,
      id,
      at,
      who,
      why,
      restores: restores ?? null,
      files,
      changes: changesBetween(listed(this.head?.files ?? []), listed(files)),
    });
  }
}

export function listed(files: readonly VersionFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, sha256 }) => [path, sha256]));
}
