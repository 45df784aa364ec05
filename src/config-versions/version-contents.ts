/** The bytes of a version's files, read from where they stand in the log. */
import type { EventLog, ReadLimit } from '../bus/index.ts';
import { VersionsError } from './errors.ts';
import { type FileSet, hashOf } from './file-set.ts';
import type { ConfigVersion, VersionHistory } from './version-history.ts';
import type { VersionFile } from './version-record.ts';

const limit: ReadLimit = { maxRecords: 10_000, maxBytes: 4 * 1024 * 1024 };

export class VersionContents {
  readonly #log: EventLog;
  readonly #topic: string;
  /** By hash, of the version that was asked for last: the next one has most of them too. */
  #known: ReadonlyMap<string, Buffer> = new Map();

  constructor(log: EventLog, topic: string) {
    this.#log = log;
    this.#topic = topic;
  }

  /** Throws `VersionsError` (`SKP_VERSIONS_DAMAGED`) where the topic no longer has them. */
  async of(version: ConfigVersion, history: VersionHistory): Promise<FileSet> {
    const contents = new Map<string, Buffer>();
    const wanted = new Map<number, VersionFile>();
    for (const file of version.files) {
      const known = this.#known.get(file.sha256);
      const offset = history.offsetOf(file);
      if (known !== undefined) contents.set(file.sha256, known);
      else if (offset !== undefined) wanted.set(offset, file);
    }
    await this.#read(wanted, contents);
    const files = new Map<string, Buffer>();
    for (const { path, sha256 } of version.files) {
      const bytes = contents.get(sha256);
      if (bytes === undefined) throw this.#damaged(version, path);
      files.set(path, bytes);
    }
    this.#known = contents;
    return files;
  }

  /** What one push appended lies side by side, and is read so. */
  async #read(wanted: ReadonlyMap<number, VersionFile>, into: Map<string, Buffer>): Promise<void> {
    let passed = 0;
    for (const from of [...wanted.keys()].sort((a, b) => a - b)) {
      if (from < passed) continue;
      const batch = await this.#log.read(this.#topic, 0, from, limit);
      if (batch === null) return;
      for (let at = 0; at < batch.count; at++) {
        const file = wanted.get(batch.offset(at));
        if (file === undefined) continue;
        // A copy: the batch is not kept for one of its records.
        const bytes = Buffer.from(batch.value(at));
        if (hashOf(bytes) === file.sha256) into.set(file.sha256, bytes);
      }
      passed = batch.nextOffset;
    }
  }

  #damaged(version: ConfigVersion, path: string): VersionsError {
    return new VersionsError(
      'SKP_VERSIONS_DAMAGED',
      `The topic ${this.#topic} no longer has ${path} of version ${version.version}`,
      {
        hint: 'Records of it were deleted: its cleanup.policy must be "compact" alone. Push the folder again with --force.',
      },
    );
  }
}
