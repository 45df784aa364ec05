/** Records of many lines, each a message of its own: a refused line does not stop the others. */
import { excerpt, ParseError } from './errors.ts';
import type { Message, ParseSink } from './parser.ts';

/** So many refused lines one by one, then what is left of the record is refused as a whole: it is not what was expected. */
const maxRefused = 1000;

/** Counts the refused lines of one record. */
export class LineRefusals {
  readonly #sink: ParseSink;
  #count = 0;

  constructor(sink: ParseSink) {
    this.#sink = sink;
  }

  /** Refuses a line; answers false when the rest should not be tried any more. */
  refuse(line: string, error: unknown): boolean {
    this.#sink.reject(line, asParseError(error, line));
    this.#count++;
    return this.#count < maxRefused;
  }

  /** Refuses what is left of a record. */
  refuseRest(rest: string): void {
    if (rest === '') return;
    this.#sink.reject(
      rest,
      new ParseError(`${maxRefused} lines of the record were refused; the rest of it was not tried`),
    );
  }
}

/** Emits what `read` makes of each line. `read` throws for a line that it refuses. */
export function parseLines(lines: readonly string[], sink: ParseSink, read: (line: string) => Message): void {
  const refusals = new LineRefusals(sink);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    let message: Message;
    try {
      message = read(line);
    } catch (error) {
      if (refusals.refuse(line, error)) continue;
      refusals.refuseRest(lines.slice(i + 1).join('\n'));
      return;
    }
    sink.emit(message);
  }
}

/** The error itself, or a `ParseError` around it. */
export function asParseError(error: unknown, text: string): ParseError {
  if (error instanceof ParseError) return error;
  return new ParseError(`Cannot read ${excerpt(text)}`, { cause: error });
}

/** Whether the first of several lines is an object by itself, rather than the beginning of one. */
export function holdsLines(text: string): boolean {
  const newline = text.indexOf('\n');
  return newline > 0 && newline < text.trimEnd().length && text.slice(0, newline).trimEnd().endsWith('}');
}

export function nonBlankLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/**
 * A record of one line or several, each a message. A record of a single line that is refused fails as a whole (as Metron's do); of
 * several lines only the refused ones. Blank lines are skipped.
 */
export function parseTextLines(text: string, sink: ParseSink, read: (line: string) => Message): void {
  const end = endOfText(text);
  if (text.indexOf('\n') < 0 || text.indexOf('\n') >= end) {
    parseWhole(end === text.length ? text : text.slice(0, end), sink, read);
    return;
  }
  const refusals = new LineRefusals(sink);
  let blank = 0;
  for (let from = 0; from < end; ) {
    let stop = text.indexOf('\n', from);
    if (stop < 0 || stop > end) stop = end;
    const line = text.slice(from, text.charCodeAt(stop - 1) === 0x0d && stop > from ? stop - 1 : stop);
    from = stop + 1;
    if (isBlankText(line)) {
      blank++;
      continue;
    }
    let message: Message;
    try {
      message = read(line);
    } catch (error) {
      if (refusals.refuse(line, error)) continue;
      refusals.refuseRest(text.slice(from, end));
      break;
    }
    sink.emit(message);
  }
  if (blank > 0) sink.skip('', `${blank} blank lines`);
}

/** A record that is one message; a blank one is skipped. `read` throws for one that it refuses. */
export function parseWhole(line: string, sink: ParseSink, read: (line: string) => Message): void {
  if (isBlankText(line)) {
    sink.skip(line, 'blank');
    return;
  }
  let message: Message;
  try {
    message = read(line);
  } catch (error) {
    sink.fail(asParseError(error, line));
    return;
  }
  sink.emit(message);
}

/** Index behind the last character that is no line end. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0x0a || text.charCodeAt(end - 1) === 0x0d)) end--;
  return end;
}

export function isBlankText(text: string): boolean {
  const first = text.charCodeAt(0);
  return !(first > 0x20) && text.trim() === '';
}
