/** What parsers of JSON events have in common: one object a record or a line, a list of them, or an object that holds such a list. */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';
import { FlatShapes } from '../flat-shapes.ts';
import { parseJson } from '../json.ts';
import { JsonKinds } from '../json-kinds.ts';
import { asParseError, holdsLines, isBlankText, LineRefusals, nonBlankLines } from '../line-records.ts';
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
  readonly #kinds = new JsonKinds();
  readonly #wrappers: readonly string[];
  readonly #prefix: string;

  /** `prefix`: what the names of all members get in front. `wrappers`: members that may hold a list of events. */
  constructor(prefix: string, wrappers: readonly string[]) {
    this.#prefix = prefix;
    this.#wrappers = wrappers;
  }

  parse(text: string, sink: ParseSink): void {
    eachJsonValue(text, sink, this.#one, this.#kinds);
  }

  readonly #one: JsonValueReader = (value, text, _alone, sink) => {
    const list = Array.isArray(value) ? value : this.#listIn(value);
    if (list !== undefined) {
      this.#parseList(list, text, sink);
      return;
    }
    sink.emit(this.#read(value, text));
  };

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

/** Told of a value: `alone` says that it is the record, else it is a line of one. Throws for one that it refuses. */
export type JsonValueReader = (value: unknown, text: string, alone: boolean, sink: ParseSink) => void;

/** The JSON value that a record is, or that each of its lines is; `kinds`: those that came before. What is no JSON is refused, blank text is skipped. */
export function eachJsonValue(text: string, sink: ParseSink, read: JsonValueReader, kinds?: JsonKinds): void {
  let value: unknown;
  try {
    value = readJson(text, kinds);
  } catch (error) {
    if (isBlankText(text)) sink.skip(text, 'blank');
    else if (holdsLines(text) || text.includes('\n{')) eachLine(nonBlankLines(text), sink, read, kinds);
    else sink.fail(asParseError(error, text));
    return;
  }
  try {
    read(value, text, true, sink);
  } catch (error) {
    sink.fail(asParseError(error, text));
  }
}

function readJson(text: string, kinds: JsonKinds | undefined): unknown {
  if (kinds === undefined) return parseJson(text);
  const known = kinds.read(text);
  if (known !== undefined) return known;
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null) kinds.learn(text);
  return value;
}

function eachLine(
  lines: readonly string[],
  sink: ParseSink,
  read: JsonValueReader,
  kinds: JsonKinds | undefined,
): void {
  const refusals = new LineRefusals(sink);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    try {
      read(readJson(line, kinds), line, false, sink);
    } catch (error) {
      if (refusals.refuse(line, error)) continue;
      refusals.refuseRest(lines.slice(i + 1).join('\n'));
      return;
    }
  }
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
