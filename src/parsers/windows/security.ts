/**
 * The Security log: what its events are and what their data mean.
 * Source: Microsoft, "Advanced security audit policy settings", pages of the events
 * (https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/).
 * Actions are named as Elastic's integrations name them.
 */
import { protocolOf } from '../shared/ip-protocol.ts';
import type { DataRule, DataRules, EventAction } from './data-rules.ts';
import { isSaid, toAddress, toExecutable, toField, toNumber, toPort } from './data-rules.ts';

function all(
  category: string,
  type: string,
  names: Readonly<Record<number, string>>,
): [number, EventAction][] {
  return Object.entries(names).map(([id, action]) => [Number(id), { action, category, type }]);
}

export const securityActions: ReadonlyMap<number, EventAction> = new Map([
  ...all('authentication', 'start', {
    4624: 'logged-in',
    4625: 'logon-failed',
    4648: 'logged-in-explicit',
    4672: 'logged-in-special',
    4768: 'kerberos-authentication-ticket-requested',
    4769: 'kerberos-service-ticket-requested',
    4770: 'kerberos-service-ticket-renewed',
    4771: 'kerberos-preauth-failed',
    4776: 'credential-validated',
    4778: 'session-reconnected',
    4964: 'logged-in-special',
  }),
  ...all('authentication', 'end', { 4634: 'logged-out', 4647: 'logged-out', 4779: 'session-disconnected' }),
  ...all('process', 'start', { 4688: 'created-process' }),
  ...all('process', 'end', { 4689: 'exited-process' }),
  ...all('iam', 'creation', {
    4720: 'added-user-account',
    4727: 'added-group-account',
    4731: 'added-group-account',
    4741: 'added-computer-account',
    4754: 'added-group-account',
  }),
  ...all('iam', 'deletion', {
    4726: 'deleted-user-account',
    4730: 'deleted-group-account',
    4734: 'deleted-group-account',
    4743: 'deleted-computer-account',
    4758: 'deleted-group-account',
  }),
  ...all('iam', 'change', {
    4719: 'changed-audit-config',
    4722: 'enabled-user-account',
    4723: 'changed-password',
    4724: 'reset-password',
    4725: 'disabled-user-account',
    4728: 'added-member-to-group',
    4729: 'removed-member-from-group',
    4732: 'added-member-to-group',
    4733: 'removed-member-from-group',
    4735: 'modified-group-account',
    4737: 'modified-group-account',
    4738: 'modified-user-account',
    4739: 'changed-domain-policy',
    4740: 'locked-out-user-account',
    4742: 'changed-computer-account',
    4755: 'modified-group-account',
    4756: 'added-member-to-group',
    4757: 'removed-member-from-group',
    4764: 'type-changed-group-account',
    4767: 'unlocked-user-account',
    4781: 'renamed-user-account',
  }),
  ...all('iam', 'info', { 4798: 'group-membership-enumerated', 4799: 'user-member-enumerated' }),
  ...all('configuration', 'creation', { 4697: 'service-installed', 4698: 'scheduled-task-created' }),
  ...all('configuration', 'deletion', { 4699: 'scheduled-task-deleted' }),
  ...all('configuration', 'change', {
    4657: 'registry-value-modified',
    4700: 'scheduled-task-enabled',
    4701: 'scheduled-task-disabled',
    4702: 'scheduled-task-updated',
  }),
  ...all('file', 'access', {
    4656: 'object-handle-requested',
    4663: 'object-accessed',
    5140: 'network-share-accessed',
    5145: 'network-share-object-accessed',
  }),
  ...all('file', 'deletion', { 4660: 'object-deleted' }),
  ...all('network', 'connection', {
    5152: 'packet-blocked',
    5156: 'connection-permitted',
    5157: 'connection-blocked',
    5158: 'bind-permitted',
    5159: 'bind-blocked',
  }),
]);

/** Events whose user is the one that logs in; in others it is the one that acts. */
const aboutTarget = new Set([4624, 4625, 4634, 4647, 4768, 4769, 4770, 4771, 4776]);

