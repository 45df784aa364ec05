/** Events that Logstash wrote as JSON (Metron's BasicLogstashParser). */
import { excerpt, ParseError } from './errors.ts';
import { setField } from './fields.ts';
import { readMap } from './jsonmap.ts';
import { parseWhole } from './line-records.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { readIsoTime } from './timestamps.ts';

/** Names in messages; null: left out, since another field says it. */
const names: ReadonlyMap<string, string | null> = new Map([
  ['@version', null],
  ['@timestamp', null],
  ['message', 'original_string'],
  ['src_ip', 'ip_src_addr'],
  ['dst_ip', 'ip_dst_addr'],
  ['src_port', 'ip_src_port'],
  ['dst_port', 'ip_dst_port'],
]);

class LogstashParser implements Parser {
  parse(text: string, sink: ParseSink): void {
    parseWhole(text, sink, read);
  }
}

function read(text: string): Message {
  const event = readMap(text);
  const time = Object.hasOwn(event, '@timestamp') ? event['@timestamp'] : undefined;
  const timestamp = typeof time === 'string' ? readIsoTime(time) : Number.NaN;
  if (Number.isNaN(timestamp)) {
    throw new ParseError(
      time === undefined
        ? `The event has no @timestamp: ${excerpt(text)}`
        : `The time @timestamp=${excerpt(String(JSON.stringify(time)))} cannot be read`,
    );
  }
  const message: Message = {};
  for (const name in event) {
    const renamed = names.get(name);
    if (renamed !== null) setField(message, renamed ?? name, event[name]);
  }
  message['timestamp'] = timestamp;
  if (typeof message['original_string'] !== 'string') message['original_string'] = text;
  return message;
}

export const logstash: ParserType = {
  name: 'logstash',
  classNames: ['org.apache.metron.parsers.logstash.BasicLogstashParser'],
  description: 'Events of Logstash as JSON, one a record, their time in @timestamp',
  references: ['Logstash event API and json codec'],
  options: [],
  samples: [
    '{"@version":"1","@timestamp":"2026-01-17T15:56:05.992Z","type":"syslog","host":"gw01","tags":["edge"],"message":"Accepted publickey for ann from 192.0.2.17 port 50122 ssh2","src_ip":"192.0.2.17","src_port":50122,"dst_ip":"198.51.100.4","dst_port":22}',
    '{"@version":"1","@timestamp":"2026-01-17T15:56:06Z","host":"web01","message":"GET /login 200","status":200,"bytes":5120,"src_ip":"192.0.2.18"}',
    '{"@version":"1","@timestamp":"2026-01-17T16:56:06.001+01:00","host":"web02","message":"upstream timed out","level":"error","upstream":{"name":"app","port":8080}}',
    '{"@timestamp":"2026-01-17T15:56:07.100Z","type":"netflow","host":"192.0.2.1","src_ip":"192.0.2.33","dst_ip":"203.0.113.4","src_port":40000,"dst_port":443,"in_bytes":881,"message":""}',
    '{"@timestamp":"2026-01-17T15:56:08.250Z","type":"dns","message":"query example.org A","query":"example.org","tags":[],"src_ip":"2001:db8::7","dst_ip":"2001:db8::53"}',
  ],
  configure: () => new LogstashParser(),
};
