/** Lines read by Grok patterns (Metron's GrokParser). Squid and YAF are configurations of it. */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError, ParserConfigError } from './errors.ts';
import { readDictionary, readPatternFile } from './grok/dictionary.ts';
import { compileGrok, type GrokMatcher } from './grok/grok.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { javaZoneOrGmt } from './java-zone.ts';
import { asParseError, LineRefusals } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserOption, ParserType, ParseSink } from './parser.ts';
import {
  choiceSetting,
  looseBooleanSetting,
  type Settings,
  textListSetting,
  textSetting,
} from './settings.ts';

/** Of lines that do not match and take longer than this (ms), … */
const slowLine = 10;
/** … so many in one record are tried; then what is left of the record is refused. */
const mostSlowLines = 8;

const options: readonly ParserOption[] = [
  {
    name: 'grokPath',
    type: 'file',
    description:
      'A file of patterns, under the configuration folder or built in. `/patterns/common` always comes before it.',
  },
  {
    name: 'grokStatement',
    type: 'text',
    description: 'The text of a pattern file, in its place or behind it.',
  },
  {
    name: 'patternLabel',
    type: 'list',
    required: true,
    description: 'The pattern that fits a line; of several the first that does.',
  },
  {
    name: 'multiLine',
    type: 'flag',
    default: false,
    description: 'Whether each line of a record is a message.',
  },
  {
    name: 'timestampField',
    type: 'text',
    description: 'Field that becomes `timestamp`: a number, or digits, of which dots are taken out.',
  },
  {
    name: 'timeFields',
    type: 'list',
    default: [],
    description: 'Fields that `dateFormat` reads; they become epoch milliseconds.',
  },
  {
    name: 'dateFormat',
    type: 'dateFormat',
    default: 'yyyy-MM-dd HH:mm:ss.S z',
    description: 'How they are read (SimpleDateFormat, leniently).',
  },
  { name: 'timezone', type: 'zone', description: 'The same as `timeZone`, as older documentation calls it.' },
  {
    name: 'grokDialect',
    type: 'text',
    choices: ['metron', 'logstash'],
    default: 'metron',
    description:
      '`metron`: captures without a type are numbers where they look like one, and unnamed references give a field of their own name. `logstash`: text unless typed, names may have dots, unnamed references give nothing.',
  },
];

/** No place in the line fits the pattern: the line is refused, not the record. */
class NoMatch extends ParseError {}

export const grok: ParserType = {
  name: 'grok',
  classNames: ['org.apache.metron.parsers.GrokParser'],
  description: 'Lines read by a Grok pattern: %{IP:ip_src_addr} %{WORD:method} …',
  references: ['Logstash Reference: Grok filter plugin'],
  options: grokOptions({}),
  sampleConfig: {
    grokStatement:
      'APP %{TIMESTAMP_ISO8601:time} %{WORD:level} %{NOTSPACE:service} user=%{USERNAME:user} ip=%{IP:ip_src_addr} took=%{NUMBER:ms}ms',
    patternLabel: 'APP',
    timeFields: ['time'],
    dateFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    timestampField: 'time',
  },
  samples: [
    '2026-01-01T09:01:01.123Z INFO billing user=ann ip=192.0.2.17 took=12ms',
    '2026-01-01T09:01:02.000Z WARN billing user=bob ip=192.0.2.18 took=2031ms',
    '2026-01-01T09:01:03.500Z ERROR auth user=carol.d ip=2001:db8::17 took=7.5ms',
    '2026-01-01T10:01:04.250+01:00 INFO search user=dave ip=192.0.2.19 took=0ms',
    '2026-01-01T09:01:05.750Z DEBUG search user=erin ip=198.51.100.7 took=3ms',
  ],
  configure: (config, environment) => new GrokParser(config, environment),
};

/** The options of a parser built on Grok, with its own defaults. */
export function grokOptions(defaults: Readonly<Record<string, unknown>>): readonly ParserOption[] {
  return options.map((option) =>
    Object.hasOwn(defaults, option.name)
      ? { ...option, required: false, default: defaults[option.name] }
      : option,
  );
}

/**
 * Settings: `grokPath` (a pattern file; `/patterns/common` is always loaded before it) or `grokStatement` (its text), `patternLabel`
 * (the pattern to match, or several, of which the first that fits counts), `multiLine`, `timestampField`, `timeFields` read with `dateFormat` (SimpleDateFormat) in `timeZone`
 * (`timezone` will do), `grokDialect` (`metron` or `logstash`).
 */
export class GrokParser implements Parser {
  readonly #matchers: readonly GrokMatcher[];
  readonly #labels: string;
  readonly #multiLine: boolean;
  readonly #timestampField: string;
  readonly #timeFields: readonly string[];
  readonly #readDate: DateReader;
  readonly #environment: ParserEnvironment;
  readonly #finish: ((message: Message) => void) | undefined;

