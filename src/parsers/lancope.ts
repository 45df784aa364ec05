/**
 * Lancope StealthWatch alarms as Logstash forwards them (Metron's BasicLancopeParser): JSON whose `message` is a syslog line
 * `<pri>Mmm d HH:mm:ss host StealthWatch[pid]: time source destination severity alarm …`.
 */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError } from './errors.ts';
import { readMap } from './jsonmap.ts';
import { KeyShapes } from './key-shapes.ts';
import { parseWhole } from './line-records.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { readIsoTime } from './timestamps.ts';

/** The place of the alarm's time among the words of the line. */
const timeWord = 5;
const mostWords = 4;

class LancopeParser implements Parser {
  readonly #shapes = new KeyShapes();
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  readonly #words: string[] = [];

  constructor(config: Settings) {
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
  }

  parse(text: string, sink: ParseSink): void {
    parseWhole(text, sink, this.#read);
  }

  readonly #read = (text: string): Message => {
    const map = readMap(text);
    const line = Object.hasOwn(map, 'message') ? map['message'] : undefined;
    if (typeof line !== 'string') throw new ParseError(`No text in the member message: ${excerpt(text)}`);
    const words = this.#words;
    const count = readWords(line, words);
    const time = count === 0 ? Number.NaN : readIsoTime(words[0]!);
    if (Number.isNaN(time) || count < 3)
      throw new ParseError(`Not a StealthWatch alarm (time, source, destination): ${excerpt(line)}`);
    const names = this.#names;
    const values = this.#values;
    let fields = 0;
    const add = (name: string, value: unknown): void => {
      names[fields] = name;
      values[fields++] = value;
    };
    for (const name in map) if (name !== '@timestamp' && name !== 'message') add(name, map[name]);
    add('ip_src_addr', words[1]);
    add('ip_dst_addr', words[2]);
    if (count > 3) add('alarm_severity', words[3]);
    add('original_string', line);
    add('timestamp', time);
    return this.#shapes.build(names, values, fields);
  };
}

/** Writes the words of the line from its time on, four at most; answers how many there are. */
function readWords(line: string, words: string[]): number {
  let at = 0;
  for (let word = 0; ; word++) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at++;
    if (at === line.length) return Math.max(0, word - timeWord);
    const from = at;
    while (at < line.length && !isSpace(line.charCodeAt(at))) at++;
    if (word >= timeWord) words[word - timeWord] = line.slice(from, at);
    if (word === timeWord + mostWords - 1) return mostWords;
  }
}

const rareSpace = /\s/;

function isSpace(c: number): boolean {
  if (c <= 0x20) return c === 0x20 || (c >= 0x09 && c <= 0x0d);
  return c === 0xa0 || (c >= 0x1680 && rareSpace.test(String.fromCharCode(c)));
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
