/** What a Metron's configuration is made of, wherever it is read from. */
import type { DocumentKind } from '../config/index.ts';
import { MetronImportError } from './errors.ts';

/** `profiler` has no schema here: it is carried over as it is. */
export type MetronKind = Extract<DocumentKind, 'global' | 'parser' | 'enrichment' | 'indexing'> | 'profiler';

export interface MetronDocument {
  readonly kind: MetronKind;
  /** Empty for the kinds that have none. */
  readonly sensor: string;
  /** Where it goes, relative to the configuration folder: `parsers/squid.json`. */
  readonly file: string;
  /** Where it was read: a node's path, or a file's. */
  readonly origin: string;
  readonly bytes: Buffer;
}

export interface LeftOut {
  readonly origin: string;
  readonly reason: string;
}

export interface MetronConfiguration {
  readonly documents: readonly MetronDocument[];
  readonly leftOut: readonly LeftOut[];
}

/** Folders with a document for each sensor: of the configuration folder, and of the tree in ZooKeeper alike. */
export const sensorFolders: ReadonlyMap<
  string,
  Extract<MetronKind, 'parser' | 'enrichment' | 'indexing'>
> = new Map([
  ['parsers', 'parser'],
  ['enrichments', 'enrichment'],
  ['indexing', 'indexing'],
]);
export const singleDocuments: readonly Extract<MetronKind, 'global' | 'profiler'>[] = ['global', 'profiler'];

const maxTotalBytes = 64 << 20;

/** Gathers what a source finds, and keeps out what cannot be a file of a configuration. */
export class Gathering {
  readonly #documents: MetronDocument[] = [];
  readonly #leftOut: LeftOut[] = [];
  #bytes = 0;

  single(kind: 'global' | 'profiler', origin: string, bytes: Buffer): void {
    this.#add({ kind, sensor: '', file: `${kind}.json`, origin, bytes });
  }

  /** @param sensor as the source has it: a stranger's word that is to become the name of a file */
  forSensor(
    kind: 'parser' | 'enrichment' | 'indexing',
    folder: string,
    sensor: string,
    origin: string,
    bytes: Buffer,
  ): void {
    if (!isSensorName(sensor))
      this.leaveOut(origin, 'names of sensors are made of at most 100 letters, digits, ".", "_" and "-"');
    else this.#add({ kind, sensor, file: `${folder}/${sensor}.json`, origin, bytes });
  }

  leaveOut(origin: string, reason: string): void {
    this.#leftOut.push({ origin, reason });
  }

  result(): MetronConfiguration {
    return { documents: this.#documents, leftOut: this.#leftOut };
  }

  #add(document: MetronDocument): void {
    // Metron passes over them too.
    if (document.bytes.length === 0) {
      this.leaveOut(document.origin, 'it is empty');
      return;
    }
    this.#bytes += document.bytes.length;
    if (this.#bytes > maxTotalBytes)
      throw new MetronImportError(
        'SKP_IMPORT_SIZE',
        `More than ${maxTotalBytes >> 20} MiB of configuration up to ${document.origin}: this is no configuration of Metron`,
      );
    this.#documents.push(document);
  }
}

export function isSensorName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name);
}
