import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadAsn, loadGeo, MmdbGeoDatabase, SwappableAsnDatabase } from '../enrichments/index.ts';
import {
  backupProvider,
  campaigns,
  customerNetworks,
  mailPartners,
  scanners,
  sites,
  strangeNetworks,
} from './outside.ts';

it('takes addresses that have a place and that nobody announces: no real machine is meant', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-demo-'));
  try {
    const geo = new MmdbGeoDatabase();
    geo.swap(await loadGeo(null, ['v4']));
    const asn = new SwappableAsnDatabase();
    asn.swap((await loadAsn(null, folder))!);
    const addresses = [
      ...sites.map((site) => site.ip),
      ...mailPartners.map((partner) => partner.ip),
      ...scanners,
      ...campaigns.flatMap(({ phishing, control, guesser, drop }) => [
        phishing.ip,
        control.ip,
        guesser.ip,
        drop.ip,
      ]),
      ...[...customerNetworks, ...strangeNetworks].flatMap((network) => [`${network}.1`, `${network}.254`]),
      backupProvider.ip,
    ];
    expect(addresses.filter((ip) => asn.get(ip) !== null)).toEqual([]);
    expect(addresses.filter((ip) => !geo.get(ip)?.country)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
