/** Okta System Log: one event, a line each, or the list that the API answers. */

import { isMap } from '../fields.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type Json, JsonFormat, mapIn, refusedEvent, textIn } from '../shared/json-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { oktaSamples } from './okta.samples.ts';

const outcomes: Readonly<Record<string, string>> = {
  SUCCESS: 'success',
  ALLOW: 'success',
  FAILURE: 'failure',
  DENY: 'failure',
  SKIPPED: 'unknown',
  UNKNOWN: 'unknown',
  CHALLENGE: 'unknown',
};

class OktaParser extends JsonFormat {
  constructor() {
    super('okta', ['events']);
  }

  protected override describe(event: Json, text: string): void {
    const { fields } = this;
    const timestamp = readIsoTime(textIn(event, 'published') ?? '');
    const action = textIn(event, 'eventType');
    if (Number.isNaN(timestamp) || action === undefined)
      throw refusedEvent('an Okta event', 'published and eventType', text);
    fields.set('timestamp', timestamp);
    fields.set('event.action', action);
    fields.set('event.category', categoryOf(action));
    fields.setText('event.id', textIn(event, 'uuid'));
    fields.setText('message', textIn(event, 'displayMessage'));
    const outcome = mapIn(event, 'outcome');
    const result = textIn(outcome, 'result');
    if (result !== undefined && Object.hasOwn(outcomes, result))
      fields.set('event.outcome', outcomes[result]);
    fields.setText('event.reason', textIn(outcome, 'reason'));
    fields.setText('log.level', textIn(event, 'severity')?.toLowerCase());
    const actor = mapIn(event, 'actor');
    fields.setText('user.name', textIn(actor, 'alternateId'));
    fields.setText('user.id', textIn(actor, 'id'));
    fields.setText('user.full_name', textIn(actor, 'displayName'));
    const client = mapIn(event, 'client');
    fields.setText('ip_src_addr', textIn(client, 'ipAddress'));
    fields.setText('user_agent.original', textIn(mapIn(client, 'userAgent'), 'rawUserAgent'));
    const targets = event['target'];
    if (!Array.isArray(targets)) return;
    for (const target of targets) {
      if (!isMap(target) || target['type'] !== 'User') continue;
      fields.setText('user.target.name', textIn(target, 'alternateId'));
      fields.setText('user.target.id', textIn(target, 'id'));
      break;
    }
  }
}

function categoryOf(action: string): string {
  if (
    action.startsWith('user.session.') ||
    action.startsWith('user.authentication.') ||
    action.startsWith('user.mfa.') ||
    action.startsWith('app.oauth2.')
  )
    return 'authentication';
  if (action.startsWith('user.') || action.startsWith('group.') || action.includes('.user_membership.'))
    return 'iam';
  return action.startsWith('security.threat.') ? 'threat' : 'configuration';
}

export const okta: DocumentedParser = {
  name: 'okta',
  classNames: ['OktaParser', 'okta-system-log'],
  description: 'Okta System Log events',
  options: [],
  samples: oktaSamples,
  references: [
    'Okta, System Log API, LogEvent: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/',
    'Okta, Event types: https://developer.okta.com/docs/reference/api/event-types/',
  ],
  fields: [
    field('ip_src_addr', 'text', '`client.ipAddress`.'),
    field('event.action', 'text', '`eventType`.'),
    field('event.category', 'text', '`authentication`, `iam`, `threat` or `configuration`.'),
    field('event.id', 'text', '`uuid`.'),
    field('event.outcome', 'text', '`success`, `failure` or `unknown`, by `outcome.result`.'),
    field('event.reason', 'text', '`outcome.reason`.'),
    field('message', 'text', '`displayMessage`.'),
    field('log.level', 'text', '`severity` in lower case.'),
    field('user.name', 'text', '`actor.alternateId`.'),
    field('user.id', 'text', '`actor.id`.'),
    field('user.full_name', 'text', '`actor.displayName`.'),
    field('user.target.name', 'text', '`alternateId` of the first target that is a user.'),
    field('user.target.id', 'text', '`id` of that target.'),
    field('user_agent.original', 'text', '`client.userAgent.rawUserAgent`.'),
    field('okta.*', 'any', 'The whole event, names joined with dots; `okta.target` is a list.'),
  ],
  configure: () => new OktaParser(),
};
