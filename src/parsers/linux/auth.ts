/**
 * The log of logins of a Linux or BSD host (auth.log, secure): syslog lines of sshd, sudo, su, cron, PAM, the tools for accounts and
 * systemd-logind. Lines of other programs keep their header and text: a log holds many, and none is lost.
 *
 * Times: by the rules of `SyslogEnvelope`; a line without a time is refused.
 */
import type { Message, ParserEnvironment } from '../parser.ts';
import { booleanSetting, type Settings } from '../settings.ts';
import { type DocumentedParser, deviceTimeZoneOption, field, syslogFields } from '../shared/documented.ts';
import { type EventFields, numberOr } from '../shared/event-fields.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import { authSamples } from './auth.samples.ts';
import { readAccount, readPam } from './pam.ts';
import { readCron, readSu, readSudo } from './privilege.ts';
import { readSsh } from './ssh.ts';

type Reader = (text: string, fields: EventFields) => boolean;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['sshd', readSsh],
  ['sshd-session', readSsh],
  ['sshd-auth', readSsh],
  ['sudo', readSudo],
  ['su', readSu],
  ['cron', readCron],
  ['CRON', readCron],
  ['crond', readCron],
  ['crontab', readCron],
  ['anacron', readCron],
  ['useradd', readAccount],
  ['usermod', readAccount],
  ['userdel', readAccount],
  ['groupadd', readAccount],
  ['groupdel', readAccount],
  ['gpasswd', readAccount],
  ['systemd-logind', readLogind],
]);

const repeated = 'message repeated ';

class LinuxAuthParser extends TimedLineFormat {
  readonly #envelope = new SyslogEnvelope();
  readonly #onlyKnown: boolean;

  constructor(settings: Settings, environment: ParserEnvironment) {
    super(settings, environment);
    this.#onlyKnown = booleanSetting(settings, 'onlyKnown', false);
  }

  protected override read(line: string): Message {
    const { fields } = this;
    const envelope = this.#envelope;
    envelope.read(line, this.zone, this.environment.now());
    if (!(envelope.timestamp >= 0))
      throw refusedLine(line, 'a syslog line', 'a time such as "Oct 11 22:14:15"');
    fields.set('timestamp', envelope.timestamp);
    envelope.describe(fields);
    let text = line.slice(envelope.textAt).trimEnd();
    fields.set('message', text);
    if (text.startsWith(repeated)) text = readRepeated(text, fields);
    const known = this.#readText(text, envelope.program ?? '');
    if (!known) {
      if (this.#onlyKnown)
        throw refusedLine(line, 'a known line of the log of logins', 'sshd, sudo, su, cron or PAM');
      fields.set('event.kind', 'event');
    }
    fields.set('original_string', line);
    return fields.build();
  }

  #readText(text: string, program: string): boolean {
    if (readPam(text, this.fields)) return true;
    const name = program.includes('/') ? program.slice(program.lastIndexOf('/') + 1) : program;
    return readers.get(name)?.(text, this.fields) ?? false;
  }
}

/** `message repeated 3 times: [ Failed password …]`. */
function readRepeated(text: string, fields: EventFields): string {
  const end = text.indexOf(' times: [ ');
  if (end < 0 || end > 32) return text;
  fields.set('event.count', numberOr(text.slice(repeated.length, end)));
  return text.slice(end + 10, text.endsWith(']') ? -1 : undefined);
}

/** `New session 12 of user alice.`, `Removed session 12.`. */
function readLogind(text: string, fields: EventFields): boolean {
  const isNew = text.startsWith('New session ');
  if (!isNew && !text.startsWith('Removed session ')) return false;
  fields.set('event.category', 'session');
  fields.set('event.type', isNew ? 'start' : 'end');
  fields.set('event.action', isNew ? 'session_opened' : 'session_closed');
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  const of = text.lastIndexOf(' of user ');
  fields.set('system.auth.session.id', text.slice(isNew ? 12 : 16, of > 0 ? of : end));
  if (of > 0) fields.set('user.name', text.slice(of + 9, end));
  return true;
}

