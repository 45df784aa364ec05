/**
 * Microsoft Entra ID: sign-ins and directory audits, as Microsoft Graph answers them (`value`) or as Azure Monitor exports them (`records`, the
 * Graph object in `properties`).
 */
import { isMap } from '../fields.ts';
import { setEndpoint } from '../shared/addresses.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type Json, JsonFormat, mapIn, refusedEvent, textIn } from '../shared/json-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { entraSamples } from './entra.samples.ts';

class EntraParser extends JsonFormat {
  constructor() {
    super('azure.entra', ['value', 'records']);
  }

  protected override describe(event: Json, text: string): void {
    const { fields } = this;
    const exported = isMap(event['properties']) && textIn(event, 'time') !== undefined;
    const body = exported ? mapIn(event, 'properties') : event;
    const time =
      textIn(body, 'createdDateTime') ??
      textIn(body, 'activityDateTime') ??
      (exported ? textIn(event, 'time') : undefined);
    const timestamp = readIsoTime(time ?? '');
    if (Number.isNaN(timestamp))
      throw refusedEvent(
        'an event of Entra ID',
        'createdDateTime, activityDateTime, or time and properties',
        text,
      );
    fields.set('timestamp', timestamp);
    fields.set('cloud.provider', 'azure');
    fields.setText('event.id', textIn(body, 'id'));
    fields.setText('azure.tenant_id', textIn(event, 'tenantId') ?? textIn(body, 'homeTenantId'));
    if (textIn(body, 'activityDateTime') !== undefined || textIn(body, 'activityDisplayName') !== undefined)
      this.#describeAudit(body);
    else this.#describeSignIn(body, event);
    setEndpoint(
      fields,
      'ip_src_addr',
      'ip_src_port',
      textIn(body, 'ipAddress') ?? textIn(event, 'callerIpAddress'),
    );
  }

  #describeSignIn(body: Json, event: Json): void {
    const { fields } = this;
    fields.set('event.action', 'sign-in');
    fields.set('event.category', 'authentication');
    fields.set('event.type', 'start');
    const status = mapIn(body, 'status');
    const code = status['errorCode'] ?? event['resultType'];
    if (code !== undefined && code !== null) {
      fields.set('event.outcome', String(code) === '0' ? 'success' : 'failure');
      if (String(code) !== '0') fields.set('error.code', String(code));
    }
    if (fields.get('event.outcome') !== 'success')
      fields.setText('event.reason', textIn(status, 'failureReason') ?? textIn(event, 'resultDescription'));
    fields.setText(
      'user.name',
      textIn(body, 'userPrincipalName') ?? textIn(body, 'servicePrincipalName') ?? textIn(event, 'identity'),
    );
    fields.setText('user.id', textIn(body, 'userId') ?? textIn(body, 'servicePrincipalId'));
    fields.setText('user.full_name', textIn(body, 'userDisplayName'));
    fields.setText('user_agent.original', textIn(body, 'userAgent'));
    fields.setText('service.name', textIn(body, 'appDisplayName'));
    const device = mapIn(body, 'deviceDetail');
    fields.setText('device.id', textIn(device, 'deviceId'));
    fields.setText('host.name', textIn(device, 'displayName'));
    const location = mapIn(body, 'location');
    fields.setText('source.geo.city_name', textIn(location, 'city'));
    fields.setText('source.geo.country_iso_code', textIn(location, 'countryOrRegion'));
  }

  #describeAudit(body: Json): void {
    const { fields } = this;
    fields.setText('event.action', textIn(body, 'activityDisplayName'));
    fields.set('event.category', 'iam');
    fields.set('event.type', typeOf(textIn(body, 'operationType') ?? ''));
    const result = textIn(body, 'result');
    if (result === 'success') fields.set('event.outcome', 'success');
    else if (result === 'failure' || result === 'timeout') fields.set('event.outcome', 'failure');
    fields.setText('event.reason', textIn(body, 'resultReason'));
    const initiator = mapIn(body, 'initiatedBy');
    const user = mapIn(initiator, 'user');
    const app = mapIn(initiator, 'app');
    fields.setText('user.name', textIn(user, 'userPrincipalName') ?? textIn(app, 'displayName'));
    fields.setText('user.id', textIn(user, 'id') ?? textIn(app, 'servicePrincipalId'));
    setEndpoint(fields, 'ip_src_addr', 'ip_src_port', textIn(user, 'ipAddress'));
    const targets = body['targetResources'];
    const first: unknown = Array.isArray(targets) ? targets[0] : undefined;
    if (!isMap(first)) return;
    fields.setText('user.target.name', textIn(first, 'userPrincipalName') ?? textIn(first, 'displayName'));
    fields.setText('user.target.id', textIn(first, 'id'));
  }
}

function typeOf(operation: string): string {
  const lower = operation.toLowerCase();
  return lower === 'add' || lower === 'create' ? 'creation' : lower === 'delete' ? 'deletion' : 'change';
}

export const entra: DocumentedParser = {
  name: 'entra-id',
  classNames: ['EntraParser', 'azure-ad', 'azure-signin'],
  description: 'Microsoft Entra ID sign-ins and directory audits, from Microsoft Graph or Azure Monitor',
  options: [],
  samples: entraSamples,
  references: [
    'Microsoft Graph, signIn: https://learn.microsoft.com/en-us/graph/api/resources/signin',
    'Microsoft Graph, directoryAudit: https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit',
    'Azure Monitor, SigninLogs: https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/signinlogs',
  ],
  fields: [
    field('ip_src_addr', 'text', '`ipAddress`, or `callerIpAddress`.'),
    field('ip_src_port', 'number', 'Port, where the address has one.'),
    field('event.action', 'text', '`sign-in`, or `activityDisplayName`.'),
    field('event.category', 'text', '`authentication` or `iam`.'),
    field('event.type', 'text', '`start`, `creation`, `change` or `deletion`.'),
    field('event.id', 'text', '`id`.'),
    field(
      'event.outcome',
      'text',
      '`success` with error code 0 or result `success`; `failure` with another code, or result `failure` or `timeout`.',
    ),
    field('event.reason', 'text', '`failureReason`, `resultDescription` or `resultReason`.'),
    field('error.code', 'text', '`errorCode` when it is not 0.'),
    field('user.name', 'text', '`userPrincipalName`, or the service principal’s or app’s name.'),
    field('user.id', 'text', 'Its id.'),
    field('user.full_name', 'text', '`userDisplayName`.'),
    field('user.target.name', 'text', 'First of `targetResources`.'),
    field('user.target.id', 'text', 'Its id.'),
    field('user_agent.original', 'text', '`userAgent`.'),
    field('service.name', 'text', '`appDisplayName`.'),
    field('device.id', 'text', '`deviceDetail.deviceId`.'),
    field('host.name', 'text', '`deviceDetail.displayName`.'),
    field('source.geo.*', 'text', '`city_name` and `country_iso_code` of the sign-in’s location.'),
    field('cloud.provider', 'text', '`azure`.'),
    field('azure.tenant_id', 'text', 'Tenant.'),
    field('azure.entra.*', 'any', 'The whole event, names joined with dots.'),
  ],
  configure: () => new EntraParser(),
};
