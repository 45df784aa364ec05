/** Lines read by Grok patterns (Metron's GrokParser). Squid and YAF are configurations of it. */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError, ParserConfigError } from './errors.ts';
import { readDictionary, readPatternFile } from './grok/dictionary.ts';
import { compileGrok, type GrokMatcher } from './grok/grok.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { javaZoneOrGmt } from './java-zone.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import {
  choiceSetting,
  looseBooleanSetting,
  type Settings,
  textListSetting,
  textSetting,
} from './settings.ts';

/** Longer lines are refused, so that one of them cannot hold up the others. */
const longestLine = 1_048_576;

export const grok: ParserType = {
  name: 'grok',
  classNames: ['org.apache.metron.parsers.GrokParser'],
  description: 'Lines read by a Grok pattern: %{IP:ip_src_addr} %{WORD:method} …',
  configure: (config, environment) => new GrokParser(config, environment),
};

/**
 * Settings: `grokPath` (a pattern file; `/patterns/common` is always loaded before it) or `grokStatement` (its text), `patternLabel`
 * (the pattern to match), `multiLine`, `timestampField`, `timeFields` read with `dateFormat` (SimpleDateFormat) in `timeZone`
 * (`timezone` will do), `grokDialect` (`metron` or `logstash`).
 */
export class GrokParser implements Parser {
  readonly #matcher: GrokMatcher;
  readonly #label: string;
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
    this.#label = textSetting(config, 'patternLabel', '');
    const path = textSetting(config, 'grokPath', '');
    const statement = textSetting(config, 'grokStatement', '');
    if (this.#label === '' || (path === '' && statement === '')) {
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
      path === '' ? '' : readPatternFile(path, environment),
      statement,
    );
    this.#matcher = compileGrok(`%{${this.#label}}`, dictionary, {
      dialect: choiceSetting(config, 'grokDialect', ['metron', 'logstash'], 'metron'),
      without: [this.#label],
      extra: ['original_string', ...(this.#timestampField === '' ? [] : ['timestamp'])],
    });
  }

  /** What was compiled, for those who show or check a configuration. */
  get matcher(): GrokMatcher {
    return this.#matcher;
  }

  parse(text: string, sink: ParseSink): void {
    if (this.#multiLine) this.#parseLines(text, sink);
    else this.#parseLine(text, sink, false);
  }

  validate(message: Message): boolean {
    const { timestamp } = message;
    return typeof timestamp === 'number' && Number.isInteger(timestamp) && timestamp > 0;
  }

  #parseLines(text: string, sink: ParseSink): void {
    for (let from = 0; from < text.length; ) {
      let end = text.indexOf('\n', from);
      if (end < 0) end = text.length;
      const lineEnd = end > from && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      this.#parseLine(text.slice(from, lineEnd), sink, true);
      from = end + 1;
    }
  }

  #parseLine(line: string, sink: ParseSink, ofMany: boolean): void {
    let message: Message | null;
    try {
      if (line.length > longestLine) {
        throw new ParseError(`A line of ${line.length} characters is longer than ${longestLine}`);
      }
      message = this.#matcher.match(line);
      if (message === null) {
        sink.reject(line, new ParseError(`The line does not match %{${this.#label}}: ${excerpt(line)}`));
        return;
      }
      message['original_string'] = line;
      if (this.#timeFields.length > 0) this.#readTimes(message);
      if (this.#timestampField !== '')
        message['timestamp'] = timestampOf(message[this.#timestampField], this.#timestampField);
      this.#finish?.(message);
    } catch (error) {
      const problem = error instanceof Error ? error : new ParseError(String(error));
      if (ofMany) sink.reject(line, problem);
      else sink.fail(problem);
      return;
    }
    sink.emit(message);
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
  if (typeof value === 'string') {
    const digits = value.replaceAll('.', '');
    if (/^[+-]?\d{1,18}$/.test(digits)) return Number(digits);
  }
  throw new ParseError(`The timestamp field ${field} is ${excerpt(JSON.stringify(value ?? null))}`, {
    hint: 'Expected digits; a date has to stand in timeFields too',
  });
}
