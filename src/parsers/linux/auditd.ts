/**
 * Linux audit (auditd's audit.log, audisp's syslog): lines of one event are one message, whatever order they come in within a record. That a record
 * holds all lines of an event is for framing to see to (audit-framing.ts); over syslog each line is a record, and a message of its own.
 *
 * All pairs are kept under `auditd.<type>.<key>` (`auditd.syscall.exit`); of several lines of one type (`PATH`) each key has the list of its values.
 * Names in capitals are what auditd added (`log_format = ENRICHED`). Texts that audit writes in hex are decoded, arguments of a program joined.
 */
import { excerpt, ParseError } from '../errors.ts';
import { javaZone } from '../java-zone.ts';
import { LineRefusals } from '../line-records.ts';
import type { Message, Parser, ParserEnvironment, ParseSink } from '../parser.ts';
import { type Settings, textSetting } from '../settings.ts';
import { type DocumentedParser, deviceTimeZoneOption, field } from '../shared/documented.ts';
import { EventFields, numberOr } from '../shared/event-fields.ts';
import { protocolOf } from '../shared/ip-protocol.ts';
import { readPairs } from '../shared/key-values.ts';
import { SyslogEnvelope } from '../shared/syslog-envelope.ts';
import type { TimeZone } from '../time-zone.ts';
import { filePath, TypeNames, userName } from './audit-names.ts';
import { architectureName, callCategory, systemCallName, typeCategory } from './audit-tables.ts';
import { Arguments, decodedHex, readSocketAddress } from './audit-values.ts';
import { auditdSamples } from './auditd.samples.ts';

const rules = { separator: 0, escapes: false, singleQuotes: true };

interface AuditLine {
  readonly line: string;
  readonly type: string;
  readonly id: string;
  /** Where its pairs begin. */
  readonly textAt: number;
  readonly node: string | undefined;
}

/** Records whose `saddr` and `daddr` are addresses of a packet. */
const packets = new Set(['NETFILTER_PKT', 'AVC', 'SELINUX_ERR', 'MAC_IPSEC_EVENT']);
/** Records whose `id` is that of the account that was changed. */
const aboutAccounts = /^(?:ADD_USER|DEL_USER|USER_MGMT|USER_CHAUTHTOK|ACCT_LOCK|ACCT_UNLOCK)$/;

const callers = new Set(['accept', 'accept4', 'recvfrom', 'recvmsg']);

class AuditdParser implements Parser {
  readonly #fields = new EventFields();
  readonly #arguments = new Arguments();
  readonly #envelope = new SyslogEnvelope();
  readonly #names = new Map<string, TypeNames>();
  readonly #environment: ParserEnvironment;
  readonly #zone: TimeZone;
  #arch = '';
  #call = '';
  /** Name of the system call that auditd added. */
  #enrichedCall: string | undefined;
  #outcome: string | undefined;
  #address = '';

  constructor(settings: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    this.#zone = javaZone(textSetting(settings, 'deviceTimeZone', environment.timeZone));
  }

  parse(text: string, sink: ParseSink): void {
    const refusals = new LineRefusals(sink);
    let events: Map<string, AuditLine[]> | undefined;
    let only: AuditLine | undefined;
    let start = 0;
    while (start <= text.length) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const stop = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      const line = start === 0 && stop === text.length ? text : text.slice(start, stop);
      const at = start;
      start = end + 1;
      if (line.trim() === '') {
        if (at < text.length || text === '') sink.skip(line, 'blank');
        continue;
      }
      const read = readHead(line, this.#envelope, this.#zone, this.#environment.now());
      if (read === undefined) {
        if (refusals.refuse(line, refusal(line))) continue;
        refusals.refuseRest(text.slice(start));
        break;
      }
      if (only === undefined && events === undefined && start > text.length) only = read;
      else {
        events ??= new Map();
        const event = events.get(read.id);
        if (event === undefined) events.set(read.id, [read]);
        else event.push(read);
      }
    }
    if (only !== undefined) this.#emit([only], sink);
    if (events !== undefined) for (const lines of events.values()) this.#emit(lines, sink);
  }

