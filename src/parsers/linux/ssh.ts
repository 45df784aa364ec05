/** What sshd says: who came from where, how, and whether it was let in. */
import { setHost } from '../shared/addresses.ts';
import { type EventFields, numberOr } from '../shared/event-fields.ts';

type Reader = (text: string, from: number, fields: EventFields) => void;

/** Lines by how they begin; the first that fits is taken. */
const openings: readonly (readonly [opening: string, reader: Reader])[] = [
  ['Accepted ', (text, from, fields) => readLogin(text, from, fields, 'success', 'Accepted')],
  ['Failed ', (text, from, fields) => readLogin(text, from, fields, 'failure', 'Failed')],
  ['Postponed ', (text, from, fields) => readLogin(text, from, fields, 'unknown', 'Postponed')],
  ['Partial ', (text, from, fields) => readLogin(text, from, fields, 'unknown', 'Partial')],
  ['Invalid user ', readInvalid],
  ['Illegal user ', readInvalid],
  [
    'error: maximum authentication attempts exceeded for ',
    (text, from, fields) => {
      login(fields, 'failure', 'MaxAttempts');
      readUserFrom(text, from, fields);
    },
  ],
  [
    'error: PAM: ',
    (text, from, fields) => {
      login(fields, 'failure', 'PAM');
      const on = text.indexOf(' for ', from);
      fields.set('event.reason', text.slice(from, on < 0 ? text.length : on));
      if (on >= 0) readUserFrom(text, on + 5, fields);
    },
  ],
  [
    'User ',
    (text, from, fields) => {
      const denied = text.indexOf(' not allowed because ', from);
      if (denied < 0) return;
      login(fields, 'failure', 'Denied');
      fields.set('event.reason', text.slice(denied + 21));
      readUserFrom(text.slice(0, denied), from, fields);
    },
  ],
  ['Connection closed by ', (text, from, fields) => readEnd(text, from, fields, 'ssh_connection_closed')],
  ['Connection reset by ', (text, from, fields) => readEnd(text, from, fields, 'ssh_connection_reset')],
  ['Disconnected from ', (text, from, fields) => readEnd(text, from, fields, 'ssh_disconnected')],
  ['Disconnecting ', (text, from, fields) => readEnd(text, from, fields, 'ssh_disconnecting')],
  [
    'Received disconnect from ',
    (text, from, fields) => readEnd(text, from, fields, 'ssh_disconnect_received'),
  ],
  [
    'Connection from ',
    (text, from, fields) => {
      connection(fields, 'ssh_connection', 'start');
      const on = text.indexOf(' on ', from);
      readAddress(text, from, on < 0 ? text.length : on, fields, 'ip_src_addr', 'ip_src_port');
      if (on >= 0) readAddress(text, on + 4, text.length, fields, 'ip_dst_addr', 'ip_dst_port');
    },
  ],
  [
    'Did not receive identification string from ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_no_identification'),
  ],
  [
    'banner exchange: Connection from ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_bad_banner'),
  ],
  [
    'Bad protocol version identification ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_bad_banner'),
  ],
  [
    'Unable to negotiate with ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_negotiation_failed'),
  ],
  [
    'ssh_dispatch_run_fatal: Connection from ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_fatal'),
  ],
  [
    // Since OpenSSH 9.8: `192.0.2.1 to 198.51.100.1, pid = 4711`.
    'Timeout before authentication for connection from ',
    (text, from, fields) => {
      connection(fields, 'ssh_timeout', 'info');
      const end = readAddress(text, from, text.length, fields, 'ip_src_addr', 'ip_src_port');
      if (text.startsWith(' to ', end))
        readAddress(text, end + 4, text.length, fields, 'ip_dst_addr', 'ip_dst_port');
    },
  ],
  [
    'Timeout before authentication for ',
    (text, from, fields) => readProbe(text, from, fields, 'ssh_timeout'),
  ],
  [
    'Starting session: ',
    (text, from, fields) => {
      connection(fields, 'ssh_session', 'start');
      const on = text.indexOf(' for ', from);
      if (on >= 0) readUserFrom(text, on + 5, fields);
      fields.set('system.auth.ssh.session', text.slice(from, on < 0 ? text.length : on));
    },
  ],
  [
    'Close session: user ',
    (text, from, fields) => {
      connection(fields, 'ssh_session', 'end');
      readUserFrom(text, from, fields);
    },
  ],
  [
    'Server listening on ',
    (text, from, fields) => {
      fields.set('event.category', 'network');
      fields.set('event.action', 'ssh_listening');
      readAddress(text, from, text.length, fields, 'ip_dst_addr', 'ip_dst_port');
    },
  ],
  [
    'reverse mapping checking getaddrinfo for ',
    (text, from, fields) => {
      connection(fields, 'ssh_reverse_mapping_failed', 'info');
      const open = text.indexOf('[', from);
      if (open < 0) return;
      fields.setText('source.domain', text.slice(from, open).trimEnd());
      const close = text.indexOf(']', open);
      if (close > 0) fields.set('ip_src_addr', text.slice(open + 1, close));
    },
  ],
];

const byFirst = new Map<string, (readonly [string, Reader])[]>();
for (const entry of openings) {
  const first = entry[0].charAt(0);
  byFirst.set(first, [...(byFirst.get(first) ?? []), entry]);
}

/** Reads the text of an sshd line; says whether it is one that is known. */
export function readSsh(text: string, fields: EventFields): boolean {
  for (const [opening, reader] of byFirst.get(text.charAt(0)) ?? []) {
    if (!text.startsWith(opening)) continue;
    reader(text, opening.length, fields);
    return true;
  }
  return false;
}

