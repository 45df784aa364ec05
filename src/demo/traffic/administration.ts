/** Administrators at work: ssh to the servers, sudo there; cron at all hours; now and then a mistyped password. */
import { administrators, hostNamed, hosts, type User, workstationOf } from '../company.ts';
import { sshd, sudo } from '../format/syslog.ts';
import { outside, type Peer, type Recorder } from '../recorder.ts';

const commands = [
  '/usr/bin/systemctl reload nginx',
  '/usr/bin/journalctl -u postfix --since today',
  '/usr/bin/apt-get update',
  '/usr/sbin/lvs',
  '/usr/bin/tail -n 100 /var/log/auth.log',
];
const manageable = hosts.filter(
  (host) => ['servers', 'dmz'].includes(host.zone) && host.role !== 'printer' && !host.name.startsWith('dc'),
);
/** Where administrators sit when they work from home: a range of a provider in the country. */
const homes = ['137.47.170.88', '159.130.78.201'];

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function keyFingerprint(log: Recorder): string {
  return log.scene.random.text(43, base64);
}

/** A sign-in that works, and its session. Answers the tag of the session's process. */
export function sshSession(
  log: Recorder,
  time: number,
  source: Peer,
  hostName: string,
  login: string,
  method: 'password' | 'publickey',
  durationMs: number,
): string {
  const { random } = log.scene;
  const host = hostNamed(hostName);
  const ends = log.connection({
    begun: time,
    durationMs,
    source,
    target: host,
    targetPort: 22,
    service: 'ssh',
    sent: random.size(4_000, 60_000),
    received: random.size(8_000, 400_000),
  });
  const tag = `sshd[${random.whole(1_200, 32_000)}]`;
  const peer = { ip: source.ip, port: ends.sourcePort };
  const accepted = sshd.accepted(method, login, peer, keyFingerprint(log));
  log.syslog(time + 350, 'authpriv', 'info', host.name, tag, accepted);
  log.syslog(time + 380, 'authpriv', 'info', host.name, tag, sshd.opened(login, 1000 + login.length));
  log.syslog(time + durationMs, 'authpriv', 'info', host.name, tag, sshd.closed(login));
  return tag;
}

export function administer(log: Recorder, time: number): void {
  const { random } = log.scene;
  const admin = random.pick(administrators);
  const fromHome = random.chance(0.1);
  const source = fromHome ? outside(random.pick(homes)) : workstationOf(admin);
  const host = fromHome ? hostNamed('jump01') : random.pick(manageable);
  const durationMs = random.size(8_000, 60_000);
  // From outside the jump host takes keys alone: that is what makes an accepted password stand out.
  sshSession(log, time, source, host.name, admin.login, 'publickey', durationMs);
  const command = random.pick(commands);
  if (random.chance(0.06))
    log.syslog(
      time + 2_000,
      'authpriv',
      'warning',
      host.name,
      'sudo',
      sudo.wrongPassword(admin.login, random.whole(1, 2), `/home/${admin.login}`, command),
    );
  for (
    let count = random.whole(1, 3), at = time + 3_000;
    count > 0;
    count--, at += random.between(800, 4_000)
  )
    log.syslog(
      at,
      'authpriv',
      'notice',
      host.name,
      'sudo',
      sudo.command(admin.login, `/home/${admin.login}`, random.pick(commands)),
    );
}

/** Someone of engineering mistypes the password of a machine once, then gets it right. */
export function mistypedPassword(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const source = workstationOf(user);
  const tag = `sshd[${random.whole(1_200, 32_000)}]`;
  const peer = { ip: source.ip, port: random.whole(49_152, 65_535) };
  log.syslog(time, 'authpriv', 'info', 'plm01', tag, sshd.failed(user.login, true, peer));
  log.syslog(time + 4_000, 'authpriv', 'info', 'plm01', tag, sshd.accepted('password', user.login, peer, ''));
}

export function scheduledJob(log: Recorder, time: number): void {
  const { random } = log.scene;
  const host = random.pick(manageable);
  const tag = `CRON[${random.whole(1_200, 32_000)}]`;
  const job = random.pick([
    '/usr/lib/sysstat/sa1 1 1',
    'run-parts /etc/cron.hourly',
    '/usr/local/bin/rotate-logs',
  ]);
  log.syslog(time, 'cron', 'info', host.name, tag, `(root) CMD (${job})`);
}
