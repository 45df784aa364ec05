/** Keeps the workers' geo and ASN databases: loaded at start, swapped when the configuration or a file changes. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Snapshot } from '../config/index.ts';
import { loadAsn, loadGeo, watchDatabase } from '../enrichments/index.ts';
import type { WorkerPool } from '../pipeline/index.ts';

export class Databases {
  readonly #workers: WorkerPool;
  readonly #logger: Logger;
  readonly #cacheFolder: string;
  #geoFile: string | null = null;
  #asnFile: string | null = null;
  #families: ('v4' | 'v6')[] = ['v4'];
  #watchers: (() => void)[] = [];
  #started = false;

  constructor(workers: WorkerPool, dataFolder: string, logger: Logger) {
    this.#workers = workers;
    this.#cacheFolder = path.join(dataFolder, 'cache');
    this.#logger = logger;
  }

  /** There are events: loads the databases, whose memory an idle program does without. */
  async want(snapshot: Snapshot): Promise<void> {
    if (!this.#started) await this.#follow(snapshot);
  }

  /** Loads what the configuration names, if that changed and anybody wants it. */
  async configure(snapshot: Snapshot): Promise<void> {
    if (this.#started) await this.#follow(snapshot);
  }

  async #follow(snapshot: Snapshot): Promise<void> {
    const geoFile = fileOf(snapshot, 'geo.hdfs.file');
    const asnFile = fileOf(snapshot, 'asn.hdfs.file');
    const first = !this.#started;
    const geoChanged = first || geoFile !== this.#geoFile;
    const asnChanged = first || asnFile !== this.#asnFile;
    this.#started = true;
    this.#geoFile = geoFile;
    this.#asnFile = asnFile;
    if (!geoChanged && !asnChanged) return;
    this.#watch();
    await this.#load(geoChanged, asnChanged, first);
  }

  /** An IPv6 address was looked up: the built-in database's other half is worth its memory now. */
  async wantV6(): Promise<void> {
    if (this.#families.includes('v6')) return;
    this.#families = ['v4', 'v6'];
    await this.#load(true, false, false);
  }

  close(): void {
    for (const stop of this.#watchers) stop();
    this.#watchers = [];
  }

  async #load(geo: boolean, asn: boolean, first: boolean): Promise<void> {
    const [geoBytes, asnBytes] = await Promise.all([
      geo ? this.#attempt(() => loadGeo(this.#geoFile, this.#families)) : null,
      asn ? this.#attempt(() => loadAsn(this.#asnFile, this.#cacheFolder)) : null,
    ]);
    if (!first && geoBytes === null && asnBytes === null) return;
    this.#workers.setDatabases({
      ...(geoBytes === null ? {} : { geo: geoBytes }),
      ...(asnBytes === null ? {} : { asn: asnBytes }),
    });
  }

  /** A database that cannot be read keeps nothing from running: events go without what it would have added. */
  async #attempt<T>(load: () => Promise<T>): Promise<T | null> {
    try {
      return await load();
    } catch (error) {
      this.#logger.error(
        { err: error },
        'a geo or ASN database could not be loaded; the one before stays in use',
      );
      return null;
    }
  }

  #watch(): void {
    this.close();
    if (this.#geoFile !== null) this.#watchOne(this.#geoFile, () => this.#load(true, false, false));
    if (this.#asnFile !== null) this.#watchOne(this.#asnFile, () => this.#load(false, true, false));
  }

  #watchOne(file: string, load: () => Promise<void>): void {
    try {
      this.#watchers.push(watchDatabase(file, () => void load()));
    } catch (error) {
      this.#logger.warn(
        { err: error, file },
        'the database file cannot be watched: a change needs a restart',
      );
    }
  }
}

function fileOf(snapshot: Snapshot, key: 'geo.hdfs.file' | 'asn.hdfs.file'): string | null {
  const written = snapshot.global[key];
  if (typeof written !== 'string' || written === '') return null;
  return path.resolve(snapshot.home ?? '.', written);
}
