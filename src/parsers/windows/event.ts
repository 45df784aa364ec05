/** One Windows event while it is read, whatever it was written in, and what follows from its data. */
import { type EventFields, PrefixedNames } from '../shared/event-fields.ts';
import { type DataRules, type EventAction, toField } from './data-rules.ts';
import { securityActions, securityRules } from './security.ts';
import { sysmonActions, sysmonRules } from './sysmon.ts';

export const sysmonProvider = 'Microsoft-Windows-Sysmon';
const serviceControl = 'Service Control Manager';
const securityProvider = 'Microsoft-Windows-Security-Auditing';
const auditSuccess = 0x20_0000n;
const auditFailure = 0x10_0000n;

/** System log: `7045` a service was installed; `104` a log was cleared. */
const otherActions: ReadonlyMap<string, EventAction> = new Map([
  [`${serviceControl}/7045`, { action: 'service-installed', category: 'configuration', type: 'creation' }],
  ['Microsoft-Windows-Eventlog/1102', { action: 'audit-log-cleared', category: 'iam', type: 'deletion' }],
  ['Microsoft-Windows-Eventlog/104', { action: 'log-cleared', category: 'configuration', type: 'deletion' }],
  ['Microsoft-Windows-PowerShell/4104', { action: 'script-block', category: 'process', type: 'info' }],
]);

/** 7045: which service, and what it runs. */
const serviceRules: DataRules = new Map([
  ['ServiceName', toField('service.name')],
  ['ImagePath', toField('service.executable')],
]);

export const dataNames = new PrefixedNames('winlog.event_data.');

/** Sets what the event's provider, number and keywords say. */
export function describeEvent(
  fields: EventFields,
  provider: string,
  eventId: number,
  keywords: string | undefined,
): void {
  const action = actionOf(provider, eventId);
  if (action !== undefined) {
    fields.set('event.action', action.action);
    fields.set('event.category', action.category);
    fields.set('event.type', action.type);
  }
  const outcome = outcomeOf(keywords);
  if (outcome !== undefined) fields.set('event.outcome', outcome);
}

function actionOf(provider: string, eventId: number): EventAction | undefined {
  if (provider === securityProvider) return securityActions.get(eventId);
  if (provider === sysmonProvider) return sysmonActions.get(eventId);
  return otherActions.get(`${provider}/${eventId}`);
}

/** What to make of an event's data; undefined when its provider is none that is known. */
export function rulesFor(provider: string, eventId: number): DataRules | undefined {
  if (provider === securityProvider) return securityRules(eventId);
  if (provider === sysmonProvider) return sysmonRules(eventId);
  return provider === serviceControl && eventId === 7045 ? serviceRules : undefined;
}

let lastKeywords = '';
let lastOutcome: 'success' | 'failure' | undefined;

/** Keywords are 64 bits in hex or decimal (signed), or names. */
function outcomeOf(keywords: string | undefined): 'success' | 'failure' | undefined {
  if (keywords === undefined || keywords.length > 64) return undefined;
  if (keywords !== lastKeywords) {
    lastKeywords = keywords;
    lastOutcome = readOutcome(keywords);
  }
  return lastOutcome;
}

const numeric = /^(?:0x[0-9A-Fa-f]{1,16}|-?\d{1,20})$/;

function readOutcome(keywords: string): 'success' | 'failure' | undefined {
  if (keywords.includes('Audit Success')) return 'success';
  if (keywords.includes('Audit Failure')) return 'failure';
  if (!numeric.test(keywords)) return undefined;
  const bits = BigInt(keywords) >> 32n;
  if ((bits & auditSuccess) !== 0n) return 'success';
  return (bits & auditFailure) !== 0n ? 'failure' : undefined;
}
