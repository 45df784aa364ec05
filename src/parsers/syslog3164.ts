/**
 * BSD syslog (RFC 3164): `<34>Oct 11 22:14:15 host text`, with or without the priority; the time may have a year, a fraction or be in
 * RFC 3339. Fields (text): `syslog.header.pri`, `.severity`, `.facility`, `.timestamp`, `.hostName`, `syslog.message`.
 *
 * Settings besides those of syslog.ts: `splitTag` (default false, as Metron): `sshd[42]: text` is taken apart into
 * `syslog.header.appName`, `syslog.header.procId` and the message behind them.
 */
import type { Message, ParserEnvironment, ParserType } from './parser.ts';
import { booleanSetting, type Settings } from './settings.ts';
import { endOfPriority, refused, SyslogParser, setPriority, syslogOptions } from './syslog.ts';
import { endOfSyslogTime, readSyslogTime } from './timestamps.ts';

/** The tag is up to 48 characters without blanks, brackets or colons, then maybe a process id, then a colon. */
const tagged = /^([^\s[\]:]{1,48})(?:\[([^\s[\]]{1,48})\])?:\s?/;

class Syslog3164Parser extends SyslogParser {
  readonly #splitsTag: boolean;

  constructor(settings: Settings, environment: ParserEnvironment) {
    super(settings, environment);
    this.#splitsTag = booleanSetting(settings, 'splitTag', false);
  }

  protected override readLine(line: string): Message {
    const priorityEnd = endOfPriority(line);
    const timeAt = line.charCodeAt(priorityEnd) === 0x20 ? priorityEnd + 1 : priorityEnd;
    const timeEnd = endOfSyslogTime(line, timeAt);
    if (timeEnd < 0 || line.charCodeAt(timeEnd) !== 0x20)
      throw refused(line, 'a time such as "Oct 11 22:14:15" and a host');
    const hostEnd = line.indexOf(' ', timeEnd + 1);
    if (hostEnd <= timeEnd + 1) throw refused(line, 'a host and a blank behind the time');
    const timestamp = readSyslogTime(line, this.zone, this.environment.now(), timeAt, timeEnd);
    if (Number.isNaN(timestamp)) throw refused(line, 'a time that exists');
    const message: Message = {};
    if (priorityEnd > 0) setPriority(message, line, priorityEnd);
    message['syslog.header.timestamp'] = line.slice(timeAt, timeEnd);
    message['syslog.header.hostName'] = line.slice(timeEnd + 1, hostEnd);
    const text = line.slice(hostEnd + 1).trim();
    if (this.#splitsTag) splitTag(message, text);
    else message['syslog.message'] = text;
    message['timestamp'] = timestamp;
    message['original_string'] = line;
    return message;
  }
}

function splitTag(message: Message, text: string): void {
  const tag = tagged.exec(text);
  if (tag === null) {
    message['syslog.message'] = text;
    return;
  }
  message['syslog.header.appName'] = tag[1];
  if (tag[2] !== undefined) message['syslog.header.procId'] = tag[2];
  message['syslog.message'] = text.slice(tag[0].length);
}

export const syslog3164: ParserType = {
  name: 'syslog3164',
  classNames: ['org.apache.metron.parsers.syslog.Syslog3164Parser', 'Syslog3164Parser'],
  description: 'BSD syslog (RFC 3164): <34>Oct 11 22:14:15 host text',
  references: ['RFC 3164, The BSD Syslog Protocol'],
  options: [
    ...syslogOptions,
    {
      name: 'splitTag',
      type: 'boolean',
      default: false,
      description:
        'Whether `sshd[42]: text` is taken apart into `syslog.header.appName`, `syslog.header.procId` and `syslog.message`.',
    },
  ],
  samples: [
    "<34>Jan 11 22:14:15 mail01 su: 'su root' failed for ann on /dev/pts/8",
    '<38>Jan  1 09:01:01 gw01 sshd[11672]: Accepted publickey for ann from 192.0.2.55 port 50666 ssh2',
    '<13>2026-01-01T09:01:02.500+01:00 app02 billing: payment 4711 refused',
    'Jan  1 09:01:03 printer1 out of paper',
    '<86>Jan 1 09:01:04.250 ws-17 CRON[77]: pam_unix(cron:session): session opened for user root',
  ],
  configure: (config, environment) => new Syslog3164Parser(config, environment),
};
