/** What sudo and su say: who became whom, to run what. */
import { type EventFields, numberOr } from '../shared/event-fields.ts';

const sudoNames: Readonly<Record<string, string>> = {
  TTY: 'system.auth.sudo.tty',
  PWD: 'process.working_directory',
  USER: 'user.effective.name',
  GROUP: 'user.effective.group.name',
  HOST: 'system.auth.sudo.host',
  CHROOT: 'system.auth.sudo.chroot',
  TSID: 'system.auth.sudo.session_id',
  ENV: 'system.auth.sudo.environment',
};

/** `  alice : [why ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id`. */
export function readSudo(text: string, fields: EventFields): boolean {
  const colon = text.indexOf(' : ');
  if (colon <= 0) return false;
  const user = text.slice(0, colon).trim();
  fields.set('event.category', 'process');
  fields.set('event.type', 'start');
  fields.set('event.action', 'sudo');
  fields.setText('user.name', user);
  let problem = '';
  let at = colon + 3;
  while (at < text.length) {
    // A command may hold anything, separators too: it goes on to the end.
    if (text.startsWith('COMMAND=', at)) {
      fields.setText('process.command_line', text.slice(at + 8));
      break;
    }
    let end = text.indexOf(' ; ', at);
    if (end < 0) end = text.length;
    const equals = text.indexOf('=', at);
    const name =
      equals > 0 && equals < end && equals - at <= 8 ? sudoNames[text.slice(at, equals)] : undefined;
    if (name !== undefined) fields.setText(name, text.slice(equals + 1, end));
    else if (end > at) problem += (problem === '' ? '' : '; ') + text.slice(at, end);
    at = end + 3;
  }
  fields.set('event.outcome', problem === '' ? 'success' : 'failure');
  fields.setText('event.reason', problem);
  const attempts = attemptsAt.exec(problem);
  if (attempts !== null) fields.set('system.auth.sudo.attempts', numberOr(attempts[1]!));
  return true;
}

const attemptsAt = /^(\d{1,6}) incorrect password attempts?/;

/** The several ways of the several programs called su. */
export function readSu(text: string, fields: EventFields): boolean {
  const failed = text.startsWith('FAILED') || text.startsWith('BAD SU') || text.startsWith('- ');
  let user: string | undefined;
  let effective: string | undefined;
  let tty: string | undefined;
  const to = text.indexOf('(to ');
  const close = to < 0 ? -1 : text.indexOf(') ', to);
  const by = text.lastIndexOf(' by ');
  if (close > 0 && to <= 10) {
    effective = text.slice(to + 4, close);
    const on = text.lastIndexOf(' on ');
    user = text.slice(close + 2, on > close ? on : text.length);
    if (on > close) tty = text.slice(on + 4);
  } else if (by > 0 && (text.startsWith('Successful su for ') || text.startsWith('FAILED su for '))) {
    effective = text.slice(text.indexOf(' for ') + 5, by);
    user = text.slice(by + 4);
  } else if (text.startsWith('+ ') || text.startsWith('- ')) {
    const space = text.indexOf(' ', 2);
    const colon = text.lastIndexOf(':');
    if (space < 0 || colon < space) return false;
    tty = text.slice(2, space);
    user = text.slice(space + 1, colon);
    effective = text.slice(colon + 1);
  } else return false;
  fields.set('event.category', 'authentication');
  fields.set('event.type', 'start');
  fields.set('event.action', 'su');
  fields.set('event.outcome', failed ? 'failure' : 'success');
  fields.setText('user.name', user);
  fields.setText('user.effective.name', effective);
  fields.setText('system.auth.su.tty', tty);
  return true;
}

/** `(root) CMD (run-parts /etc/cron.hourly)`. */
export function readCron(text: string, fields: EventFields): boolean {
  if (text.charCodeAt(0) !== 0x28) return false;
  const close = text.indexOf(') ');
  if (close < 0) return false;
  const open = text.indexOf(' (', close + 2);
  const verb = text.slice(close + 2, open < 0 ? text.length : open);
  if (verb === '' || verb.length > 32) return false;
  const detail =
    open < 0 ? undefined : text.slice(open + 2, text.endsWith(')') ? text.length - 1 : text.length);
  const user = text.slice(1, close);
  if (user !== 'CRON' && user !== '*system*') fields.setText('user.name', user);
  fields.set('event.action', `cron_${verb.toLowerCase().replaceAll(' ', '_')}`);
  if (verb === 'CMD' || verb === 'CMDEND') {
    fields.set('event.category', 'process');
    fields.set('event.type', verb === 'CMD' ? 'start' : 'end');
    fields.setText('process.command_line', detail);
  } else {
    fields.set('event.category', verb.includes('EDIT') || verb === 'REPLACE' ? 'configuration' : 'process');
    if (verb.toLowerCase().includes('error') || verb.includes('FAILED'))
      fields.set('event.outcome', 'failure');
    fields.setText('event.reason', detail);
  }
  return true;
}
