/** AWS CloudTrail: one event, a line each, a list, or the object with `Records` of a log file. */

import { setHost } from '../shared/addresses.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type Json, JsonFormat, mapIn, refusedEvent, textIn } from '../shared/json-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { cloudtrailSamples } from './cloudtrail.samples.ts';

const logins = new Set([
  'ConsoleLogin',
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'GetSessionToken',
  'GetFederationToken',
  'SwitchRole',
]);

class CloudtrailParser extends JsonFormat {
  constructor() {
    super('aws.cloudtrail', ['Records']);
  }

  protected override describe(event: Json, text: string): void {
    const { fields } = this;
    const timestamp = readIsoTime(textIn(event, 'eventTime') ?? '');
    const action = textIn(event, 'eventName');
    if (Number.isNaN(timestamp) || action === undefined)
      throw refusedEvent('a CloudTrail event', 'eventTime and eventName', text);
    fields.set('timestamp', timestamp);
    fields.set('event.action', action);
    const source = textIn(event, 'eventSource');
    fields.setText('event.provider', source);
    fields.setText('event.id', textIn(event, 'eventID'));
    fields.set(
      'event.category',
      logins.has(action) ? 'authentication' : source === 'iam.amazonaws.com' ? 'iam' : 'configuration',
    );
    const readOnly = event['readOnly'];
    fields.set('event.type', readOnly === true || readOnly === 'true' ? 'access' : 'change');
    const errorCode = textIn(event, 'errorCode');
    const failed =
      errorCode !== undefined ||
      textIn(event, 'errorMessage') !== undefined ||
      mapIn(event, 'responseElements')[action] === 'Failure';
    fields.set('event.outcome', failed ? 'failure' : 'success');
    fields.setText('error.code', errorCode);
    fields.setText('error.message', textIn(event, 'errorMessage'));
    setHost(fields, 'ip_src_addr', 'source.domain', textIn(event, 'sourceIPAddress'));
    fields.setText('user_agent.original', textIn(event, 'userAgent'));
    fields.set('cloud.provider', 'aws');
    fields.setText('cloud.region', textIn(event, 'awsRegion'));
    const identity = mapIn(event, 'userIdentity');
    fields.setText('cloud.account.id', textIn(event, 'recipientAccountId') ?? textIn(identity, 'accountId'));
    fields.setText('user.name', userOf(identity));
    fields.setText('user.id', textIn(identity, 'principalId'));
  }
}

/** A user’s own name, else that of the role, else the end of the ARN, else who was asked (a service). */
function userOf(identity: Json): string | undefined {
  const own =
    textIn(identity, 'userName') ??
    textIn(mapIn(mapIn(identity, 'sessionContext'), 'sessionIssuer'), 'userName');
  if (own !== undefined) return own;
  const arn = textIn(identity, 'arn');
  if (arn !== undefined) return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
  return textIn(identity, 'invokedBy');
}

export const cloudtrail: DocumentedParser = {
  name: 'aws-cloudtrail',
  classNames: ['CloudtrailParser', 'cloudtrail'],
  description: 'AWS CloudTrail events, single or in files of Records',
  options: [],
  samples: cloudtrailSamples,
  references: [
    'AWS, "CloudTrail record contents": https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
  ],
  fields: [
    field('ip_src_addr', 'text', '`sourceIPAddress`, when it is an address.'),
    field('source.domain', 'text', '`sourceIPAddress`, when it is the name of a service.'),
    field('event.action', 'text', '`eventName`.'),
    field('event.provider', 'text', '`eventSource`.'),
    field('event.id', 'text', '`eventID`.'),
    field('event.category', 'text', '`authentication`, `iam` or `configuration`.'),
    field('event.type', 'text', '`access` when it only reads, else `change`.'),
    field(
      'event.outcome',
      'text',
      '`failure` with an error code or message or a failed login, else `success`.',
    ),
    field('error.code', 'text', '`errorCode`.'),
    field('error.message', 'text', '`errorMessage`.'),
    field('user.name', 'text', '`userIdentity.userName`, or the role’s, or the end of the ARN.'),
    field('user.id', 'text', '`userIdentity.principalId`.'),
    field('user_agent.original', 'text', '`userAgent`.'),
    field('cloud.provider', 'text', '`aws`.'),
    field('cloud.region', 'text', '`awsRegion`.'),
    field('cloud.account.id', 'text', '`recipientAccountId`, or `userIdentity.accountId`.'),
    field('aws.cloudtrail.*', 'any', 'The whole event, names joined with dots.'),
  ],
  configure: () => new CloudtrailParser(),
};
