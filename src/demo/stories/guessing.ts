/** Passwords are guessed at the jump host until one fits. The key-only rule has a hole: a service account. */
import { sshd, sshguard } from '../format/syslog.ts';
import { outside, Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';
import { sshSession } from '../traffic/administration.ts';
import type { Story } from './story.ts';

const attempts = 42;
const guesses = ['root', 'admin', 'oracle', 'postgres', 'test', 'ubuntu', 'git', 'backup', 'ftpuser', 'user'];

export const guessing: Story = {
  name: 'password guessing',
  begins: 50_000,
  tell(scene, start, { campaign, fallen }) {
    const log = new Recorder(scene, 'password guessing');
    const { random } = scene;
    const { ip, account } = campaign.guesser;
    const source = outside(ip);
    let at = start;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const ends = log.connection({
        begun: at,
        durationMs: random.between(600, 1_600),
        source,
        target: fallen,
        targetPort: 22,
        service: 'ssh',
        sent: random.whole(1_400, 1_900),
        received: random.whole(1_900, 2_400),
      });
      const peer = { ip, port: ends.sourcePort };
      const tag = `sshd[${random.whole(1_200, 32_000)}]`;
      const known = attempt > attempts - 8;
      const login = known ? account : random.pick(guesses);
      if (!known) log.syslog(at + 300, 'authpriv', 'info', fallen.name, tag, sshd.invalid(login, peer));
      log.syslog(at + 500, 'authpriv', 'info', fallen.name, tag, sshd.failed(login, known, peer));
      if (attempt % 14 === 0)
        log.syslog(at + 560, 'authpriv', 'error', fallen.name, tag, sshd.tooMany(login, peer));
      if (attempt === 12) {
        log.syslog(at + 600, 'auth', 'warning', fallen.name, 'sshguard[711]', sshguard.attack(ip));
        log.snort(at + 600, signatures.sshBurst, source, fallen, ends);
      }
      if (attempt === 24)
        // Only watched: the block itself is not set up on this host, which is why the guessing goes on.
        log.syslog(at + 620, 'auth', 'warning', fallen.name, 'sshguard[711]', sshguard.blocking(ip, 24, 19));
      at += random.between(500, 1_100);
    }
    sshSession(log, at + 900, source, fallen.name, account, 'password', 240_000);
    return log.sorted();
  },
};
