/** What was gathered goes to a machine outside, in a few large pieces. */
import { dnsLookup, tls } from '../protocols.ts';
import { outside, Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';
import type { Story } from './story.ts';

export const exfiltration: Story = {
  name: 'data leaving',
  begins: 175_000,
  tell(scene, start, { campaign, treasure }) {
    const log = new Recorder(scene, 'data leaving');
    const { random } = scene;
    const { drop } = campaign;
    const target = outside(drop.ip);
    dnsLookup(log, start, treasure, drop.host, 'A', [drop.ip]);
    let at = start + 200;
    for (let piece = 1; piece <= 3; piece++) {
      const durationMs = random.between(12_000, 24_000);
      const ends = log.connection({
        begun: at,
        durationMs,
        source: treasure,
        target,
        targetPort: 443,
        service: 'ssl',
        sent: random.whole(700_000_000, 1_900_000_000),
        received: random.whole(300_000, 900_000),
      });
      tls(log, at, ends, {
        serverName: drop.host,
        ja3: 'c5235d3a8b9934b7fbbd204d50bc058d',
        version: 'TLSv13',
        validation: 'ok',
      });
      if (piece === 1) log.snort(at + durationMs - 500, signatures.largeUpload, treasure, target, ends);
      at += durationMs + random.between(2_000, 5_000);
    }
    return log.sorted();
  },
};
