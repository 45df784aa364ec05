/** The configuration that the installation runs: the folder, or the newest version in the log. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, type Snapshot } from '../config/index.ts';
import { changeFile, openSharedConfig } from '../config-versions/index.ts';
import { isShared, openBus, openVersions } from '../engines/index.ts';
import { configChecks } from '../program/index.ts';
import { authorOf } from './config/versions.ts';
import { configFolder, type FolderOptions } from './folders.ts';
import { clusterOf } from './open-engines.ts';

export interface CurrentConfig {
  current(): Snapshot;
  /** Reads the folder again. */
  reload(): Promise<void>;
  /** Writes a document where it is not a file of the folder; null where it is. */
  readonly write: ((file: string, text: string) => Promise<void>) | null;
  close(): Promise<void>;
}

/** Plug-ins are installed already. Throws `ConfigError`, `VersionsError` (`SKP_VERSIONS_EMPTY`). */
export async function openCurrentConfig({ data, config }: FolderOptions): Promise<CurrentConfig> {
  const folder = configFolder(config);
  const cluster = await clusterOf(folder);
  if (!(await isShared('config', cluster.config))) {
    let { snapshot } = await loadConfig(folder);
    return {
      current: () => snapshot,
      async reload() {
        ({ snapshot } = await loadConfig(folder));
      },
      write: null,
      close: async () => undefined,
    };
  }
  const parts = new AsyncDisposableStack();
  try {
    const log = await openBus(cluster, { dataFolder: data });
    parts.defer(() => log.close());
    const versions = await openVersions(cluster, log);
    if (versions === null) throw new TypeError('A shared configuration has versions');
    const place = await mkdtemp(path.join(tmpdir(), 'skopos-config-'));
    parts.defer(() => rm(place, { recursive: true, force: true }));
    const shared = await openSharedConfig({
      versions,
      folder: path.join(place, 'versions'),
      home: folder,
      checks: configChecks,
    });
    parts.defer(() => shared.close());
    return {
      current: () => shared.current(),
      // What was written is seen when the log says so.
      reload: () => shared.refresh(),
      async write(file, text) {
        await changeFile(versions, {
          file,
          text,
          who: authorOf({}),
          why: `${file} written by an expression`,
          home: folder,
          checks: configChecks,
        });
      },
      close: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
