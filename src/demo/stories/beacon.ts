/** What the click left behind calls home: small, alike, regular requests with a jitter, for the rest of the round. */
import { workstationOf } from '../company.ts';
import { dnsLookup, tls } from '../protocols.ts';
import { outside, Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';
import type { Story } from './story.ts';

const every = 18_000;
const jitter = 0.2;
const callbacks = 30;

export const beacon: Story = {
  name: 'beacon',
  begins: 26_000,
  tell(scene, start, { campaign, victim }) {
    const log = new Recorder(scene, 'beacon');
    const { random } = scene;
    const source = workstationOf(victim);
    const target = outside(campaign.control.ip);
    dnsLookup(log, start, source, campaign.control.host, 'A', [campaign.control.ip]);
    let at = start + 150;
    for (let count = 1; count <= callbacks; count++) {
      const ends = log.connection({
        begun: at,
        durationMs: random.between(180, 260),
        source,
        target,
        targetPort: 443,
        service: 'ssl',
        sent: 612 + random.whole(0, 3),
        received: 348,
      });
      tls(log, at, ends, {
        serverName: campaign.control.host,
        ja3: campaign.control.ja3,
        version: 'TLSv12',
        validation: 'self signed certificate',
      });
      if (count % 10 === 0) log.snort(at + 300, signatures.regularCallbacks, source, target, ends);
      at += every * random.between(1 - jitter, 1 + jitter);
    }
    return log.sorted();
  },
};
