/** BSD syslog lines (RFC 3164) of sshd, sudo, sshguard, postfix and cron, in the words of those programs. */
import { syslogTime } from './dates.ts';

const facilities = { mail: 2, auth: 4, cron: 9, authpriv: 10 } as const;
const severities = { error: 3, warning: 4, notice: 5, info: 6 } as const;

export function syslogLine(
  epoch: number,
  facility: keyof typeof facilities,
  severity: keyof typeof severities,
  host: string,
  tag: string,
  text: string,
): string {
  return `<${facilities[facility] * 8 + severities[severity]}>${syslogTime(epoch)} ${host} ${tag}: ${text}`;
}

export interface SshPeer {
  readonly ip: string;
  readonly port: number;
}

export const sshd = {
  failed: (user: string, known: boolean, { ip, port }: SshPeer): string =>
    `Failed password for ${known ? '' : 'invalid user '}${user} from ${ip} port ${port} ssh2`,
  accepted: (method: 'password' | 'publickey', user: string, { ip, port }: SshPeer, key: string): string =>
    `Accepted ${method} for ${user} from ${ip} port ${port} ssh2${method === 'publickey' ? `: ED25519 SHA256:${key}` : ''}`,
  invalid: (user: string, { ip, port }: SshPeer): string => `Invalid user ${user} from ${ip} port ${port}`,
  tooMany: (user: string, { ip, port }: SshPeer): string =>
    `error: maximum authentication attempts exceeded for ${user} from ${ip} port ${port} ssh2 [preauth]`,
  opened: (user: string, id: number): string =>
    `pam_unix(sshd:session): session opened for user ${user}(uid=${id}) by (uid=0)`,
  closed: (user: string): string => `pam_unix(sshd:session): session closed for user ${user}`,
};

/** sshguard watches the log of sshd and blocks who guesses. */
export const sshguard = {
  attack: (ip: string): string => `Attack from "${ip}" on service SSH with danger 10.`,
  blocking: (ip: string, attacks: number, overSeconds: number): string =>
    `Blocking "${ip}/32" for 120 secs (${attacks} attacks in ${overSeconds} secs, after 1 abuses over ${overSeconds} secs.)`,
};

export const sudo = {
  command: (login: string, directory: string, command: string): string =>
    `${login.padStart(8)} : TTY=pts/0 ; PWD=${directory} ; USER=root ; COMMAND=${command}`,
  wrongPassword: (login: string, attempts: number, directory: string, command: string): string =>
    `${login.padStart(8)} : ${attempts} incorrect password attempt${attempts === 1 ? '' : 's'} ; TTY=pts/0 ; PWD=${directory} ; USER=root ; COMMAND=${command}`,
  notAllowed: (login: string, directory: string, command: string): string =>
    `${login.padStart(8)} : user NOT in sudoers ; TTY=pts/0 ; PWD=${directory} ; USER=root ; COMMAND=${command}`,
};

export const postfix = {
  from: (queueId: string, sender: string, size: number): string =>
    `${queueId}: from=<${sender}>, size=${size}, nrcpt=1 (queue active)`,
  to: (queueId: string, recipient: string, relay: SshPeer, delaySeconds: number): string =>
    `${queueId}: to=<${recipient}>, relay=mail01.fjordlight.example[${relay.ip}]:${relay.port}, delay=${delaySeconds.toFixed(1)}, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)`,
};
