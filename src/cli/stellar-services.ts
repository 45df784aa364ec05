/** What expressions of the shell may reach: the configuration, the log, the store and the databases of this installation, and this machine's files. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EventLog } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { loadAsn, loadGeo, MmdbGeoDatabase, SwappableAsnDatabase } from '../enrichments/index.ts';
import { SkoposError } from '../errors.ts';
import { createManagement } from '../management/index.ts';
import { configChecks } from '../program/index.ts';
import type { Capabilities } from '../stellar/index.ts';
import { type KeyValueStore, ReferenceData } from '../store/index.ts';
import { openCurrentConfig } from './current-config.ts';
import { configFolder, logFolder } from './folders.ts';
import { hasOwnLog, openLogOf, openStoreOf } from './open-engines.ts';
import { preparePlugins } from './plugins.ts';

export interface StellarServices {
  readonly globals: Readonly<Record<string, unknown>>;
  readonly capabilities: Capabilities;
  snapshot(): Snapshot;
  /** Opens what the named capabilities need, once. */
  prepare(capabilities: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** The store is opened beside a running server, which may go on writing it. */
export async function openStellarServices(
  data: string,
  config: string | undefined,
): Promise<StellarServices> {
  const folders = { data, ...(config === undefined ? {} : { config }) };
  await preparePlugins(configFolder(config));
  const current = await openCurrentConfig(folders);
  const snapshot = (): Snapshot => current.current();
  const geo = new MmdbGeoDatabase();
  const asn = new SwappableAsnDatabase();
  let store: KeyValueStore | null = null;
  let reference: ReferenceData | null = null;
  let log: EventLog | null = null;
  const opened = new Map<string, Promise<void>>();
  const openAll = async (): Promise<void> => {
    await Promise.all(['geo', 'asn', 'enrichmentStore'].map(openOnce));
  };
  const openOnce = async (name: string): Promise<void> => {
    const open = openers[name];
    if (open === undefined) return;
    const done = opened.get(name) ?? open();
    opened.set(name, done);
    await done;
  };
  const openers: Readonly<Record<string, () => Promise<void>>> = {
    // Their expressions may call anything that the stream has.
    parsers: openAll,
    triage: openAll,
    geo: async () => {
      const file = databaseFile(snapshot(), 'geo.hdfs.file');
      geo.swap(await loadGeo(file, ['v4', 'v6']));
    },
    asn: async () => {
      const bytes = await loadAsn(databaseFile(snapshot(), 'asn.hdfs.file'), path.join(data, 'cache'));
      if (bytes !== null) asn.swap(bytes);
    },
    enrichmentStore: async () => {
      const found = await openStoreOf(folders);
      store = found;
      reference = new ReferenceData(found);
    },
    bus: async () => {
      const folder = logFolder(data);
      if (!existsSync(folder) && (await hasOwnLog(folders))) {
        throw new SkoposError('SKP_CLI_DATA', `There is no log in ${folder}`, {
          hint: 'Name the data folder with --data, or start the server once.',
        });
      }
      log = await openLogOf(folders);
    },
  };
  const management = createManagement({
    snapshot,
    dataFolder: data,
    log: () => {
      if (log === null) throw new SkoposError('SKP_CLI_DATA', 'The log is not open');
      return log;
    },
    clock: { now: () => Date.now() },
    checks: configChecks,
    local: true,
    onConfigured: () => current.reload(),
    ...(current.write === null ? {} : { writeDocument: current.write }),
    stream: {
      clock: { now: () => Date.now() },
      globalConfig: () => snapshot().global,
      geo: { get: (ip) => spread(geo.get(ip)) },
      asn: { get: (ip) => spread(asn.get(ip)) },
      enrichmentStore: { get: (table, type, indicator) => reference?.get(table, type, indicator) },
    },
  });
  return {
    snapshot,
    globals: snapshot().global,
    capabilities: management.capabilities,
    async prepare(capabilities) {
      for (const name of capabilities) await openOnce(name);
    },
    async close() {
      management.close();
      await log?.close();
      await store?.close();
      await current.close();
    },
  };
}

function spread(found: object | null): Record<string, unknown> | null {
  return found === null ? null : { ...found };
}

function databaseFile(snapshot: Snapshot, key: 'geo.hdfs.file' | 'asn.hdfs.file'): string | null {
  const written = snapshot.global[key];
  if (typeof written !== 'string' || written === '') return null;
  return path.resolve(snapshot.home ?? '.', written);
}
