/** What parsers of JSON events have in common: one object a record or a line, a list of them, or an object that holds such a list. */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';
import { FlatShapes } from '../flat-shapes.ts';
import { needsExactNumbers, parseJson } from '../json.ts';
import { asParseError, holdsLines, LineRefusals, nonBlankLines, parseLines } from '../line-records.ts';
import type { Message, Parser, ParseSink } from '../parser.ts';
import { EventFields } from './event-fields.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * `original_string` is the text of the object; of an object inside of a list it is its JSON, written anew. Numbers that a double cannot hold
 * are text (see json.ts), null is left out.
 */
export abstract class JsonFormat implements Parser {
  protected readonly fields = new EventFields();
  readonly #shapes = new FlatShapes();
  readonly #wrappers: readonly string[];
  readonly #prefix: string;

  /** `prefix`: what the names of all members get in front. `wrappers`: members that may hold a list of events. */
  constructor(prefix: string, wrappers: readonly string[]) {
    this.#prefix = prefix;
    this.#wrappers = wrappers;
  }

  parse(text: string, sink: ParseSink): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
      if (needsExactNumbers(value, 0)) value = parseJson(text);
    } catch (cause) {
      if (isBlank(text)) sink.skip(text, 'blank');
      else if (cause instanceof ParseError) sink.fail(cause);
      else if (holdsLines(text)) this.#parseLines(text, sink);
      else sink.fail(new ParseError(`Not a JSON record: ${excerpt(text)}`, { cause }));
      return;
    }
    const list = Array.isArray(value) ? value : this.#listIn(value);
    if (list !== undefined) {
      this.#parseList(list, text, sink);
      return;
    }
    let message: Message;
    try {
      message = this.#read(value, text);
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    sink.emit(message);
  }

  #parseLines(text: string, sink: ParseSink): void {
    const lines = nonBlankLines(text);
    if (this.#wrappers.length === 0) {
      parseLines(lines, sink, (line) => this.#readText(line));
      return;
    }
    // Each line may be a list of its own.
    for (const line of lines) this.parse(line, { ...bound(sink), fail: (error) => sink.reject(line, error) });
  }

  #readText(text: string): Message {
    const value: unknown = JSON.parse(text);
    return this.#read(needsExactNumbers(value, 0) ? parseJson(text) : value, text);
  }

  #listIn(value: unknown): readonly unknown[] | undefined {
    if (!isMap(value)) return undefined;
    for (const name of this.#wrappers) {
      const member = value[name];
      if (Array.isArray(member)) return member;
    }
    return undefined;
  }

  #parseList(list: readonly unknown[], text: string, sink: ParseSink): void {
    if (list.length === 0) sink.skip(text, 'empty-list');
    const refusals = new LineRefusals(sink);
    for (let i = 0; i < list.length; i++) {
      const one = JSON.stringify(list[i]);
      let message: Message;
      try {
        message = this.#read(list[i], one);
      } catch (error) {
        if (refusals.refuse(one, error)) continue;
        refusals.refuseRest(list.length > i + 1 ? JSON.stringify(list.slice(i + 1)) : '');
        return;
      }
      sink.emit(message);
    }
  }

  #read(event: unknown, text: string): Message {
    if (!isMap(event)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
    this.fields.clear();
    this.describe(event, text);
    this.fields.set('original_string', text);
    const message = this.fields.build();
    this.#shapes.flatten(message, { [this.#prefix]: this.flattened(event) }, true);
    return message;
  }

  /** Sets `timestamp` and the fields of usual names. Throws `ParseError` when the object is no such event. */
  protected abstract describe(event: Json, text: string): void;

  /** What is flattened under the prefix: the event itself unless told otherwise. */
  protected flattened(event: Json): Json {
    return event;
  }
}

function bound(sink: ParseSink): ParseSink {
  return {
    emit: (message) => sink.emit(message),
    reject: (line, error) => sink.reject(line, error),
    fail: (error) => sink.fail(error),
    skip: (line, reason) => sink.skip(line, reason),
  };
}

function isBlank(text: string): boolean {
  return text.length < 4096 && text.trim() === '';
}

/** A member that is an object; an empty one otherwise. */
export function mapIn(map: Json, name: string): Json {
  const value = map[name];
  return isMap(value) ? value : nothing;
}

const nothing: Json = {};

/** A member that is text and not empty; undefined otherwise. */
export function textIn(map: Json, name: string): string | undefined {
  const value = map[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function refusedEvent(what: string, expected: string, text: string): ParseError {
  return new ParseError(`Not ${what}: expected ${expected}: ${excerpt(text)}`);
}
