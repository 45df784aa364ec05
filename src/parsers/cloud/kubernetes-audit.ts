/**
 * Kubernetes audit events (`audit.k8s.io/v1`): one object, a line each, or an `EventList`. The objects of request and response are kept whole
 * (`kubernetes.audit.requestObject`), not flattened: they are any resource, with names of their own.
 */
import type { Settings } from '../settings.ts';
import { booleanSetting } from '../settings.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type Json, JsonFormat, mapIn, refusedEvent, textIn } from '../shared/json-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { kubernetesSamples } from './kubernetes-audit.samples.ts';

const changes: Readonly<Record<string, string>> = {
  create: 'creation',
  update: 'change',
  patch: 'change',
  delete: 'deletion',
  deletecollection: 'deletion',
};
const objects = ['requestObject', 'responseObject'] as const;

class KubernetesAuditParser extends JsonFormat {
  readonly #flattensObjects: boolean;

  constructor(settings: Settings) {
    super('kubernetes.audit', ['items']);
    this.#flattensObjects = booleanSetting(settings, 'flattenObjects', false);
  }

  protected override describe(event: Json, text: string): void {
    const { fields } = this;
    const timestamp = readIsoTime(
      textIn(event, 'stageTimestamp') ??
        textIn(event, 'requestReceivedTimestamp') ??
        textIn(event, 'timestamp') ??
        '',
    );
    const verb = textIn(event, 'verb');
    if (Number.isNaN(timestamp) || verb === undefined)
      throw refusedEvent('a Kubernetes audit event', 'verb and stageTimestamp', text);
    fields.set('timestamp', timestamp);
    fields.set('event.action', verb);
    fields.set('event.category', 'configuration');
    fields.set('event.type', Object.hasOwn(changes, verb) ? changes[verb] : 'access');
    fields.setText('event.id', textIn(event, 'auditID'));
    const status = mapIn(event, 'responseStatus')['code'];
    if (typeof status === 'number') {
      fields.set('http.response.status_code', status);
      fields.set('event.outcome', status < 400 ? 'success' : 'failure');
    }
    const user = mapIn(event, 'user');
    fields.setText('user.name', textIn(user, 'username'));
    fields.setText('user.id', textIn(user, 'uid'));
    fields.setText('user.effective.name', textIn(mapIn(event, 'impersonatedUser'), 'username'));
    const addresses = event['sourceIPs'];
    if (Array.isArray(addresses)) {
      // All but the last may be whatever the client wrote into X-Forwarded-For.
      const first: unknown = addresses[0];
      const last: unknown = addresses.at(-1);
      if (typeof last === 'string') fields.set('ip_src_addr', last);
      if (addresses.length > 1 && typeof first === 'string') fields.set('client.ip', first);
    }
    fields.setText('user_agent.original', textIn(event, 'userAgent'));
    fields.setText('url.original', textIn(event, 'requestURI'));
    const object = mapIn(event, 'objectRef');
    fields.set('orchestrator.type', 'kubernetes');
    fields.setText('orchestrator.resource.type', textIn(object, 'resource'));
    fields.setText('orchestrator.resource.name', textIn(object, 'name'));
    fields.setText('orchestrator.namespace', textIn(object, 'namespace'));
    if (this.#flattensObjects) return;
    for (const name of objects)
      if (event[name] !== undefined && event[name] !== null)
        fields.set(`kubernetes.audit.${name}`, event[name]);
  }

  protected override flattened(event: Json): Json {
    if (
      this.#flattensObjects ||
      (event['requestObject'] === undefined && event['responseObject'] === undefined)
    )
      return event;
    return { ...event, requestObject: undefined, responseObject: undefined };
  }
}

export const kubernetesAudit: DocumentedParser = {
  name: 'kubernetes-audit',
  classNames: ['KubernetesAuditParser', 'k8s-audit'],
  description: 'Kubernetes audit events (audit.k8s.io/v1)',
  options: [
    {
      name: 'flattenObjects',
      type: 'boolean',
      default: false,
      description:
        'Flattens `requestObject` and `responseObject` as well: many fields, whose names differ by resource.',
    },
  ],
  samples: kubernetesSamples,
  references: [
    'Kubernetes, "Auditing": https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/',
    'Kubernetes, kube-apiserver Audit Configuration (v1), Event: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/',
  ],
  fields: [
    field('ip_src_addr', 'text', 'Last of `sourceIPs`: who was connected; the others may be made up.'),
    field(
      'client.ip',
      'text',
      'First of several `sourceIPs`: the client, if the proxies in between can be trusted.',
    ),
    field('event.action', 'text', '`verb`.'),
    field('event.category', 'text', '`configuration`.'),
    field('event.type', 'text', '`creation`, `change`, `deletion` or `access`.'),
    field('event.id', 'text', '`auditID`; several stages of a request share it.'),
    field('event.outcome', 'text', 'By the status of the response.'),
    field('http.response.status_code', 'number', '`responseStatus.code`.'),
    field('user.name', 'text', '`user.username`.'),
    field('user.id', 'text', '`user.uid`.'),
    field('user.effective.name', 'text', '`impersonatedUser.username`.'),
    field('user_agent.original', 'text', '`userAgent`.'),
    field('url.original', 'text', '`requestURI`.'),
    field('orchestrator.type', 'text', '`kubernetes`.'),
    field('orchestrator.resource.type', 'text', '`objectRef.resource`.'),
    field('orchestrator.resource.name', 'text', '`objectRef.name`.'),
    field('orchestrator.namespace', 'text', '`objectRef.namespace`.'),
    field('kubernetes.audit.*', 'any', 'The whole event, names joined with dots.'),
  ],
  configure: (config) => new KubernetesAuditParser(config),
};