/** Events whose target is a group. */
const aboutGroup = new Set([
  4727, 4728, 4729, 4730, 4731, 4732, 4733, 4734, 4735, 4737, 4754, 4755, 4756, 4757, 4758, 4764, 4799,
]);

const logonTypes: Readonly<Record<string, string>> = {
  0: 'System',
  2: 'Interactive',
  3: 'Network',
  4: 'Batch',
  5: 'Service',
  7: 'Unlock',
  8: 'NetworkCleartext',
  9: 'NewCredentials',
  10: 'RemoteInteractive',
  11: 'CachedInteractive',
  12: 'CachedRemoteInteractive',
  13: 'CachedUnlock',
};

const logonType: DataRule = (fields, value) => {
  if (Object.hasOwn(logonTypes, value)) fields.set('winlog.logon.type', logonTypes[value]);
};

const protocol: DataRule = (fields, value) => {
  if (isSaid(value)) fields.set('protocol', protocolOf(value));
};

/** Why a logon failed (pages of 4625 and 4776, "Status\\Sub-Status Code"). */
const failures: Readonly<Record<string, string>> = {
  '0xc000005e': 'no logon server available',
  '0xc0000064': 'unknown user name',
  '0xc000006a': 'wrong password',
  '0xc000006d': 'wrong user name or authentication information',
  '0xc000006e': 'account restriction',
  '0xc000006f': 'outside of authorized hours',
  '0xc0000070': 'unauthorized workstation',
  '0xc0000071': 'password expired',
  '0xc0000072': 'account disabled',
  '0xc00000dc': 'SAM server in the wrong state',
  '0xc0000133': 'clocks out of step',
  '0xc000015b': 'logon type not granted',
  '0xc000018c': 'trust relationship failed',
  '0xc0000192': 'Netlogon not started',
  '0xc0000193': 'account expired',
  '0xc0000224': 'password must be changed',
  '0xc0000234': 'account locked',
  '0xc0000371': 'no secret for the account in the local store',
  '0xc0000413': 'authentication firewall',
};

/** The sub-status, which comes behind the status, says more. */
const failure: DataRule = (fields, value) => {
  const code = value.toLowerCase();
  if (Object.hasOwn(failures, code)) fields.set('event.reason', failures[code]);
};

/** Where a connection that the filtering platform saw came from: the page of 5156 calls the own end the source, also of one that came in. */
const direction: DataRule = (fields, value) => {
  if (value === '%%14592') fields.set('network.direction', 'ingress');
  else if (value === '%%14593') fields.set('network.direction', 'egress');
};

function endOf(outgoing: DataRule, incoming: DataRule): DataRule {
  return (fields, value) =>
    (fields.get('network.direction') === 'ingress' ? incoming : outgoing)(fields, value);
}

/** A file, or a key of the registry: the kind of the object stands before its name. */
const objectName: DataRule = (fields, value) => {
  if (!isSaid(value)) return;
  const isKey = fields.get('winlog.event_data.ObjectType') === 'Key' || value.startsWith('\\REGISTRY\\');
  fields.set(isKey ? 'registry.path' : 'file.path', value);
};

const common: [string, DataRule][] = [
  ['IpAddress', toAddress('ip_src_addr')],
  ['ClientAddress', toAddress('ip_src_addr')],
  ['IpPort', toPort('ip_src_port')],
  ['LogonType', logonType],
  ['WorkstationName', toField('source.domain')],
  ['Workstation', toField('source.domain')],
  ['ShareName', toField('winlog.share.name')],
  ['ObjectName', objectName],
  ['TargetServerName', toField('destination.domain')],
  ['ServiceFileName', toField('service.executable')],
];

const target: [string, DataRule][] = [
  ['TargetUserName', toField('user.name')],
  ['TargetDomainName', toField('user.domain')],
  ['TargetUserSid', toField('user.id')],
  ['TargetSid', toField('user.id')],
  ['TargetLogonId', toField('winlog.logon.id')],
];

