/**
 * Windows event logs, Sysmon among them: XML as forwarded or exported (one or several `Event` elements, also inside of `Events`), JSON of Winlogbeat and of
 * NXLog (an object a record or a line). Which of them a record is, is told by its first character and members.
 *
 * All data of an event are kept under `winlog.event_data.*` as the event names them; what they mean is set beside under standard names. Data that
 * occur twice are a list. XML holds no entities and no document type (see xml-scanner.ts).
 */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';
import { javaZone } from '../java-zone.ts';
import { JsonKinds } from '../json-kinds.ts';
import { LineRefusals } from '../line-records.ts';
import type { Message, Parser, ParserEnvironment, ParseSink } from '../parser.ts';
import { type Settings, textSetting } from '../settings.ts';
import { type DocumentedParser, deviceTimeZoneOption, field } from '../shared/documented.ts';
import { EventFields } from '../shared/event-fields.ts';
import { eachJsonValue, type JsonValueReader } from '../shared/json-format.ts';
import { EventJson } from './event-json.ts';
import { EventXml } from './event-xml.ts';
import { windowsSamples } from './windows-event.samples.ts';

class WindowsEventParser implements Parser {
  readonly #fields = new EventFields();
  readonly #xml = new EventXml();
  readonly #json: EventJson;
  readonly #kinds = new JsonKinds();

  constructor(settings: Settings, environment: ParserEnvironment) {
    this.#json = new EventJson(javaZone(textSetting(settings, 'deviceTimeZone', environment.timeZone)));
  }

  parse(text: string, sink: ParseSink): void {
    const first = firstCharacter(text);
    if (first === '') sink.skip(text, 'blank');
    else if (first === '{') eachJsonValue(text, sink, this.#event, this.#kinds);
    else this.#parseXml(text, sink);
  }

  readonly #event: JsonValueReader = (value, text, _alone, sink) => {
    if (!isMap(value)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
    sink.emit(this.#json.read(value, text, this.#fields));
  };

  /** Events one after another; what stands between them (an outer element, blanks) is no part of any. */
  #parseXml(text: string, sink: ParseSink): void {
    const refusals = new LineRefusals(sink);
    let at = 0;
    for (;;) {
      const from = nextEvent(text, at);
      if (from < 0) {
        this.#between(text.slice(at), at === 0, sink);
        return;
      }
      this.#between(text.slice(at, from), false, sink);
      let read: { message: Message; end: number };
      try {
        read = this.#xml.read(text, from, this.#fields);
      } catch (error) {
        const next = nextEvent(text, from + 6);
        const end = next < 0 ? text.length : next;
        if (!refusals.refuse(text.slice(from, end), error)) {
          refusals.refuseRest(text.slice(end));
          return;
        }
        if (next < 0) return;
        at = end;
        continue;
      }
      sink.emit(read.message);
      at = read.end;
    }
  }

  /** Text outside of all events: nothing, the tags of an outer element or a prolog, or something that is refused. */
  #between(text: string, whole: boolean, sink: ParseSink): void {
    if (!whole && (text === '' || firstCharacter(text) === '')) return;
    if (outerTags.test(text)) sink.skip(text, 'outer-element');
    else
      sink.reject(
        text,
        new ParseError(`No Windows event: expected <Event …> or a JSON object: ${excerpt(text)}`),
      );
  }
}

const outerTags = /^(?:\s*(?:<\?xml [^<>]{0,256}\?>|<\/?Events(?: [^<>]{0,256})?>))+\s*$/;

/** Where the next `<Event>` or `<Event …>` begins; minus one when none does. */
function nextEvent(text: string, from: number): number {
  let at = text.indexOf('<Event', from);
  while (at >= 0) {
    const c = text.charCodeAt(at + 6);
    if (c === 0x3e || c <= 0x20) return at;
    at = text.indexOf('<Event', at + 6);
  }
  return -1;
}

function firstCharacter(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0x20 && c !== 0xfeff) return text.charAt(i);
  }
  return '';
}

