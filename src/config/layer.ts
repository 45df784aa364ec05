/** The documents of one folder, kept from one reading to the next: what turned bad keeps its last good value. */
import { isDeepStrictEqual } from 'node:util';
import type { ConfigChecks } from './checks.ts';
import { type DocumentKind, type Documents, parseDocument } from './document.ts';
import type { ConfigFile, FolderFiles } from './folder-files.ts';
import type { ConfigProblem } from './problem.ts';
import type { ConfigLayer } from './snapshot.ts';

/** A file as it was read last. */
interface Entry {
  readonly file: ConfigFile;
  readonly problems: readonly ConfigProblem[];
  /** The value of this text, or of the last text that was good; null when there was none. */
  readonly value: Documents[DocumentKind] | null;
  readonly broken: boolean;
}

export class LayerState {
  readonly #checks: ConfigChecks;
  #entries = new Map<string, Entry>();
  #folderProblems: readonly ConfigProblem[] = [];

  constructor(checks: ConfigChecks) {
    this.#checks = checks;
  }

  /**
   * Takes over what was read. Texts that did not change are not parsed again.
   *
   * @returns whether any value is another than before
   */
  update(read: FolderFiles): boolean {
    const entries = new Map<string, Entry>();
    let changed = false;
    // A file that is there but cannot be read keeps its last good value too.
    const unreadable = new Set(
      read.problems.filter((problem) => problem.severity === 'error').map((problem) => problem.file),
    );
    for (const [name, entry] of this.#entries) {
      if (unreadable.has(name)) entries.set(name, entry);
      else if (!read.files.has(name) && entry.value !== null) changed = true;
    }
    for (const [name, file] of read.files) {
      const before = this.#entries.get(name);
      if (before?.file.text === file.text) {
        entries.set(name, before);
        continue;
      }
      const parsed = parseDocument(file.kind, file.text, {
        file: name,
        sensor: file.sensor,
        checks: this.#checks,
      });
      const held = before?.value ?? null;
      // Saved as it was, or with other white space and comments.
      const same = held !== null && isDeepStrictEqual(parsed.value, held);
      if (parsed.value !== null && !same) changed = true;
      entries.set(name, {
        file,
        problems: parsed.problems,
        value: same ? held : (parsed.value ?? held),
        broken: parsed.value === null,
      });
    }
    this.#entries = entries;
    this.#folderProblems = read.problems;
    return changed;
  }

  /** Whether taking over `read` would lose a file, or meet one that is no JSON: an editor may be in the middle of saving. */
  looksUnfinished(read: FolderFiles): boolean {
    for (const name of this.#entries.keys()) if (!read.files.has(name)) return true;
    for (const [name, file] of read.files) {
      if (this.#entries.get(name)?.file.text === file.text) continue;
      const { problems } = parseDocument(file.kind, file.text, { file: name, sensor: file.sensor });
      if (problems.some((problem) => problem.code === 'SKP_CONFIG_SYNTAX')) return true;
    }
    return false;
  }

  problems(): ConfigProblem[] {
    return [...this.#folderProblems, ...[...this.#entries.values()].flatMap((entry) => entry.problems)];
  }

  layer(): ConfigLayer {
    return {
      global: this.#values('global').get('') ?? null,
      listeners: this.#values('listeners').get('') ?? null,
      knownHosts: this.#values('knownHosts').get('') ?? null,
      parsers: this.#values('parser'),
      enrichments: this.#values('enrichment'),
      indexing: this.#values('indexing'),
    };
  }

  #values<K extends DocumentKind>(kind: K): Map<string, Documents[K]> {
    const values = new Map<string, Documents[K]>();
    for (const { file, value } of this.#entries.values()) {
      if (value !== null && isOfKind(kind, file, value)) values.set(file.sensor, value);
    }
    return values;
  }
}

/** The value of an entry came out of `parseDocument` for the kind of its file. */
function isOfKind<K extends DocumentKind>(
  kind: K,
  file: ConfigFile,
  _value: Documents[DocumentKind],
): _value is Documents[K] {
  return file.kind === kind;
}
