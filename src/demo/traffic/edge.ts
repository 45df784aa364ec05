/** What the edge of the network sees of the internet, and what the IDS says of ordinary traffic. */
import { hostNamed, type User, workstationOf } from '../company.ts';
import { denied } from '../format/asa.ts';
import { backupProvider, customerNetworks, scanners, sites, strangeNetworks } from '../outside.ts';
import { visit } from '../protocols.ts';
import { asaEnd, outside, type Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';

/** Knocks from outside that the firewall turns away. */
export function knock(log: Recorder, time: number): void {
  const { random } = log.scene;
  const target = hostNamed(random.pick(['jump01', 'web01', 'mailgw01']));
  // Most who knock are new every time; some stand in every list.
  const ip = random.chance(0.02)
    ? random.pick(scanners)
    : `${random.pick(strangeNetworks)}.${random.whole(1, 254)}`;
  for (let count = random.whole(1, 4), at = time; count > 0; count--, at += random.between(5, 60)) {
    const port = random.pick([23, 445, 3389, 5900, 8080, 1433, 2323, 5060]);
    const from = asaEnd(outside(ip), random.whole(1_024, 65_535));
    const to = { ...asaEnd(target, port), ip: target.publicIp ?? target.ip };
    log.add(at, 'asa', denied(log.scene.epoch(at), from, to, 'outside_access_in'));
  }
}

/** Customers on the company's own web server. */
export function customer(log: Recorder, time: number): void {
  const { random } = log.scene;
  const target = hostNamed('web01');
  const source = outside(`${random.pick(customerNetworks)}.${random.whole(1, 254)}`);
  const durationMs = random.size(60, 4_000);
  const ends = log.connection({
    begun: time,
    durationMs,
    source,
    target,
    targetPort: 443,
    service: 'ssl',
    sent: random.whole(500, 3_000),
    received: random.size(4_000, 900_000),
  });
  if (random.chance(0.004)) log.snort(time + durationMs, signatures.manyPorts, source, target, ends);
}

/** What an IDS says all day and nobody minds much. */
export function idsNoise(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const source = workstationOf(user);
  const plain = sites.filter((site) => site.plain === true);
  const site = random.pick(plain);
  const ends = visit(log, time, {
    source,
    site,
    path: random.pick(site.paths),
    method: 'GET',
    sent: 420,
    received: random.size(30_000, 2_000_000),
    elapsedMs: random.size(200, 3_000),
  });
  const signature = random.chance(0.7) ? signatures.oldTls : signatures.plainDownload;
  log.snort(time + 100, signature, source, outside(site.ip), ends);
}

/** The backups go out of the house: large, and known. */
export function backup(log: Recorder, time: number): void {
  const { random } = log.scene;
  const source = hostNamed('backup01');
  for (const name of ['file01', 'db01', 'erp01', 'plm01'])
    log.connection({
      begun: time,
      durationMs: random.between(3_000, 9_000),
      source,
      target: hostNamed(name),
      targetPort: 22,
      service: 'ssh',
      sent: random.whole(40_000, 90_000),
      received: random.size(40_000_000, 300_000_000),
    });
  log.connection({
    begun: time + 10_000,
    durationMs: random.between(8_000, 20_000),
    source,
    target: outside(backupProvider.ip),
    targetPort: 443,
    service: 'ssl',
    sent: random.size(150_000_000, 400_000_000),
    received: random.whole(20_000, 60_000),
  });
}