  #emit(lines: readonly AuditLine[], sink: ParseSink): void {
    // The mark that an event has ended says nothing by itself, and may come after its event was cut.
    if (lines.every(({ type }) => type === 'EOE')) {
      for (const { line } of lines) sink.skip(line, 'end-of-event');
      return;
    }
    sink.emit(this.#message(lines));
  }

  #message(lines: readonly AuditLine[]): Message {
    const fields = this.#fields;
    const first = lines[0]!;
    fields.clear();
    this.#arguments.clear();
    this.#arch = this.#call = this.#address = '';
    this.#outcome = this.#enrichedCall = undefined;
    const colon = first.id.lastIndexOf(':');
    fields.set('timestamp', Math.floor(Number(first.id.slice(0, colon)) * 1000 + 0.0005));
    fields.set('auditd.sequence', numberOr(first.id.slice(colon + 1)));
    fields.setText('host.hostname', first.node);
    const types = lines.length === 1 ? first.type : lines.map(({ type }) => type);
    fields.set('auditd.record_types', typeof types === 'string' ? [types] : types);
    for (const line of lines) this.#readLine(line);
    this.#finish(first.type);
    fields.set('original_string', lines.length === 1 ? first.line : lines.map(({ line }) => line).join('\n'));
    return fields.build();
  }

  #finish(firstType: string): void {
    const fields = this.#fields;
    if (!this.#arguments.empty) {
      const args = this.#arguments.take();
      fields.set('process.args', args);
      fields.set('process.command_line', args.join(' '));
    }
    const call =
      this.#call === '' ? undefined : (this.#enrichedCall ?? systemCallName(this.#arch, this.#call));
    if (typeof call === 'string') fields.set('auditd.syscall.name', call);
    const arch = architectureName(this.#arch);
    if (arch !== undefined) fields.set('host.architecture', arch);
    fields.set('event.action', typeof call === 'string' ? call : firstType.toLowerCase());
    const category = (typeof call === 'string' ? callCategory(call) : undefined) ?? typeCategory(firstType);
    if (category !== undefined) fields.set('event.category', category);
    fields.setText('event.outcome', this.#outcome);
    this.#setAddress(typeof call === 'string' && callers.has(call));
  }

  #setAddress(isSource: boolean): void {
    if (this.#address === '') return;
    const socket = readSocketAddress(this.#address);
    if (socket === undefined) return;
    const fields = this.#fields;
    fields.set('auditd.socket.family', socket.family);
    fields.setText('auditd.socket.path', socket.path);
    if (socket.address !== undefined) fields.set(isSource ? 'ip_src_addr' : 'ip_dst_addr', socket.address);
    if (socket.port !== undefined) fields.set(isSource ? 'ip_src_port' : 'ip_dst_port', socket.port);
  }

  #readLine(line: AuditLine): void {
    const names = this.#namesOf(line.type);
    let words = '';
    readPairs(
      line.line,
      line.textAt,
      rules,
      (key, value, quoted) => this.#readPair(line.type, names, key, value, quoted),
      (word) => {
        // Enriched addresses stand in braces: SADDR={ saddr_fam=inet … }.
        if (word !== '}' || line.type !== 'SOCKADDR') words += words === '' ? word : ` ${word}`;
      },
    );
    if (words === '') return;
    this.#fields.appendEntry(names.names.entry('text'), words);
    if (words.includes('denied')) this.#outcome ??= 'failure';
    else if (words.includes('granted')) this.#outcome ??= 'success';
  }

  #readPair(type: string, names: TypeNames, key: string, raw: string, quoted: boolean): void {
    if (key === 'msg' && quoted) {
      readPairs(
        raw,
        0,
        rules,
        (innerKey, value, innerQuoted) => this.#readPair(type, names, innerKey, value, innerQuoted),
        (word) => this.#fields.append(names.names.of('text'), word),
      );
      return;
    }
    if (raw === '{') return;
    const fields = this.#fields;
    const info = names.key(key);
    const value = info.hex && !quoted ? decodedHex(raw) : raw;
    if (info.isArgument) {
      this.#arguments.add(key, value);
      return;
    }
    if (key === 'proctitle') {
      const title = value.replaceAll('\0', ' ');
      fields.appendEntry(info.entry, title);
      fields.set('process.title', title);
      return;
    }
    const kept = quoted || info.isText ? value : numberOr(value);
    fields.appendEntry(info.entry, kept);
    if (value === '(none)' || value === '?' || value === '' || value === '(null)') return;
    if (info.standard !== undefined) {
      fields.setOnce(info.standard, info.isId || quoted ? value : kept);
      return;
    }
    this.#readSpecial(type, key, value);
  }

  #readSpecial(type: string, key: string, value: string): void {
    const fields = this.#fields;
    switch (key) {
      case 'success':
        this.#outcome = value === 'yes' ? 'success' : 'failure';
        break;
      case 'res':
      case 'result':
        this.#outcome = value === 'success' || value === '1' || value === 'yes' ? 'success' : 'failure';
        break;
      case 'seresult':
        this.#outcome ??= value === 'denied' ? 'failure' : 'success';
        break;
      case 'arch':
        this.#arch = value;
        break;
      case 'SYSCALL':
        if (type === 'SYSCALL') this.#enrichedCall = value;
        break;
      case 'syscall':
        this.#call = value;
        break;
      case 'key':
        fields.set('rule.name', value.includes('\x01') ? value.split('\x01') : value);
        break;
      case 'acct':
      case 'user':
        // It holds, whatever name was or will be added for a number.
        fields.setOnce(userName, value);
        fields.set('user.name', value);
        break;
      case 'addr':
        fields.set('ip_src_addr', value);
        break;
      case 'id':
        if (aboutAccounts.test(type)) fields.set('user.target.id', value);
        break;
      case 'daddr':
        fields.set('ip_dst_addr', value);
        break;
      case 'proto':
        if (type === 'NETFILTER_PKT') fields.set('protocol', protocolOf(value));
        break;
      case 'laddr':
      case 'lport':
      case 'rport':
        if (type === 'CRYPTO_SESSION' || type === 'CRYPTO_KEY_USER') this.#readSession(key, value);
        break;
      case 'src':
      case 'sport':
        if (packets.has(type)) fields.set('ip_src_port', numberOr(value));
        break;
      case 'dest':
      case 'dport':
        if (packets.has(type)) fields.set('ip_dst_port', numberOr(value));
        break;
      case 'hostname':
        fields.set('source.domain', value);
        break;
      case 'saddr':
        // Of a packet it is an address, of a call the structure that was handed in.
        if (packets.has(type)) fields.set('ip_src_addr', value);
        else this.#address = value;
        break;
      case 'cmd':
        fields.set('process.command_line', value);
        break;
      case 'name':
        if (type === 'PATH') fields.appendEntry(filePath, value);
        break;
      case 'unit':
        fields.set('service.name', value);
        break;
      default:
    }
  }

  /** Both ends of a session of sshd: `laddr` and `lport` are its own, `addr` and `rport` the client's. */
  #readSession(key: string, value: string): void {
    if (key === 'laddr') this.#fields.set('ip_dst_addr', value);
    else this.#fields.set(key === 'lport' ? 'ip_dst_port' : 'ip_src_port', numberOr(value));
  }

  #namesOf(type: string): TypeNames {
    let names = this.#names.get(type);
    if (names === undefined) {
      names = new TypeNames(type);
      if (this.#names.size < 256) this.#names.set(type, names);
    }
    return names;
  }
}