  /** `finish`: what a parser built on this one does to each message at the end. Throws `ParserConfigError`. */
  constructor(config: Settings, environment: ParserEnvironment, finish?: (message: Message) => void) {
    this.#environment = environment;
    this.#finish = finish;
    const labels = textListSetting(config, 'patternLabel').filter((label) => label !== '');
    const paths = textListSetting(config, 'grokPath').filter((path) => path !== '');
    const statement = textSetting(config, 'grokStatement', '');
    this.#labels = labels.map((label) => `%{${label}}`).join(' or ');
    if (labels.length === 0 || (paths.length === 0 && statement === '')) {
      throw new ParserConfigError('A Grok parser needs patternLabel and grokPath (or grokStatement)', {
        hint: 'grokPath names a file of patterns, patternLabel the one that fits a line',
      });
    }
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    this.#multiLine = looseBooleanSetting(config, 'multiLine', false);
    this.#timestampField = textSetting(config, 'timestampField', '');
    this.#timeFields = textListSetting(config, 'timeFields');
    const zone = javaZoneOrGmt(textSetting(config, 'timeZone', textSetting(config, 'timezone', 'UTC')));
    this.#readDate = simpleDateFormat(textSetting(config, 'dateFormat', 'yyyy-MM-dd HH:mm:ss.S z'), zone);
    const dictionary = readDictionary(
      readPatternFile('/patterns/common', environment),
      ...paths.map((path) => readPatternFile(path, environment)),
      statement,
    );
    const dialect = choiceSetting(config, 'grokDialect', ['metron', 'logstash'], 'metron');
    this.#matchers = labels.map((label) =>
      compileGrok(`%{${label}}`, dictionary, {
        dialect,
        without: [label],
        extra: ['original_string', ...(this.#timestampField === '' ? [] : ['timestamp'])],
      }),
    );
  }

  /** Undefined for a parser built on this one that changes its messages. */
  get messageFields(): readonly string[] | undefined {
    if (this.#finish !== undefined) return undefined;
    return [...this.#matchers.flatMap((matcher) => matcher.fields), 'original_string', 'timestamp'];
  }

  /** What was compiled, for those who show or check a configuration. */
  get matchers(): readonly GrokMatcher[] {
    return this.#matchers;
  }

  parse(text: string, sink: ParseSink): void {
    if (this.#multiLine) {
      this.#parseLines(text, sink);
      return;
    }
    let message: Message;
    try {
      message = this.#read(text);
    } catch (error) {
      if (error instanceof NoMatch) sink.reject(text, error);
      else sink.fail(asParseError(error, text));
      return;
    }
    sink.emit(message);
  }

  validate(message: Message): boolean {
    const { timestamp } = message;
    return typeof timestamp === 'number' && Number.isInteger(timestamp) && timestamp > 0;
  }

  #parseLines(text: string, sink: ParseSink): void {
    const refusals = new LineRefusals(sink);
    let slow = 0;
    for (let from = 0; from < text.length; ) {
      let end = text.indexOf('\n', from);
      if (end < 0) end = text.length;
      const lineEnd = end > from && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      const line = text.slice(from, lineEnd);
      from = end + 1;
      const start = performance.now();
      let message: Message | undefined;
      try {
        message = this.#read(line);
      } catch (error) {
        if (!refusals.refuse(line, error)) {
          refusals.refuseRest(text.slice(from));
          return;
        }
      }
      if (message !== undefined) sink.emit(message);
      else if (performance.now() - start > slowLine && ++slow === mostSlowLines) {
        const rest = text.slice(from);
        if (rest !== '')
          sink.reject(
            rest,
            new ParseError(`${slow} lines of the record took long; the rest of it was not tried`),
          );
        return;
      }
    }
  }

  /** Throws for a line that is refused. */
  #read(line: string): Message {
    let message: Message | null = null;
    for (const matcher of this.#matchers) {
      message = matcher.match(line);
      if (message !== null) break;
    }
    if (message === null) throw new NoMatch(`The line does not match ${this.#labels}: ${excerpt(line)}`);
    message['original_string'] = line;
    if (this.#timeFields.length > 0) this.#readTimes(message);
    if (this.#timestampField !== '')
      message['timestamp'] = timestampOf(message[this.#timestampField], this.#timestampField);
    this.#finish?.(message);
    return message;
  }

  #readTimes(message: Message): void {
    const now = this.#environment.now();
    for (const field of this.#timeFields) {
      const value = Object.hasOwn(message, field) ? message[field] : undefined;
      if (typeof value !== 'string') {
        throw new ParseError(`The time field ${field} is ${JSON.stringify(value ?? null)}`, {
          hint: 'Expected text',
        });
      }
      const time = this.#readDate(value, now);
      if (Number.isNaN(time))
        throw new ParseError(`The time field ${field} is no time by dateFormat: ${excerpt(value)}`);
      message[field] = time;
    }
  }
}

/** A number as it is; of text the digits on both sides of dots (`1461576382.642` is seconds with milliseconds). */
function timestampOf(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' ? digitsWithoutDots(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new ParseError(`The timestamp field ${field} is ${excerpt(JSON.stringify(value ?? null))}`, {
      hint: 'Expected digits; a date has to stand in timeFields too',
    });
  }
  return time;
}

function digitsWithoutDots(text: string): number {
  let value = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x30 && c <= 0x39) {
      value = value * 10 + (c - 0x30);
      digits++;
    } else if (c !== 0x2e && !(i === 0 && (c === 0x2b || c === 0x2d))) return Number.NaN;
  }
  if (digits === 0 || digits > 18) return Number.NaN;
  return text.charCodeAt(0) === 0x2d ? -value : value;
}
