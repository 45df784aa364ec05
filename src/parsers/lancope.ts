/**
 * Lancope StealthWatch alarms as Logstash forwards them (Metron's BasicLancopeParser): JSON whose `message` is a syslog line
 * `<pri>Mmm d HH:mm:ss host StealthWatch[pid]: time source destination severity alarm …`.
 */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError } from './errors.ts';
import { readMap } from './jsonmap.ts';
import { parseWhole } from './line-records.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { readIsoTime } from './timestamps.ts';

const words = /\S+/g;
const timeWord = 5;

class LancopeParser implements Parser {
  constructor(config: Settings) {
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
  }

  parse(text: string, sink: ParseSink): void {
    parseWhole(text, sink, read);
  }
}

function read(text: string): Message {
  const message = readMap(text);
  const line = Object.hasOwn(message, 'message') ? message['message'] : undefined;
  if (typeof line !== 'string') throw new ParseError(`No text in the member message: ${excerpt(text)}`);
  words.lastIndex = 0;
  const found: string[] = [];
  for (let word = words.exec(line); word !== null && found.length < timeWord + 4; word = words.exec(line))
    found.push(word[0]);
  const time = found[timeWord] === undefined ? Number.NaN : readIsoTime(found[timeWord]);
  if (Number.isNaN(time) || found.length < timeWord + 3)
    throw new ParseError(`Not a StealthWatch alarm (time, source, destination): ${excerpt(line)}`);
  delete message['@timestamp'];
  delete message['message'];
  message['ip_src_addr'] = found[timeWord + 1];
  message['ip_dst_addr'] = found[timeWord + 2];
  if (found[timeWord + 3] !== undefined) message['alarm_severity'] = found[timeWord + 3];
  message['original_string'] = line;
  message['timestamp'] = time;
  return message;
}

const sample = (alarm: string): string =>
  JSON.stringify({
    message: alarm,
    '@version': '1',
    '@timestamp': '2026-01-17T15:56:05.992Z',
    type: 'syslog',
    host: '192.0.2.201',
  });

export const lancope: ParserType = {
  name: 'lancope',
  classNames: ['org.apache.metron.parsers.lancope.BasicLancopeParser'],
  description: 'Lancope (Cisco) StealthWatch alarms inside the JSON of Logstash',
  references: ['Cisco Stealthwatch syslog alarms; Logstash json codec'],
  options: [],
  samples: [
    sample(
      '<131>Jan 17 15:59:01 smc-01 StealthWatch[12365]: 2026-01-17T15:58:30Z 192.0.2.254 0.0.0.0 Minor High Concern Index The concern index of the host has risen. Observed 36.55M points.',
    ),
    sample(
      '<131>Jan  7 15:27:27 smc-01 StealthWatch[12365]: 2026-01-07T15:27:01Z 192.0.2.9 203.0.113.232 Critical Bad Host Source Host is http (80/tcp) client to bad.example (203.0.113.232)',
    ),
    sample(
      '<131>Jan 17 16:01:00 smc-01 StealthWatch[12365]: 2026-01-17T16:00:30Z 192.0.2.83 198.51.100.5 Major Suspect Data Loss Observed 1.2G bytes. Policy maximum allows up to 500M bytes.',
    ),
    sample(
      '<131>Jan 17 16:02:00 smc-02 StealthWatch[400]: 2026-01-17T16:01:30Z 2001:db8::83 2001:db8::5 Major Port Scan Source Host scanned 2048 ports.',
    ),
    sample(
      '<131>Jan 17 16:03:00 smc-02 StealthWatch[400]: 2026-01-17T16:02:30Z 192.0.2.11 0.0.0.0 Trivial New Host Active The host was seen for the first time.',
    ),
  ],
  configure: (config) => new LancopeParser(config),
};
