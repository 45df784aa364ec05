/**
 * Reads Windows events in JSON: as Winlogbeat writes them (an object `winlog`; before version 7 `event_data` at the top) and as
 * NXLog does (flat, `EventID` beside the data).
 * Sources: Elastic, "Winlogbeat exported fields" (https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog); NXLog, "im_msvistalog",
 * section Fields (https://docs.nxlog.co/refman/current/im/msvistalog.html).
 */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';
import { FlatShapes } from '../flat-shapes.ts';
import type { Message } from '../parser.ts';
import { readDateTime } from '../shared/any-time.ts';
import { type EventFields, PrefixedNames } from '../shared/event-fields.ts';
import type { TimeZone } from '../time-zone.ts';
import { readIsoTime } from '../timestamps.ts';
import { dataNames, describeEvent, rulesFor } from './event.ts';

type Json = Readonly<Record<string, unknown>>;

/** Names that the parser sets itself: what a sender wrote under them is kept beside. */
const reserved: ReadonlyMap<string, string | undefined> = new Map([
  ['@timestamp', 'winlog.time_created'],
  ['timestamp', 'winlogbeat.timestamp'],
  ['original_string', 'winlogbeat.original_string'],
  ['ip_src_addr', 'winlogbeat.ip_src_addr'],
  ['ip_src_port', 'winlogbeat.ip_src_port'],
  ['ip_dst_addr', 'winlogbeat.ip_dst_addr'],
  ['ip_dst_port', 'winlogbeat.ip_dst_port'],
  ['protocol', 'winlogbeat.protocol'],
  ['guid', 'winlogbeat.guid'],
  ['is_alert', 'winlogbeat.is_alert'],
  ['event_data', 'winlog.event_data'],
]);

const nxlogSystem: ReadonlyMap<string, string> = new Map([
  ['Hostname', 'host.name'],
  ['EventID', 'winlog.event_id'],
  ['SourceName', 'winlog.provider_name'],
  ['ProviderGuid', 'winlog.provider_guid'],
  ['Version', 'winlog.version'],
  ['Task', 'winlog.task_id'],
  ['TaskValue', 'winlog.task_id'],
  ['OpcodeValue', 'winlog.opcode_id'],
  ['Opcode', 'winlog.opcode'],
  ['Category', 'winlog.task'],
  ['RecordNumber', 'winlog.record_id'],
  ['ProcessID', 'winlog.process.pid'],
  ['ExecutionProcessID', 'winlog.process.pid'],
  ['ThreadID', 'winlog.process.thread.id'],
  ['ExecutionThreadID', 'winlog.process.thread.id'],
  ['Channel', 'winlog.channel'],
  ['Message', 'message'],
  ['Keywords', 'winlog.keywords_mask'],
  ['EventType', 'winlog.event_type'],
  ['ActivityID', 'winlog.activity_id'],
  ['RelatedActivityID', 'winlog.related_activity_id'],
  ['UserID', 'winlog.user.identifier'],
  ['EventTime', 'winlog.time_created'],
]);

/** What NXLog adds of its own. */
const nxlogOwn = new Set([
  'EventReceivedTime',
  'SourceModuleName',
  'SourceModuleType',
  'Severity',
  'SeverityValue',
  'AccountName',
  'AccountType',
  'Domain',
]);
const nxlogNames = new PrefixedNames('nxlog.');

export class EventJson {
  readonly #shapes = new FlatShapes(reserved);
  readonly #zone: TimeZone;

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  /** Throws `ParseError` when the object is no Windows event. */
  read(event: Json, text: string, fields: EventFields): Message {
    fields.clear();
    const winlog = event['winlog'];
    if (isMap(winlog)) return this.#readWinlogbeat(event, winlog, text, fields);
    if (isMap(event['event_data']) || (event['@timestamp'] !== undefined && event['event_id'] !== undefined))
      return this.#readWinlogbeat(event, event, text, fields);
    if (event['EventID'] !== undefined) return this.#readNxlog(event, text, fields);
    throw new ParseError(`Neither an event of Winlogbeat (winlog) nor of NXLog (EventID): ${excerpt(text)}`);
  }

