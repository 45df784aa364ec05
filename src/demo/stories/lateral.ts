/** From the fallen host to servers that it never spoke to before: ssh, file shares, remote desktop. */
import { type Host, hostNamed } from '../company.ts';
import { sudo } from '../format/syslog.ts';
import { Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';
import { sshSession } from '../traffic/administration.ts';
import type { Story } from './story.ts';

const shares: readonly string[] = ['file01', 'dc01', 'backup01'];
const desktops: readonly string[] = ['erp01', 'dc02'];

export const lateral: Story = {
  name: 'lateral movement',
  begins: 105_000,
  tell(scene, start, { campaign, fallen, treasure }) {
    const log = new Recorder(scene, 'lateral movement');
    const { random } = scene;
    const { account } = campaign.guesser;
    let at = start;
    for (const name of shares) {
      const target = hostNamed(name);
      openShare(log, at, fallen, target);
      at += random.between(4_000, 9_000);
    }
    for (const name of desktops) {
      log.connection({
        begun: at,
        durationMs: random.between(6_000, 14_000),
        source: fallen,
        target: hostNamed(name),
        targetPort: 3389,
        service: 'rdp',
        sent: random.whole(90_000, 300_000),
        received: random.whole(700_000, 2_400_000),
      });
      at += random.between(5_000, 9_000);
    }
    sshSession(log, at, fallen, treasure.name, account, 'password', 150_000);
    const dump = '/usr/bin/tar czf /var/tmp/.cache.tgz /srv';
    log.syslog(at + 6_000, 'authpriv', 'warning', treasure.name, 'sudo', sudo.notAllowed(account, '/', dump));
    return log.sorted();
  },
};

function openShare(log: Recorder, at: number, source: Host, target: Host): void {
  const { random } = log.scene;
  const durationMs = random.between(1_500, 6_000);
  const ends = log.connection({
    begun: at,
    durationMs,
    source,
    target,
    targetPort: 445,
    service: 'gssapi,ntlm,smb',
    sent: random.whole(8_000, 30_000),
    received: random.size(20_000, 4_000_000),
  });
  log.snort(at + 700, signatures.adminShare, source, target, ends);
}