const head =
  /(?:^|\s)(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,40}) (?:msg=)?audit\((\d{1,12}(?:\.\d{1,9})?:\d{1,20})\):\s?/;

/** `[syslog header][node=HOST ]type=TYPE msg=audit(TIME:SERIAL): `. */
function readHead(
  line: string,
  envelope: SyslogEnvelope,
  zone: TimeZone,
  now: number,
): AuditLine | undefined {
  const found = head.exec(line.length > 600 ? line.slice(0, 600) : line);
  if (found === null) return undefined;
  let node = found[1];
  if (node === undefined && found.index > 0) {
    envelope.read(line, zone, now);
    node = envelope.host;
  }
  return { line, type: found[2]!, id: found[3]!, textAt: found.index + found[0].length, node };
}

function refusal(line: string): ParseError {
  return new ParseError(`No line of Linux audit: expected type=… msg=audit(TIME:SERIAL): ${excerpt(line)}`);
}

export const auditd: DocumentedParser = {
  name: 'auditd',
  classNames: ['AuditdParser', 'linux-audit'],
  description:
    'Linux audit: the lines of an event joined by their id, plain or enriched, from audit.log or over syslog',
  options: [
    {
      ...deviceTimeZoneOption,
      description: `${deviceTimeZoneOption.description} Only for a syslog header; audit itself writes seconds since 1970.`,
    },
  ],
  samples: auditdSamples,
  references: [
    'Linux Audit, "Audit event fields" and "Record types": https://github.com/linux-audit/audit-documentation/tree/main/specs',
    'Linux Audit, auparse, typetab.h (which fields are escaped): https://github.com/linux-audit/audit-userspace/blob/master/auparse/typetab.h',
    'auditd.conf(5), log_format: https://man7.org/linux/man-pages/man5/auditd.conf.5.html',
    'Red Hat, "Understanding Audit log files": https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/security_hardening/auditing-the-system_security-hardening',
  ],
  fields: [
    field('auditd.sequence', 'number', 'Serial number of the event.'),
    field('auditd.record_types', 'list', 'Types of its lines, in order.'),
    field(
      'auditd.*',
      'any',
      'All pairs: `auditd.<type>.<key>`; lists where the type came more than once; `text` is what stands outside of pairs.',
    ),
    field('auditd.syscall.name', 'text', 'Name of the system call (x86-64 and arm64, or as enriched).'),
    field('auditd.socket.family', 'text', '`ipv4`, `ipv6`, `unix`, `netlink` or a number.'),
    field(
      'event.action',
      'text',
      'Name of the system call, or the first line’s type in lower case (`user_login`).',
    ),
    field(
      'event.category',
      'text',
      '`process`, `file`, `network`, `authentication`, `session`, `iam`, `configuration`, …',
    ),
    field('event.outcome', 'text', '`success` or `failure`.'),
    field(
      'ip_src_addr',
      'text',
      '`addr` of a user event, the peer of an accepted connection, or `saddr` of a packet.',
    ),
    field('ip_src_port', 'number', 'Port of that peer; `rport` of a session, `sport` or `src` of a packet.'),
    field('ip_dst_addr', 'text', 'Address of the socket call; `laddr` of a session, `daddr` of a packet.'),
    field(
      'ip_dst_port',
      'number',
      'Port of the socket call; `lport` of a session, `dport` or `dest` of a packet.',
    ),
    field('protocol', 'text', '`proto` of a packet.'),
    field('user.target.id', 'text', '`id` of an account that was added, changed or deleted.'),
    field('source.domain', 'text', '`hostname` of a user event.'),
    field('user.name', 'text', '`acct`, or the name that auditd added.'),
    field('user.id', 'text', '`uid`.'),
    field('user.audit.id', 'text', '`auid`: who logged in at first.'),
    field('user.audit.name', 'text', 'Name of that user, where enriched.'),
    field('user.effective.id', 'text', '`euid`.'),
    field('user.effective.name', 'text', 'Name of that user, where enriched.'),
    field('group.id', 'text', '`gid`.'),
    field('group.name', 'text', 'Name of that group, where enriched.'),
    field('process.pid', 'number', '`pid`.'),
    field('process.parent.pid', 'number', '`ppid`.'),
    field('process.name', 'text', '`comm`.'),
    field('process.executable', 'text', '`exe`.'),
    field('process.title', 'text', '`proctitle`, its parts joined with blanks.'),
    field('process.args', 'list', 'Arguments of `EXECVE`.'),
    field('process.command_line', 'text', 'The arguments joined, or `cmd`.'),
    field('process.working_directory', 'text', '`cwd`.'),
    field('file.path', 'any', '`name` of `PATH`; a list when there are several.'),
    field('service.name', 'text', '`unit` of a service event.'),
    field('rule.name', 'any', 'Key of the audit rule.'),
    field('host.hostname', 'text', '`node`, or the host of the syslog header.'),
    field('host.architecture', 'text', 'By `arch`.'),
  ],
  configure: (config, environment) => new AuditdParser(config, environment),
};