  #readWinlogbeat(event: Json, winlog: Json, text: string, fields: EventFields): Message {
    const time = event['@timestamp'];
    const timestamp = typeof time === 'string' ? readIsoTime(time) : Number.NaN;
    if (Number.isNaN(timestamp)) throw new ParseError(`@timestamp is no time: ${excerpt(text)}`);
    fields.set('timestamp', timestamp);
    const provider = textOf(winlog['provider_name'] ?? winlog['source_name']);
    const eventId = idOf(winlog['event_id']);
    if (!Number.isNaN(eventId)) fields.set('event.code', String(eventId));
    fields.setText('event.provider', provider);
    fields.setText('host.name', textOf(winlog['computer_name']));
    applyRules(winlog['event_data'], rulesFor(provider ?? '', eventId), fields);
    describeEvent(fields, provider ?? '', eventId, keywordsOf(winlog['keywords']));
    if (!fields.has('ip_src_addr')) endpoint(event['source'], 'ip_src_addr', 'ip_src_port', fields);
    if (!fields.has('ip_dst_addr')) endpoint(event['destination'], 'ip_dst_addr', 'ip_dst_port', fields);
    fields.set('original_string', text);
    const message = fields.build();
    // What the shipper says of itself wins over what follows from the data.
    this.#shapes.flatten(message, event, true);
    return message;
  }

  #readNxlog(event: Json, text: string, fields: EventFields): Message {
    const timestamp = this.#readTime(event['EventTime']);
    if (Number.isNaN(timestamp)) throw new ParseError(`EventTime is no time: ${excerpt(text)}`);
    fields.set('timestamp', timestamp);
    const provider = textOf(event['SourceName']) ?? '';
    const eventId = idOf(event['EventID']);
    if (!Number.isNaN(eventId)) fields.set('event.code', String(eventId));
    fields.setText('event.provider', provider);
    const severity = textOf(event['Severity']);
    if (severity !== undefined) fields.set('log.level', severity.toLowerCase());
    const rules = rulesFor(provider, eventId);
    for (const key in event) {
      const value = event[key];
      if (value === null) continue;
      const system = nxlogSystem.get(key);
      if (system !== undefined) fields.set(system, value);
      else if (nxlogOwn.has(key)) fields.set(nxlogNames.of(key), value);
      else {
        fields.set(dataNames.of(key), value);
        if (rules !== undefined && (typeof value === 'string' || typeof value === 'number'))
          rules.get(key)?.(fields, typeof value === 'string' ? value : String(value));
      }
    }
    const keywords = textOf(event['Keywords']);
    const type = textOf(event['EventType']);
    describeEvent(
      fields,
      provider,
      eventId,
      type === 'AUDIT_SUCCESS' ? 'Audit Success' : type === 'AUDIT_FAILURE' ? 'Audit Failure' : keywords,
    );
    fields.set('original_string', text);
    return fields.build();
  }

  /** `2026-03-09T08:12:44.123456+01:00`, `2026-03-09 08:12:44[.fraction]` in the zone of the device, or milliseconds or microseconds since 1970. */
  #readTime(value: unknown): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0)
      return value > 1e14 ? Math.floor(value / 1000) : value;
    if (typeof value !== 'string') return Number.NaN;
    const time = readIsoTime(value);
    return Number.isNaN(time) ? readDateTime(value, this.#zone) : time;
  }
}

function applyRules(data: unknown, rules: ReturnType<typeof rulesFor>, fields: EventFields): void {
  if (rules === undefined || !isMap(data)) return;
  for (const key in data) {
    const rule = rules.get(key);
    if (rule === undefined) continue;
    const value = data[key];
    if (typeof value === 'string') rule(fields, value);
    else if (typeof value === 'number' || typeof value === 'boolean') rule(fields, String(value));
  }
}

function endpoint(value: unknown, addressName: string, portName: string, fields: EventFields): void {
  if (!isMap(value)) return;
  if (typeof value['ip'] === 'string') fields.set(addressName, value['ip']);
  if (typeof value['port'] === 'number') fields.set(portName, value['port']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function keywordsOf(value: unknown): string | undefined {
  if (Array.isArray(value))
    return value.includes('Audit Success')
      ? 'Audit Success'
      : value.includes('Audit Failure')
        ? 'Audit Failure'
        : undefined;
  return textOf(value);
}

function idOf(value: unknown): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
}
