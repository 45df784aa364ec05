/** What a parser says of itself besides its registry entry, so that reference pages can be made from it. */
import type { ParserOption, ParserType } from '../parser.ts';

export interface FieldDescription {
  /** Name as it stands in messages; `*` stands for names that come from the data. */
  readonly name: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list' | 'any';
  /** What it holds, and where it comes from. One sentence, in Markdown. */
  readonly description: string;
}

export interface DocumentedParser extends ParserType {
  readonly options: readonly ParserOption[];
  /** At least five records. What they become stands in `expected/<name>.json` beside the parser's file. */
  readonly samples: readonly string[];
  readonly references: readonly string[];
  /** The fields that it sets, besides those that every message has. */
  readonly fields: readonly FieldDescription[];
}

export const deviceTimeZoneOption: ParserOption = {
  name: 'deviceTimeZone',
  type: 'zone',
  description:
    'Zone of times that name none: an IANA name such as `Europe/Berlin`. Absent: the zone of the sensor (UTC unless told otherwise).',
};

/** Short form: `field('user.name', 'text', 'Who logged in.')`. */
export function field(name: string, type: FieldDescription['type'], description: string): FieldDescription {
  return { name, type, description };
}

export const syslogFields: readonly FieldDescription[] = [
  field('host.hostname', 'text', 'Host in the syslog header.'),
  field('process.name', 'text', 'Program in the syslog header (its tag).'),
  field('process.pid', 'number', 'Process id in the syslog header.'),
  field('log.syslog.priority', 'number', 'Priority (RFC 5424, 6.2.1), where the line carries it.'),
  field('log.syslog.facility.name', 'text', 'Facility of the priority, such as `authpriv`.'),
  field('log.syslog.severity.name', 'text', 'Severity of the priority, such as `notice`.'),
  field('log.syslog.msgid', 'text', 'Message id (RFC 5424).'),
  field('log.syslog.structured_data', 'text', 'Structured data as written (RFC 5424).'),
];
