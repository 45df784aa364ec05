/** Mail that comes in through the gateway, from partners and strangers. */
import { domain, hostNamed, type User } from '../company.ts';
import { postfix } from '../format/syslog.ts';
import { mailPartners } from '../outside.ts';
import { outside, type Recorder } from '../recorder.ts';

export interface IncomingMail {
  readonly sender: string;
  readonly senderIp: string;
  readonly recipient: User;
  readonly size: number;
}

/** From the sender's server to the gateway, and from there to the mailbox. */
export function incomingMail(log: Recorder, time: number, mail: IncomingMail): void {
  const { random } = log.scene;
  const gateway = hostNamed('mailgw01');
  const server = hostNamed('mail01');
  log.connection({
    begun: time,
    durationMs: 300,
    source: outside(mail.senderIp),
    target: gateway,
    targetPort: 25,
    service: 'smtp',
    sent: mail.size + 400,
    received: 420,
  });
  const queueId = random.hex(10).toUpperCase();
  const process = random.whole(900, 9_000);
  log.syslog(
    time + 250,
    'mail',
    'info',
    gateway.name,
    `postfix/qmgr[${process}]`,
    postfix.from(queueId, mail.sender, mail.size),
  );
  const relay = log.connection({
    begun: time + 300,
    durationMs: 150,
    source: gateway,
    target: server,
    targetPort: 25,
    service: 'smtp',
    sent: mail.size + 600,
    received: 400,
  });
  log.syslog(
    time + 480,
    'mail',
    'info',
    gateway.name,
    `postfix/smtp[${process + 7}]`,
    postfix.to(
      queueId,
      `${mail.recipient.login}@${domain}`,
      { ip: server.ip, port: relay.targetPort },
      random.between(0.2, 1.4),
    ),
  );
}

export function mail(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const partner = random.pick(mailPartners);
  const sender = `${random.pick(['kontakt', 'invoice', 'orders', 'k.olsen', 'a.meyer'])}@${partner.domain}`;
  incomingMail(log, time, {
    sender,
    senderIp: partner.ip,
    recipient: user,
    size: random.size(2_000, 3_000_000),
  });
}
