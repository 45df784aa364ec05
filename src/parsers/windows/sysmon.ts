/**
 * Sysmon: what its events are and what their data mean.
 * Source: Microsoft Sysinternals, "Sysmon", section Events (https://learn.microsoft.com/en-us/sysinternals/downloads/sysmon).
 */
import type { EventFields } from '../shared/event-fields.ts';
import type { DataRule, DataRules, EventAction } from './data-rules.ts';
import { isSaid, toAddress, toExecutable, toField, toNumber, toPort } from './data-rules.ts';

function one(action: string, category: string, type: string): EventAction {
  return { action, category, type };
}

export const sysmonActions: ReadonlyMap<number, EventAction> = new Map([
  [1, one('process-created', 'process', 'start')],
  [2, one('file-creation-time-changed', 'file', 'change')],
  [3, one('network-connection', 'network', 'connection')],
  [4, one('sysmon-state-changed', 'process', 'change')],
  [5, one('process-terminated', 'process', 'end')],
  [6, one('driver-loaded', 'driver', 'start')],
  [7, one('image-loaded', 'library', 'start')],
  [8, one('remote-thread-created', 'process', 'change')],
  [9, one('raw-access-read', 'process', 'access')],
  [10, one('process-accessed', 'process', 'access')],
  [11, one('file-created', 'file', 'creation')],
  [12, one('registry-object-changed', 'registry', 'change')],
  [13, one('registry-value-set', 'registry', 'change')],
  [14, one('registry-object-renamed', 'registry', 'change')],
  [15, one('file-stream-created', 'file', 'creation')],
  [16, one('sysmon-config-changed', 'configuration', 'change')],
  [17, one('pipe-created', 'file', 'creation')],
  [18, one('pipe-connected', 'file', 'access')],
  [19, one('wmi-filter', 'process', 'creation')],
  [20, one('wmi-consumer', 'process', 'creation')],
  [21, one('wmi-binding', 'process', 'creation')],
  [22, one('dns-query', 'network', 'protocol')],
  [23, one('file-deleted', 'file', 'deletion')],
  [24, one('clipboard-changed', 'process', 'change')],
  [25, one('process-tampered', 'process', 'change')],
  [26, one('file-deleted', 'file', 'deletion')],
  [27, one('executable-blocked', 'file', 'denied')],
  [28, one('shredding-blocked', 'file', 'denied')],
  [29, one('executable-detected', 'file', 'creation')],
  [255, one('error', 'process', 'error')],
]);

/** `DOMAIN\name`. */
const account: DataRule = (fields, value) => {
  if (!isSaid(value)) return;
  const slash = value.indexOf('\\');
  if (slash > 0) fields.set('user.domain', value.slice(0, slash));
  fields.set('user.name', value.slice(slash + 1));
};

const hashNames = ['MD5', 'SHA1', 'SHA256', 'IMPHASH'] as const;

/** `SHA1=…,MD5=…,SHA256=…,IMPHASH=…` of a process, a library or a file. */
function hashes(prefix: string): DataRule {
  return (fields: EventFields, value: string) => {
    for (const name of hashNames) {
      const at = value.indexOf(`${name}=`);
      // The end of one name may be another's.
      if (at < 0 || (at > 0 && value.charCodeAt(at - 1) !== 0x2c)) continue;
      let end = value.indexOf(',', at);
      if (end < 0) end = value.length;
      const field = name === 'IMPHASH' ? `${prefix}.pe.imphash` : `${prefix}.hash.${name.toLowerCase()}`;
      fields.setText(field, value.slice(at + name.length + 1, end).toLowerCase());
    }
  };
}

const lowerProtocol: DataRule = (fields, value) => {
  if (isSaid(value)) fields.set('protocol', value.toLowerCase());
};

const initiated: DataRule = (fields, value) => {
  fields.set('network.direction', value === 'true' ? 'egress' : 'ingress');
};

const common: [string, DataRule][] = [
  ['Image', toExecutable('process')],
  ['ProcessId', toNumber('process.pid')],
  ['ProcessGuid', toField('process.entity_id')],
  ['CommandLine', toField('process.command_line')],
  ['CurrentDirectory', toField('process.working_directory')],
  ['ParentImage', toExecutable('process.parent')],
  ['ParentProcessId', toNumber('process.parent.pid')],
  ['ParentProcessGuid', toField('process.parent.entity_id')],
  ['ParentCommandLine', toField('process.parent.command_line')],
  ['OriginalFileName', toField('process.pe.original_file_name')],
  ['User', account],
  ['RuleName', toField('rule.name')],
  ['SourceIp', toAddress('ip_src_addr')],
  ['SourcePort', toPort('ip_src_port')],
  ['SourceHostname', toField('source.domain')],
  ['DestinationIp', toAddress('ip_dst_addr')],
  ['DestinationPort', toPort('ip_dst_port')],
  ['DestinationHostname', toField('destination.domain')],
  ['Protocol', lowerProtocol],
  ['Initiated', initiated],
  ['SourceImage', toExecutable('process')],
  ['SourceProcessId', toNumber('process.pid')],
  ['SourceProcessGUID', toField('process.entity_id')],
  ['SourceProcessGuid', toField('process.entity_id')],
  ['SourceUser', account],
  ['TargetImage', toField('process.target.executable')],
  ['TargetProcessId', toNumber('process.target.pid')],
  ['TargetFilename', toField('file.path')],
  ['PipeName', toField('file.name')],
  ['TargetObject', toField('registry.path')],
  ['Details', toField('registry.data.strings')],
  ['QueryName', toField('dns.question.name')],
  ['QueryResults', toField('dns.answers.data')],
  ['QueryStatus', toField('sysmon.dns.status')],
  ['ImageLoaded', toField('dll.path')],
];

const processRules: DataRules = new Map([...common, ['Hashes', hashes('process')]]);
const libraryRules: DataRules = new Map([...common, ['Hashes', hashes('dll')]]);
const fileRules: DataRules = new Map([...common, ['Hashes', hashes('file')], ['Hash', hashes('file')]]);

export function sysmonRules(eventId: number): DataRules {
  if (eventId === 6 || eventId === 7) return libraryRules;
  return eventId === 1 || eventId === 24 || eventId === 25 ? processRules : fileRules;
}
