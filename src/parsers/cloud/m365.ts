/** Microsoft 365 audit records, as the Office 365 Management Activity API hands them out. `CreationTime` is UTC, though it names no zone. */
import { setEndpoint } from '../shared/addresses.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type Json, JsonFormat, refusedEvent, textIn } from '../shared/json-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { m365Samples } from './m365.samples.ts';

const failed = /fail|denied|blocked/i;

class M365Parser extends JsonFormat {
  constructor() {
    super('o365.audit', ['value']);
  }

  protected override describe(event: Json, text: string): void {
    const { fields } = this;
    const time = textIn(event, 'CreationTime') ?? textIn(event, 'CreationDate') ?? '';
    let timestamp = readIsoTime(time);
    if (Number.isNaN(timestamp) && time.length <= 40) timestamp = readIsoTime(`${time}Z`);
    const action = textIn(event, 'Operation');
    if (Number.isNaN(timestamp) || action === undefined)
      throw refusedEvent('a Microsoft 365 audit record', 'CreationTime and Operation', text);
    fields.set('timestamp', timestamp);
    fields.set('event.action', action);
    fields.set('event.category', categoryOf(action));
    fields.setText('event.id', textIn(event, 'Id'));
    fields.setText('event.provider', textIn(event, 'Workload'));
    const result = textIn(event, 'ResultStatus');
    if (action === 'UserLoginFailed') fields.set('event.outcome', 'failure');
    else if (result !== undefined && result.length < 64)
      fields.set('event.outcome', failed.test(result) || result === 'False' ? 'failure' : 'success');
    fields.setText('error.code', textIn(event, 'LogonError'));
    fields.setText('user.name', textIn(event, 'UserId'));
    fields.setText('user.id', textIn(event, 'UserKey'));
    fields.setText('organization.id', textIn(event, 'OrganizationId'));
    setEndpoint(
      fields,
      'ip_src_addr',
      'ip_src_port',
      textIn(event, 'ClientIP') ?? textIn(event, 'ClientIPAddress') ?? textIn(event, 'ActorIpAddress'),
    );
    fields.setText('user_agent.original', textIn(event, 'UserAgent') ?? textIn(event, 'ClientInfoString'));
    fields.setText('file.name', textIn(event, 'SourceFileName'));
    fields.setText('url.original', urlOf(textIn(event, 'ObjectId')));
    fields.set('cloud.provider', 'azure');
  }
}

function urlOf(objectId: string | undefined): string | undefined {
  return objectId?.startsWith('https://') === true ? objectId : undefined;
}

function categoryOf(action: string): string {
  if (action.startsWith('UserLog')) return 'authentication';
  if (action.startsWith('File') || action.startsWith('Folder')) return 'file';
  if (/(?:user|group|role|member|password)/i.test(action.slice(0, 128))) return 'iam';
  return action.includes('Mail') || action.includes('Inbox') ? 'email' : 'configuration';
}

export const m365: DocumentedParser = {
  name: 'm365-audit',
  classNames: ['M365AuditParser', 'o365', 'office365'],
  description: 'Microsoft 365 audit records (Office 365 Management Activity API)',
  options: [],
  samples: m365Samples,
  references: [
    'Microsoft, "Office 365 Management Activity API schema", Common schema: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema',
  ],
  fields: [
    field('ip_src_addr', 'text', '`ClientIP`, `ClientIPAddress` or `ActorIpAddress`.'),
    field('ip_src_port', 'number', 'Its port, where there is one.'),
    field('event.action', 'text', '`Operation`.'),
    field('event.category', 'text', '`authentication`, `file`, `iam`, `email` or `configuration`.'),
    field('event.id', 'text', '`Id`.'),
    field('event.provider', 'text', '`Workload`.'),
    field('event.outcome', 'text', 'By `ResultStatus`; a failed login is a failure.'),
    field('error.code', 'text', '`LogonError`.'),
    field('user.name', 'text', '`UserId`.'),
    field('user.id', 'text', '`UserKey`.'),
    field('organization.id', 'text', '`OrganizationId`.'),
    field('user_agent.original', 'text', '`UserAgent` or `ClientInfoString`.'),
    field('file.name', 'text', '`SourceFileName`.'),
    field('url.original', 'text', '`ObjectId`, when it is a URL.'),
    field('cloud.provider', 'text', '`azure`.'),
    field('o365.audit.*', 'any', 'The whole record, names joined with dots; lists stay lists.'),
  ],
  configure: () => new M365Parser(),
};
