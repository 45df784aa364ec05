/** What the office does with its own servers: files, printing, the database behind the application. */
import { hostNamed, type User, workstationOf } from '../company.ts';
import type { Recorder } from '../recorder.ts';

export function openFiles(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const target = hostNamed(
    random.weighted(['file01', 'dc01', 'dc02'], (name) => (name === 'file01' ? 8 : 1)),
  );
  const writes = random.chance(0.3);
  log.connection({
    begun: time,
    durationMs: random.size(80, 20_000),
    source: workstationOf(user),
    target,
    targetPort: 445,
    service: 'gssapi,ntlm,smb',
    sent: writes ? random.size(4_000, 8_000_000) : random.whole(2_000, 9_000),
    received: writes ? random.whole(2_000, 9_000) : random.size(4_000, 20_000_000),
  });
}

export function print(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const sent = random.size(20_000, 4_000_000);
  const server = hostNamed('print01');
  const source = workstationOf(user);
  log.connection({
    begun: time,
    durationMs: 900,
    source,
    target: server,
    targetPort: 445,
    service: 'gssapi,ntlm,smb',
    sent,
    received: 3_000,
  });
  log.connection({
    begun: time + 1_000,
    durationMs: random.between(1_000, 9_000),
    source: server,
    target: hostNamed('printer-2f'),
    targetPort: 9100,
    sent,
    received: 200,
  });
}

export function useApplication(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const application = hostNamed(random.pick(['erp01', 'plm01', 'intranet01']));
  const ends = log.connection({
    begun: time,
    durationMs: random.size(40, 1_500),
    source: workstationOf(user),
    target: application,
    targetPort: 443,
    service: 'ssl',
    sent: random.whole(600, 4_000),
    received: random.size(2_000, 300_000),
  });
  if (application.name === 'intranet01') return;
  log.connection({
    begun: time + 8,
    durationMs: random.size(4, 400),
    source: { ...application, ip: ends.targetIp },
    target: hostNamed('db01'),
    targetPort: 5432,
    service: 'postgresql',
    sent: random.whole(300, 3_000),
    received: random.size(500, 200_000),
  });
}
