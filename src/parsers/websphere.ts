/** WebSphere DataPower appliances (Metron's GrokWebSphereParser): a Grok pattern, and what the text of a message says. */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError } from './errors.ts';
import { readDictionary, readPatternFile } from './grok/dictionary.ts';
import { compileGrok, type GrokMatcher } from './grok/grok.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { javaZoneOrGmt } from './java-zone.ts';
import { asParseError, isBlankText } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import type { TimeZone } from './time-zone.ts';
import { yearOfYearless } from './timestamps.ts';

class WebSphereParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #matcher: GrokMatcher;
  readonly #label: string;
  readonly #timestampField: string;
  readonly #readDate: DateReader;
  readonly #zone: TimeZone;
  #textAt = '';
  #timeOfText = 0;
  #nowOfText = Number.NaN;

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#label = textSetting(config, 'patternLabel', 'WEBSPHERE');
    this.#timestampField = textSetting(config, 'timestampField', 'timestamp_string');
    this.#zone = javaZoneOrGmt(textSetting(config, 'timeZone', textSetting(config, 'timezone', 'UTC')));
    this.#readDate = simpleDateFormat(textSetting(config, 'dateFormat', 'yyyy MMM dd HH:mm:ss'), this.#zone);
    const dictionary = readDictionary(
      readPatternFile('/patterns/common', environment),
      readPatternFile(textSetting(config, 'grokPath', '/patterns/websphere'), environment),
    );
    this.#matcher = compileGrok(`%{${this.#label}}`, dictionary, {
      without: [this.#label],
      extra: ['original_string', 'timestamp'],
    });
  }

  parse(text: string, sink: ParseSink): void {
    if (isBlankText(text)) {
      sink.skip(text, 'blank');
      return;
    }
    let message: Message;
    try {
      const found = this.#matcher.match(text);
      if (found === null) {
        sink.reject(text, new ParseError(`The line does not match %{${this.#label}}: ${excerpt(text)}`));
        return;
      }
      found['original_string'] = text;
      found['timestamp'] = this.#timestamp(found[this.#timestampField]);
      message = withoutEmpty(found, this.#timestampField);
      readText(message);
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    sink.emit(message);
  }

  /** `dateFormat` begins with a year, which lines do not have. The present time when it cannot be read. */
  #timestamp(value: unknown): number {
    const now = this.#environment.now();
    if (typeof value !== 'string') return now;
    if (value === this.#textAt && now === this.#nowOfText) return this.#timeOfText;
    const time = yearOfYearless((year) => this.#readDate(`${year} ${value}`, now), this.#zone, now);
    this.#textAt = value;
    this.#nowOfText = now;
    this.#timeOfText = Number.isNaN(time) ? now : time;
    return this.#timeOfText;
  }
}

function withoutEmpty(found: Message, timestampField: string): Message {
  const message: Message = {};
  for (const name in found) {
    const value = found[name];
    if (value !== null && value !== '' && name !== timestampField) message[name] = value;
  }
  return message;
}

/** Login, logout, or a process in front of the message. */
function readText(message: Message): void {
  const { message: text } = message;
  if (typeof text !== 'string') return;
  if (text.includes('logged into')) readLogin(message, text);
  else if (text.includes('logged out')) readLogout(message, text);
  else readProcess(message, text);
}

/** `user(NAME): [ADDRESS]: User logged into 'DOMAIN'.` */
function readLogin(message: Message, text: string): void {
  message['event_subtype'] = 'login';
  const colon = text.indexOf(':');
  if (colon < 0) return;
  const user = between(text, 0, colon, 'user(', ')');
  const next = text.indexOf(':', colon + 1);
  const address = between(text, colon + 1, next < 0 ? text.length : next, '[', ']');
  if (user !== undefined) message['username'] = user;
  if (address !== undefined) message['ip_src_addr'] = address;
  delete message['message'];
}

/** `[ADDRESS]: User 'NAME' logged out from 'DOMAIN'.` */
function readLogout(message: Message, text: string): void {
  message['event_subtype'] = 'logout';
  const quotes: number[] = [];
  for (let at = text.indexOf("'"); at >= 0 && quotes.length < 4; at = text.indexOf("'", at + 1))
    quotes.push(at);
  if (quotes.length < 4) return;
  const address = between(text, 0, quotes[0]!, '[', ']');
  if (address !== undefined) message['ip_src_addr'] = address;
  message['username'] = text.slice(quotes[0]! + 1, quotes[1]);
  message['security_domain'] = text.slice(quotes[2]! + 1, quotes[3]);
  delete message['message'];
}

/** `PROCESS(…): text` */
function readProcess(message: Message, text: string): void {
  const open = text.indexOf('(');
  if (open < 0) return;
  const colon = text.indexOf(': ', open);
  if (open > 0 && /^[\w.-]+$/.test(text.slice(0, Math.min(open, 256))))
    message['process'] = text.slice(0, open);
  if (colon >= 0) message['message'] = text.slice(colon + 2);
}

function between(text: string, from: number, to: number, open: string, close: string): string | undefined {
  const start = text.indexOf(open, from);
  if (start < 0 || start >= to) return undefined;
  const end = text.indexOf(close, start + open.length);
  return end < 0 || end > to ? undefined : text.slice(start + open.length, end);
}

export const webSphere: ParserType = {
  name: 'websphere',
  classNames: ['org.apache.metron.parsers.websphere.GrokWebSphereParser'],
  description: 'IBM WebSphere DataPower appliances over syslog',
  references: ['IBM DataPower Gateway, log message format of syslog targets'],
  options: [
    {
      name: 'grokPath',
      type: 'file',
      default: '/patterns/websphere',
      description: 'Pattern file; a built-in one by default.',
    },
    {
      name: 'patternLabel',
      type: 'text',
      default: 'WEBSPHERE',
      description: 'The pattern that fits a line.',
    },
    {
      name: 'timestampField',
      type: 'text',
      default: 'timestamp_string',
      description: 'Capture that holds the time, without its year.',
    },
    {
      name: 'dateFormat',
      type: 'dateFormat',
      default: 'yyyy MMM dd HH:mm:ss',
      description: 'How that time is read, with the year put before it.',
    },
    {
      name: 'timezone',
      type: 'zone',
      description: 'The same as `timeZone`, as older documentation calls it.',
    },
  ],
  samples: [
    "<133>Jan 15 17:47:28 dp-edge1 [public][0x81000033][auth][notice] user(ann007): [192.0.2.6]: User logged into 'public'.",
    "<134>Jan 15 18:02:27 dp-edge1 [0x81000019][auth][info] [192.0.2.201]: User 'bob' logged out from 'default'.",
    "<134>Jan 15 17:17:34 dp-qa3 [0x8240001c][audit][info] trans(191): (admin:default:system:*): ntp-service 'NTP Service' - Operational state down",
    '<131>Jan  5 17:36:35 dp-edge2 [0x80800018][auth][error] rbm(RBM-Settings): trans(3502888135)[request] gtid(3502888135): RBM: Resource access denied.',
    '<132>Jan 15 17:50:00 dp-edge2 [public][0x80e00049][network][warn] source-https(front): tid(9611): SSL handshake with 192.0.2.77 failed',
  ],
  configure: (config, environment) => new WebSphereParser(config, environment),
};