export const windowsEvent: DocumentedParser = {
  name: 'windows-event',
  classNames: ['WindowsEventParser', 'winlog', 'sysmon', 'winlogbeat'],
  description: 'Windows event logs and Sysmon: XML as forwarded, JSON of Winlogbeat and NXLog',
  options: [
    {
      ...deviceTimeZoneOption,
      description: `${deviceTimeZoneOption.description} For NXLog’s \`EventTime\`, the only one without a zone.`,
    },
  ],
  samples: windowsSamples,
  references: [
    'Microsoft, Event Schema: https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema',
    'Microsoft Sysinternals, Sysmon, Events: https://learn.microsoft.com/en-us/sysinternals/downloads/sysmon',
    'Microsoft, Appendix L: Events to Monitor: https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/plan/appendix-l--events-to-monitor',
    'Elastic, Winlogbeat fields: https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog',
    'NXLog, im_msvistalog, Fields: https://docs.nxlog.co/refman/current/im/msvistalog.html',
  ],
  fields: [
    field('ip_src_addr', 'text', '`IpAddress`, `SourceAddress` or `SourceIp`; IPv4 in its own form.'),
    field('ip_src_port', 'number', '`IpPort` or `SourcePort`.'),
    field('ip_dst_addr', 'text', '`DestAddress` or `DestinationIp`.'),
    field('ip_dst_port', 'number', '`DestPort` or `DestinationPort`.'),
    field('protocol', 'text', 'Protocol in lower case.'),
    field('message', 'text', 'The rendered message, where the sender renders.'),
    field('event.code', 'text', 'The event id.'),
    field('event.provider', 'text', 'The provider.'),
    field('event.action', 'text', 'What happened, for known events: `logged-in`, `process-created`, …'),
    field('event.category', 'text', 'Category of ECS.'),
    field('event.type', 'text', 'Type of ECS.'),
    field('event.outcome', 'text', '`success` or `failure`, by the audit keywords.'),
    field('event.*', 'any', 'What Winlogbeat says of the event.'),
    field('log.level', 'text', 'Level in lower case.'),
    field('host.name', 'text', 'The computer.'),
    field(
      'user.*',
      'text',
      '`name`, `domain`, `id` of who logs in (logon events) or acts; `user.target.*` whom it is done to.',
    ),
    field(
      'group.*',
      'text',
      '`name`, `domain`, `id` of the group that an event is about; its member stands in `user.target.*`.',
    ),
    field('source.domain', 'text', 'Name of the workstation or source host.'),
    field('destination.domain', 'text', 'Name of the destination host.'),
    field(
      'process.*',
      'any',
      '`pid`, `executable`, `name`, `command_line`, `working_directory`, `entity_id`, `hash.*`, `parent.*`, `target.*`.',
    ),
    field('file.*', 'text', '`path`, `name`, `hash.*` of the file.'),
    field('dll.*', 'text', '`path`, `hash.*` of the loaded library or driver.'),
    field('registry.*', 'text', '`path`, `value` and `data.strings`.'),
    field('event.reason', 'text', 'Why a logon failed, by its status.'),
    field('dns.*', 'text', '`question.name` and `answers.data` of Sysmon’s DNS events.'),
    field('sysmon.dns.status', 'text', 'Status of the DNS query.'),
    field(
      'network.direction',
      'text',
      '`egress` when the host began the connection, `ingress` when it was called.',
    ),
    field('rule.name', 'text', 'Sysmon’s rule.'),
    field('service.name', 'text', 'Name of an installed service (4697, 7045).'),
    field('service.executable', 'text', 'Its file, or the command that starts it.'),
    field(
      'winlog.event_data.*',
      'any',
      'All data of the event, under the event’s names; unnamed ones are `param1`, `param2`, …',
    ),
    field('winlog.user_data.*', 'any', 'All of `UserData`, names joined with dots.'),
    field(
      'winlog.*',
      'any',
      'The system part: `event_id`, `channel`, `provider_name`, `record_id`, `process.pid`, `keywords_mask`, `time_created`, …',
    ),
    field('nxlog.*', 'any', 'What NXLog adds: `EventReceivedTime`, `SourceModuleName`, …'),
    field('agent.*', 'any', 'What Winlogbeat says of itself; likewise `ecs.*`.'),
    field('ecs.*', 'any', 'Version of ECS that Winlogbeat writes.'),
  ],
  configure: (config, environment) => new WindowsEventParser(config, environment),
};
