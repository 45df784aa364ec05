/** What the two syslog formats have in common: lines, priority, settings, the way refused lines are told. */
import { excerpt, ParseError } from './errors.ts';
import { javaZone } from './java-zone.ts';
import { asParseError, parseLines } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserOption, ParseSink } from './parser.ts';
import { booleanSetting, type Settings, textSetting } from './settings.ts';
import type { TimeZone } from './time-zone.ts';

const lineEnd = /\r\n|\n|\r/;
const beginsWithPriority = /^<\d{1,3}>/;

/**
 * Reads each line of a record as a message. `original_string` is the line. Settings: `deviceTimeZone` (zone of times without one; by
 * default the environment's); `joinLines` (default false): a line that does not begin with a priority continues the message before.
 */
export abstract class SyslogParser implements Parser {
  protected readonly environment: ParserEnvironment;
  protected readonly zone: TimeZone;
  readonly #joins: boolean;

  constructor(settings: Settings, environment: ParserEnvironment) {
    this.environment = environment;
    this.zone = javaZone(textSetting(settings, 'deviceTimeZone', environment.timeZone));
    this.#joins = booleanSetting(settings, 'joinLines', false);
  }

  parse(text: string, sink: ParseSink): void {
    if (text === '') {
      sink.skip(text, 'empty');
      return;
    }
    if (!text.includes('\n') && !text.includes('\r')) {
      this.#parseOne(text, sink);
      return;
    }
    const lines = text.split(lineEnd);
    if (lines.at(-1) === '') lines.pop();
    parseLines(this.#joins ? joined(lines) : lines, sink, (line) => this.readLine(line));
  }

  #parseOne(line: string, sink: ParseSink): void {
    let message: Message;
    try {
      message = this.readLine(line);
    } catch (error) {
      sink.reject(line, asParseError(error, line));
      return;
    }
    sink.emit(message);
  }

  /** Throws `ParseError` when the line is no such message. */
  protected abstract readLine(line: string): Message;
}

function joined(lines: readonly string[]): string[] {
  const out: string[][] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last === undefined || beginsWithPriority.test(line)) out.push([line]);
    else last.push(line);
  }
  return out.map((parts) => parts.join('\n'));
}

export const syslogOptions: readonly ParserOption[] = [
  {
    name: 'deviceTimeZone',
    type: 'zone',
    description: 'Zone of times without one; absent: `timeZone`.',
  },
  {
    name: 'joinLines',
    type: 'boolean',
    default: false,
    description: 'Whether a line that does not begin with a priority continues the message before.',
  },
];

export function refused(line: string, expected: string): ParseError {
  return new ParseError(`Not a syslog message: expected ${expected}: ${excerpt(line)}`);
}

/** Index behind `<pri>` at the beginning of a line (one to three digits); 0 when there is none. */
export function endOfPriority(line: string): number {
  if (line.charCodeAt(0) !== 0x3c) return 0;
  let at = 1;
  while (at < 4 && isDigit(line.charCodeAt(at))) at++;
  return at > 1 && line.charCodeAt(at) === 0x3e ? at + 1 : 0;
}

/** Sets the fields of a priority that ends at `end` (behind the bracket). All are text, as Metron has them. */
export function setPriority(message: Message, line: string, end: number): void {
  const text = line.slice(1, end - 1);
  const priority = Number(text);
  message['syslog.header.pri'] = text;
  message['syslog.header.severity'] = String(priority & 7);
  message['syslog.header.facility'] = String(priority >> 3);
}

export function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
