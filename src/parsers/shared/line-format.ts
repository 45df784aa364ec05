/** What parsers of text lines have in common: each line of a record is a message, a refusal or a counted skip. */
import { excerpt, ParseError } from '../errors.ts';
import { javaZone } from '../java-zone.ts';
import { asParseError, LineRefusals } from '../line-records.ts';
import type { Message, Parser, ParserEnvironment, ParseSink } from '../parser.ts';
import { type Settings, textSetting } from '../settings.ts';
import type { TimeZone } from '../time-zone.ts';
import { EventFields } from './event-fields.ts';

export abstract class LineFormat implements Parser {
  protected readonly fields = new EventFields();

  parse(text: string, sink: ParseSink): void {
    let end = text.indexOf('\n');
    if (end < 0) {
      this.#one(text, sink);
      return;
    }
    const refusals = new LineRefusals(sink);
    let start = 0;
    for (;;) {
      const stop = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      const line = text.slice(start, stop);
      const reason = this.skipReason(line);
      if (reason !== undefined) {
        // What stands behind the last line end is no line.
        if (start < text.length) sink.skip(line, reason);
      } else {
        let message: Message | undefined;
        this.fields.clear();
        try {
          message = this.read(line);
        } catch (error) {
          if (!refusals.refuse(line, error)) {
            refusals.refuseRest(text.slice(end + 1));
            return;
          }
        }
        if (message !== undefined) sink.emit(message);
      }
      if (end >= text.length) return;
      start = end + 1;
      end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
    }
  }

  #one(text: string, sink: ParseSink): void {
    const line = text.charCodeAt(text.length - 1) === 0x0d ? text.slice(0, -1) : text;
    const reason = this.skipReason(line);
    if (reason !== undefined) {
      sink.skip(line, reason);
      return;
    }
    let message: Message;
    this.fields.clear();
    try {
      message = this.read(line);
    } catch (error) {
      sink.reject(line, asParseError(error, line));
      return;
    }
    sink.emit(message);
  }

  /** Why a line holds no message by the format's own rules; blank lines hold none. */
  protected skipReason(line: string): string | undefined {
    return isBlank(line) ? 'blank' : undefined;
  }

  /** Reads a line, without its end, with the help of `fields`, which are empty. Throws `ParseError` when it is no such line. */
  protected abstract read(line: string): Message;
}

/** As `LineFormat`, for formats whose times need a zone and the clock. Setting: `deviceTimeZone`. */
export abstract class TimedLineFormat extends LineFormat {
  protected readonly environment: ParserEnvironment;
  protected readonly zone: TimeZone;

  constructor(settings: Settings, environment: ParserEnvironment) {
    super();
    this.environment = environment;
    this.zone = javaZone(textSetting(settings, 'deviceTimeZone', environment.timeZone));
  }
}

function isBlank(line: string): boolean {
  for (let i = 0; i < line.length; i++) if (line.charCodeAt(i) > 0x20) return false;
  return true;
}

export function refusedLine(line: string, what: string, expected: string): ParseError {
  return new ParseError(`Not ${what}: expected ${expected}: ${excerpt(line)}`);
}
