/** A mail from a look-alike domain; its reader opens the page behind it and types a password in. */
import { workstationOf } from '../company.ts';
import { dnsLookup, visit } from '../protocols.ts';
import { outside, Recorder } from '../recorder.ts';
import { signatures } from '../signatures.ts';
import { incomingMail } from '../traffic/mail.ts';
import type { Story } from './story.ts';

export const phishing: Story = {
  name: 'phishing',
  begins: 1_500,
  tell(scene, start, { campaign, victim }) {
    const log = new Recorder(scene, 'phishing');
    const { phishing: bait } = campaign;
    const source = workstationOf(victim);
    const site = { host: bait.host, ip: bait.ip, contentType: 'text/html' };
    incomingMail(log, start, {
      sender: bait.sender,
      senderIp: bait.ip,
      recipient: victim,
      size: scene.random.whole(9_000, 22_000),
    });

    const clicked = start + scene.random.between(5_000, 8_000);
    dnsLookup(log, clicked, source, bait.host, 'A', [bait.ip]);
    visit(log, clicked + 90, {
      source,
      site,
      path: `/sign-in?u=${victim.login}`,
      method: 'GET',
      sent: 640,
      received: 48_200,
      elapsedMs: 610,
    });
    visit(log, clicked + 800, {
      source,
      site: { ...site, contentType: 'image/svg+xml' },
      path: '/static/logo.svg',
      method: 'GET',
      sent: 520,
      received: 6_100,
      elapsedMs: 240,
    });

    const typed = clicked + scene.random.between(9_000, 14_000);
    const posted = visit(log, typed, {
      source,
      site,
      path: '/sign-in',
      method: 'POST',
      sent: 890,
      received: 1_700,
      elapsedMs: 430,
      status: 302,
    });
    log.snort(typed + 200, signatures.formPosted, source, outside(bait.ip), posted);
    return log.sorted();
  },
};
