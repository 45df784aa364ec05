/** What PAM modules write in the name of the program that uses them, and what the tools for accounts write. */
import { setHost } from '../shared/addresses.ts';
import type { EventFields } from '../shared/event-fields.ts';
import { readPairs } from '../shared/key-values.ts';

const rules = { separator: 0, escapes: false, singleQuotes: false };
const names: Readonly<Record<string, string>> = {
  logname: 'system.auth.pam.logname',
  tty: 'system.auth.pam.tty',
  ruser: 'system.auth.pam.ruser',
  user: 'user.name',
};

/** `pam_unix(sshd:session): session opened for user alice(uid=1000) by (uid=0)`. */
export function readPam(text: string, fields: EventFields): boolean {
  if (!text.startsWith('pam_') && !text.startsWith('PAM ')) return false;
  let at = 0;
  const open = text.indexOf('(');
  const close = text.indexOf('): ');
  if (text.startsWith('pam_') && open > 0 && close > open && close < 128) {
    fields.set('system.auth.pam.module', text.slice(0, open));
    const colon = text.lastIndexOf(':', close);
    if (colon > open) {
      fields.set('system.auth.pam.service', text.slice(open + 1, colon));
      fields.set('system.auth.pam.type', text.slice(colon + 1, close));
    } else fields.set('system.auth.pam.service', text.slice(open + 1, close));
    at = close + 3;
  }
  const said = text.slice(at);
  if (said.startsWith('session opened for user ')) {
    session(fields, 'start', 'session_opened');
    readUser(said, 24, fields);
  } else if (said.startsWith('session closed for user ')) {
    session(fields, 'end', 'session_closed');
    readUser(said, 24, fields);
  } else if (said.startsWith('password changed for ')) {
    fields.set('event.category', 'iam');
    fields.set('event.type', 'change');
    fields.set('event.action', 'password_changed');
    fields.set('event.outcome', 'success');
    fields.setText('user.name', said.slice(21));
  } else {
    const failed =
      said.includes('authentication failure') ||
      said.includes('check pass; user unknown') ||
      said.includes(unidentified) ||
      said.includes('failed');
    if (failed) {
      fields.set('event.category', 'authentication');
      fields.set('event.type', 'start');
      fields.set('event.action', 'pam_authentication');
      fields.set('event.outcome', 'failure');
    } else fields.set('event.action', 'pam');
    const of = said.indexOf(unidentified);
    if (of >= 0 && said.endsWith(']')) fields.setText('user.name', said.slice(of + unidentified.length, -1));
    const semicolon = said.indexOf('; ');
    if (semicolon > 0) readFailure(said, semicolon + 2, fields);
  }
  return true;
}

/** What pam_unix says when nobody gave it a password: `auth could not identify password for [maria]`. */
const unidentified = 'could not identify password for [';

function session(fields: EventFields, type: string, action: string): void {
  fields.set('event.category', 'session');
  fields.set('event.type', type);
  fields.set('event.action', action);
}

/** `NAME[(uid=N)][ by [NAME](uid=N)]`: the user is whom the session is for; who began it (mostly root) stands beside. */
function readUser(text: string, from: number, fields: EventFields): void {
  const by = text.lastIndexOf(' by ');
  readName(text.slice(from, by > from ? by : text.length), 'user.name', 'user.id', fields);
  if (by > from) readName(text.slice(by + 4), 'system.auth.pam.by', 'system.auth.pam.by_id', fields);
}

function readName(text: string, nameField: string, idField: string, fields: EventFields): void {
  const at = text.endsWith(')') ? text.lastIndexOf('(uid=') : -1;
  fields.setText(nameField, at < 0 ? text : text.slice(0, at));
  if (at >= 0) fields.set(idField, text.slice(at + 5, -1));
}

/** `logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root`. */
function readFailure(text: string, from: number, fields: EventFields): void {
  readPairs(
    text,
    from,
    rules,
    (key, value) => {
      if (key === 'rhost') setHost(fields, 'ip_src_addr', 'source.domain', value);
      else if (Object.hasOwn(names, key)) fields.setText(names[key]!, value);
      else fields.setText(`system.auth.pam.${key}`, value);
    },
    () => undefined,
  );
}

const accountWords: readonly (readonly [opening: string, type: string, action: string])[] = [
  ['new user: ', 'creation', 'user_added'],
  ['new group: ', 'creation', 'group_added'],
  ['delete user ', 'deletion', 'user_deleted'],
  ['removed group ', 'deletion', 'group_deleted'],
  ['add ', 'change', 'group_member_added'],
  ['delete ', 'change', 'group_member_deleted'],
  ['change user ', 'change', 'user_changed'],
  ['lock user ', 'change', 'user_locked'],
  ['unlock user ', 'change', 'user_unlocked'],
];

const accountRules = { separator: 0x2c, escapes: false, singleQuotes: false };

/** `new user: name=bob, UID=1001, …`, `add 'bob' to group 'sudo'`, `delete user 'bob'`. */
export function readAccount(text: string, fields: EventFields): boolean {
  const found = accountWords.find(([opening]) => text.startsWith(opening));
  if (found === undefined) return false;
  const [opening, type, action] = found;
  fields.set('event.category', 'iam');
  fields.set('event.type', type);
  fields.set('event.action', action);
  fields.set('event.outcome', text.includes('failed') ? 'failure' : 'success');
  if (opening.startsWith('new ')) {
    readPairs(
      text,
      opening.length,
      accountRules,
      (key, value) => {
        if (key === 'name') fields.setText(opening === 'new user: ' ? 'user.name' : 'group.name', value);
        else if (key === 'UID') fields.setText('user.id', value);
        else if (key === 'GID') fields.setText('group.id', value);
        else fields.setText(`system.auth.account.${key}`, value);
      },
      () => undefined,
    );
    return true;
  }
  const first = quotedAt(text, 0);
  if (first === undefined) return true;
  fields.setText(action === 'group_deleted' ? 'group.name' : 'user.name', first.text);
  const second = quotedAt(text, first.end);
  if (second !== undefined)
    fields.setText(action === 'user_changed' ? 'user.changes.name' : 'group.name', second.text);
  return true;
}

function quotedAt(text: string, from: number): { text: string; end: number } | undefined {
  const open = text.indexOf("'", from);
  const close = open < 0 ? -1 : text.indexOf("'", open + 1);
  return close < 0 ? undefined : { text: text.slice(open + 1, close), end: close + 1 };
}