export const linuxAuth: DocumentedParser = {
  name: 'linux-auth',
  classNames: ['LinuxAuthParser', 'sshd', 'sudo', 'su', 'cron', 'pam'],
  description: 'Logins of Linux and BSD hosts: sshd, sudo, su, cron and PAM inside syslog (auth.log, secure)',
  options: [
    deviceTimeZoneOption,
    {
      name: 'onlyKnown',
      type: 'boolean',
      default: false,
      description:
        'Refuses lines of other programs and lines that are not understood, instead of keeping their header and text.',
    },
  ],
  samples: authSamples,
  references: [
    'OpenSSH portable, auth.c (auth_log) and sshd(8): https://man.openbsd.org/sshd',
    'sudoers manual, "Event logging": https://www.sudo.ws/docs/man/sudoers.man/#EVENT_LOGGING',
    'su(1) of shadow-utils: https://man7.org/linux/man-pages/man1/su.1.html',
    'cron(8): https://man7.org/linux/man-pages/man8/cron.8.html',
    'Linux-PAM, pam_unix(8): https://man7.org/linux/man-pages/man8/pam_unix.8.html',
    'RFC 3164 (BSD syslog), RFC 5424 (syslog): https://www.rfc-editor.org/rfc/rfc5424',
  ],
  fields: [
    ...syslogFields,
    field('message', 'text', 'What the program wrote, behind the header.'),
    field('ip_src_addr', 'text', 'Where the login or connection came from.'),
    field('ip_src_port', 'number', 'Port it came from.'),
    field('ip_dst_addr', 'text', 'Own address, where sshd writes it.'),
    field('ip_dst_port', 'number', 'Own port, where sshd writes it.'),
    field('protocol', 'text', '`tcp` for lines of sshd about a connection.'),
    field(
      'event.category',
      'text',
      '`authentication`, `session`, `network`, `process`, `iam` or `configuration`.',
    ),
    field('event.type', 'text', '`start`, `end`, `info`, `creation`, `change` or `deletion`.'),
    field(
      'event.action',
      'text',
      'What happened: `ssh_login`, `sudo`, `su`, `cron_cmd`, `session_opened`, `user_added`, …',
    ),
    field('event.outcome', 'text', '`success`, `failure` or `unknown`.'),
    field('event.reason', 'text', 'Why it failed or ended, as written.'),
    field('event.count', 'number', 'How often a repeated message came.'),
    field('event.kind', 'text', '`event` on lines that only their header was read of.'),
    field('user.name', 'text', 'Who logged in, ran the command, or was changed.'),
    field('user.id', 'text', 'Number of that user.'),
    field('user.effective.name', 'text', 'Whom sudo or su made of the user.'),
    field('user.effective.group.name', 'text', 'Group that sudo ran the command as.'),
    field('user.changes.name', 'text', 'New name of a user.'),
    field('group.name', 'text', 'Group that was made, deleted or changed.'),
    field('group.id', 'text', 'Number of that group.'),
    field('source.domain', 'text', 'Name of the host it came from, where no address is written.'),
    field('process.command_line', 'text', 'Command of sudo or cron.'),
    field('process.working_directory', 'text', 'Folder that sudo was called in.'),
    field('system.auth.ssh.event', 'text', '`Accepted`, `Failed`, `Invalid`, …'),
    field('system.auth.ssh.method', 'text', '`password`, `publickey`, …'),
    field('system.auth.ssh.signature', 'text', 'Key that was shown.'),
    field('system.auth.ssh.invalid_user', 'boolean', 'The user does not exist.'),
    field('system.auth.ssh.preauth', 'boolean', 'It ended before the login.'),
    field('system.auth.ssh.session', 'text', 'What the session is: a shell, a command, a subsystem.'),
    field(
      'system.auth.sudo.*',
      'text',
      'Further values that sudo writes: `tty`, `host`, `chroot`, `session_id`, `environment`.',
    ),
    field('system.auth.sudo.attempts', 'number', 'Wrong passwords.'),
    field('system.auth.su.tty', 'text', 'Terminal of su.'),
    field(
      'system.auth.pam.*',
      'text',
      '`module`, `service` and `type` of the PAM line, who opened the session (`by`, `by_id`), and further pairs of a failure.',
    ),
    field('system.auth.account.*', 'text', 'Further pairs of a line about a new account: `home`, `shell`, …'),
    field('system.auth.session.id', 'text', 'Session of systemd-logind.'),
  ],
  configure: (config, environment) => new LinuxAuthParser(config, environment),
};