const subject: [string, DataRule][] = [
  ['SubjectUserName', toField('user.name')],
  ['SubjectDomainName', toField('user.domain')],
  ['SubjectUserSid', toField('user.id')],
  ['SubjectLogonId', toField('winlog.logon.id')],
];

const actor: [string, DataRule][] = [
  ...subject,
  ['TargetUserName', toField('user.target.name')],
  ['TargetDomainName', toField('user.target.domain')],
  ['TargetSid', toField('user.target.id')],
];

const loginRules: DataRules = new Map([
  ...common,
  ...target,
  ['Status', failure],
  ['SubStatus', failure],
  ['ProcessName', toExecutable('process')],
  ['ProcessId', toNumber('process.pid')],
]);
const actorRules: DataRules = new Map([
  ...common,
  ...actor,
  ['ProcessName', toExecutable('process')],
  ['ProcessId', toNumber('process.pid')],
]);
/** 4740: the computer that the account was locked out from stands where other events have a domain. */
const lockoutRules: DataRules = new Map([
  ...common,
  ['TargetUserName', toField('user.name')],
  ['TargetSid', toField('user.id')],
  ['TargetDomainName', toField('source.domain')],
  ['SubjectLogonId', toField('winlog.logon.id')],
]);
/** 4657: a value of the registry was changed. */
const registryRules: DataRules = new Map([
  ...actorRules,
  ['ObjectName', toField('registry.path')],
  ['ObjectValueName', toField('registry.value')],
  ['NewValue', toField('registry.data.strings')],
]);
/** 4697: a service was installed. */
const installRules: DataRules = new Map([...actorRules, ['ServiceName', toField('service.name')]]);

/** A member is written as a distinguished name (`CN=Maria,OU=…`), whose first part is taken. */
const member: DataRule = (fields, value) => {
  if (isSaid(value)) fields.set('user.target.name', commonName.exec(value)?.[1] ?? value);
};
const commonName = /^CN=((?:[^,\\]|\\.){1,256})/i;

const groupRules: DataRules = new Map([
  ...common,
  ...subject,
  ['TargetUserName', toField('group.name')],
  ['TargetDomainName', toField('group.domain')],
  ['TargetSid', toField('group.id')],
  ['MemberName', member],
  ['MemberSid', toField('user.target.id')],
]);
/** 4778 and 4779: of a session over the network. */
const sessionRules: DataRules = new Map([
  ...common,
  ['AccountName', toField('user.name')],
  ['AccountDomain', toField('user.domain')],
  ['LogonID', toField('winlog.logon.id')],
  ['ClientName', toField('source.domain')],
]);
const creationRules: DataRules = new Map([
  ...common,
  ...actor,
  ['NewProcessName', toExecutable('process')],
  ['NewProcessId', toNumber('process.pid')],
  ['CommandLine', toField('process.command_line')],
  ['ParentProcessName', toExecutable('process.parent')],
  ['ProcessId', toNumber('process.parent.pid')],
]);
const filterRules: DataRules = new Map([
  ['Application', toExecutable('process')],
  ['ProcessID', toNumber('process.pid')],
  ['ProcessId', toNumber('process.pid')],
  ['Direction', direction],
  ['SourceAddress', endOf(toAddress('ip_src_addr'), toAddress('ip_dst_addr'))],
  ['SourcePort', endOf(toPort('ip_src_port'), toPort('ip_dst_port'))],
  ['DestAddress', endOf(toAddress('ip_dst_addr'), toAddress('ip_src_addr'))],
  ['DestPort', endOf(toPort('ip_dst_port'), toPort('ip_src_port'))],
  ['Protocol', protocol],
]);

export function securityRules(eventId: number): DataRules {
  if (eventId === 4688) return creationRules;
  if (eventId === 4697) return installRules;
  if (eventId === 4740) return lockoutRules;
  if (eventId === 4657) return registryRules;
  if (eventId === 4778 || eventId === 4779) return sessionRules;
  if (aboutGroup.has(eventId)) return groupRules;
  if (eventId >= 5150 && eventId <= 5159) return filterRules;
  return aboutTarget.has(eventId) ? loginRules : actorRules;
}
