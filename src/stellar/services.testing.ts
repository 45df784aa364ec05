/** The real services behind the capabilities, over small data of their own: for observed cases and the examples of functions. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLmdbEventLog } from '../bus/index.ts';
import { loadConfig } from '../config/index.ts';
import { MmdbGeoDatabase, SwappableAsnDatabase } from '../enrichments/index.ts';
import { writeMmdb } from '../enrichments/testing/mmdb.ts';
import { createManagement } from '../management/index.ts';
import { openLmdbKeyValueStore, ReferenceData } from '../store/index.ts';
import type { Capabilities } from './expression.ts';

export interface TestServices {
  readonly capabilities: Capabilities;
  readonly folder: string;
  close(): Promise<void>;
}

/** `objects`: what lies in the folder of objects, by path. */
export async function openTestServices(
  objects: Readonly<Record<string, unknown>> = {},
  clock: { now(): number } = { now: () => Date.now() },
): Promise<TestServices> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skopos-stellar-'));
  const configFolder = path.join(folder, 'config');
  mkdirSync(path.join(configFolder, 'objects'), { recursive: true });
  for (const [name, value] of Object.entries(objects))
    writeFileSync(path.join(configFolder, 'objects', name), JSON.stringify(value));
  const log = openLmdbEventLog(path.join(folder, 'log'));
  await log.ensureTopic('events', { partitions: 1 });
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  const reference = new ReferenceData(store);
  await reference.put('threatintel', 'malicious_ip', '192.0.2.5', { source: 'feed' });
  let { snapshot } = await loadConfig(configFolder);
  const geo = new MmdbGeoDatabase();
  geo.swap([writeMmdb(city)]);
  const asn = new SwappableAsnDatabase();
  asn.swap(writeMmdb(networks, { type: 'GeoLite2-ASN' }));
  const plain = (found: object | null) => (found === null ? null : { ...found });
  const management = createManagement({
    snapshot: () => snapshot,
    dataFolder: folder,
    log: () => log,
    clock,
    local: true,
    onConfigured: async () => {
      ({ snapshot } = await loadConfig(configFolder));
    },
    stream: {
      clock,
      timeZone: 'UTC',
      globalConfig: () => snapshot.global,
      geo: { get: (ip) => plain(geo.get(ip)) },
      asn: { get: (ip) => plain(asn.get(ip)) },
      enrichmentStore: reference,
    },
  });
  return {
    capabilities: management.capabilities,
    folder,
    async close() {
      management.close();
      await log.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const city = {
  '216.160.83.56/29': {
    city: { geoname_id: 5803556, names: { en: 'Milton' } },
    country: { iso_code: 'US' },
    location: { latitude: 47.2513, longitude: -122.3149, metro_code: 819 },
    postal: { code: '98354' },
  },
};

const networks = {
  '8.8.4.0/24': { autonomous_system_number: 15169, autonomous_system_organization: 'Google LLC' },
};