function login(fields: EventFields, outcome: 'success' | 'failure' | 'unknown', event: string): void {
  fields.set('event.category', 'authentication');
  fields.set('event.type', 'start');
  fields.set('event.action', 'ssh_login');
  fields.set('event.outcome', outcome);
  fields.set('system.auth.ssh.event', event);
  fields.set('protocol', 'tcp');
}

function readInvalid(text: string, from: number, fields: EventFields): void {
  login(fields, 'failure', 'Invalid');
  fields.set('system.auth.ssh.invalid_user', true);
  readUserFrom(text, from, fields);
}

function connection(fields: EventFields, action: string, type: string): void {
  fields.set('event.category', 'network');
  fields.set('event.type', type);
  fields.set('event.action', action);
  fields.set('protocol', 'tcp');
}

/** `METHOD for [invalid user ]USER from ADDRESS port N ssh2[: KEY]`. */
function readLogin(
  text: string,
  from: number,
  fields: EventFields,
  outcome: 'success' | 'failure' | 'unknown',
  event: string,
): void {
  login(fields, outcome, event);
  const on = text.indexOf(' for ', from);
  if (on < 0) return;
  fields.set('system.auth.ssh.method', text.slice(from, on));
  const end = readUserFrom(text, on + 5, fields);
  const protocol = text.indexOf('ssh2', end);
  if (protocol < 0) return;
  const colon = text.indexOf(': ', protocol);
  if (colon > 0) fields.set('system.auth.ssh.signature', text.slice(colon + 2));
}

/**
 * `[invalid user |authenticating user ]NAME from ADDRESS[ port N]…`. A name may hold anything, ` from ` too, so the last one counts. Answers
 * where the address ended.
 */
function readUserFrom(text: string, start: number, fields: EventFields): number {
  let from = start;
  if (text.startsWith('invalid user ', from)) {
    from += 13;
    fields.set('system.auth.ssh.invalid_user', true);
  }
  const on = text.lastIndexOf(' from ');
  if (on < from) {
    fields.setText('user.name', text.slice(from));
    return text.length;
  }
  fields.setText('user.name', text.slice(from, on));
  return readAddress(text, on + 6, text.length, fields, 'ip_src_addr', 'ip_src_port');
}

/** `[[authenticating |invalid ]user NAME ]ADDRESS[ port N]: why [preauth]`. The name may hold blanks; the port comes after it. */
function readEnd(text: string, start: number, fields: EventFields, action: string): void {
  connection(fields, action, 'end');
  let from = start;
  for (const kind of ['authenticating user ', 'invalid user ', 'user '] as const) {
    if (!text.startsWith(kind, from)) continue;
    from += kind.length;
    if (kind === 'invalid user ') fields.set('system.auth.ssh.invalid_user', true);
    const port = text.indexOf(' port ', from);
    const addressAt = text.lastIndexOf(' ', (port < 0 ? text.length : port) - 1);
    if (addressAt > from) {
      fields.setText('user.name', text.slice(from, addressAt));
      from = addressAt + 1;
    }
    break;
  }
  const end = readAddress(text, from, text.length, fields, 'ip_src_addr', 'ip_src_port');
  reason(text, end, fields);
}

function readProbe(text: string, from: number, fields: EventFields, action: string): void {
  connection(fields, action, 'info');
  const on = text.startsWith("'", from) ? text.lastIndexOf(' from ') : -1;
  const end = readAddress(text, on > 0 ? on + 6 : from, text.length, fields, 'ip_src_addr', 'ip_src_port');
  reason(text, end, fields);
}

function reason(text: string, from: number, fields: EventFields): void {
  let at = from;
  while (text.charCodeAt(at) === 0x3a || text.charCodeAt(at) === 0x20) at++;
  const end = text.endsWith(' [preauth]') ? text.length - 10 : text.length;
  if (text.endsWith('[preauth]')) fields.set('system.auth.ssh.preauth', true);
  if (end > at && !text.startsWith('[preauth]', at)) fields.set('event.reason', text.slice(at, end));
}

/** `ADDRESS[ port N]` in text[from, end); answers the index behind it. */
function readAddress(
  text: string,
  from: number,
  end: number,
  fields: EventFields,
  addressName: string,
  portName: string,
): number {
  let at = from;
  while (at < end && isAddressCharacter(text.charCodeAt(at))) at++;
  // A colon at the end belongs to the sentence.
  const addressEnd = at > from && text.charCodeAt(at - 1) === 0x3a ? at - 1 : at;
  if (addressEnd === from) return from;
  const address = text.slice(from, addressEnd);
  if (address === 'UNKNOWN') return addressEnd;
  // The name of a host is written where sshd looks names up (UseDNS).
  if (addressName === 'ip_src_addr') setHost(fields, addressName, 'source.domain', address);
  else fields.set(addressName, address);
  if (!text.startsWith(' port ', addressEnd)) return addressEnd;
  const portAt = addressEnd + 6;
  let portEnd = portAt;
  while (portEnd < end && portEnd - portAt < 5 && isDigit(text.charCodeAt(portEnd))) portEnd++;
  if (portEnd > portAt) fields.set(portName, numberOr(text.slice(portAt, portEnd)));
  return portEnd;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

/** Hex digits, dots, colons, a zone behind a percent sign, and names of hosts. */
function isAddressCharacter(c: number): boolean {
  return (
    isDigit(c) ||
    (c >= 0x61 && c <= 0x7a) ||
    (c >= 0x41 && c <= 0x5a) ||
    c === 0x2e ||
    c === 0x3a ||
    c === 0x25 ||
    c === 0x2d ||
    c === 0x5f
  );
}
