/**
 * JSONMap: each record is a JSON object, or holds a list of them found by a query. Settings (`parserConfig`):
 *
 * - `mapStrategy`: what becomes of a member that is an object: `DROP` (default), `UNFOLD` (`a.b.c`; lists stay as they are), `ALLOW`,
 *   `ERROR`. Objects inside of lists stay.
 * - `jsonpQuery`: a JSONPath (see jsonpath.ts) to a list of objects, one message each. No match gives no message.
 * - `wrapInEntityArray`, `wrapEntityName` (`messages`): with a query, `{…},{…}` is read as `{"messages": [{…},{…}]}`.
 * - `overrideOriginalString`: `original_string` becomes the JSON text of the object, before the strategy.
 *
 * A missing `timestamp` becomes the present time. Comments and text after the value are passed over. Integers beyond 2^53 are
 * kept as text (see json.ts).
 */
import { excerpt, ParseError } from './errors.ts';
import { isMap, setField } from './fields.ts';
import { FlatJsonReader } from './flat-json.ts';
import { FlatShapes } from './flat-shapes.ts';
import { inspect, parseLenientJson } from './json.ts';
import { compileJsonPath, type JsonPath, select } from './jsonpath.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import {
  booleanSetting,
  choiceSetting,
  looseBooleanSetting,
  type Settings,
  textSetting,
} from './settings.ts';

const strategies = ['DROP', 'UNFOLD', 'ALLOW', 'ERROR'] as const;
type MapStrategy = (typeof strategies)[number];

class JsonMapParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #strategy: MapStrategy;
  readonly #query: JsonPath | undefined;
  readonly #wrapPrefix: string | undefined;
  readonly #overrideOriginal: boolean;
  readonly #shapes = new FlatShapes();
  readonly #flat = new FlatJsonReader();

  constructor(settings: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    this.#strategy = choiceSetting(settings, 'mapStrategy', strategies, 'DROP');
    this.#overrideOriginal = booleanSetting(settings, 'overrideOriginalString', false);
    const query = textSetting(settings, 'jsonpQuery', '').trim();
    this.#query = query === '' ? undefined : compileJsonPath(query);
    const wraps = looseBooleanSetting(settings, 'wrapInEntityArray', false);
    const name = textSetting(settings, 'wrapEntityName', 'messages');
    this.#wrapPrefix = wraps && this.#query !== undefined ? `{${JSON.stringify(name)}:[` : undefined;
  }

  parse(text: string, sink: ParseSink): void {
    try {
      if (this.#query === undefined) {
        sink.emit(this.#readOne(text));
      } else {
        this.#parseList(text, this.#query, sink);
      }
    } catch (error) {
      sink.fail(
        error instanceof ParseError
          ? error
          : new ParseError(`Cannot read the record ${excerpt(text)}`, { cause: error }),
      );
    }
  }

  /** One pass over the members says whether the object can be the message as it is, which most can. */
  #readOne(text: string): Message {
    const flat = this.#flat.read(text);
    if (flat !== undefined) return this.#toMessage(flat, false);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#toMessage(readMap(text), true);
    }
    if (!isMap(value)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
    const kind = inspect(value);
    if (kind !== 'inexact') this.#flat.learn(text, value);
    return kind === 'inexact'
      ? this.#toMessage(readMap(text), true)
      : this.#toMessage(value, kind === 'mixed');
  }

  #parseList(text: string, query: JsonPath, sink: ParseSink): void {
    const root = parseLenientJson(
      this.#wrapPrefix === undefined ? text : `${this.#wrapPrefix}${withoutLastComma(text)}\n]}`,
    );
    const found = select(root, query.steps);
    const list = query.definite ? found[0] : found;
    if (list === undefined || list === null) {
      sink.skip(text, `nothing fits the query ${query.source}`);
      return;
    }
    if (!Array.isArray(list))
      throw new ParseError(`The query ${query.source} leads to a single value, not to a list of objects`);
    const messages: Message[] = [];
    for (const item of list) {
      if (!isMap(item))
        throw new ParseError(
          `The query ${query.source} leads to ${excerpt(String(JSON.stringify(item)))}, not to an object`,
        );
      messages.push(this.#toMessage(item, true));
    }
    if (messages.length === 0) sink.skip(text, `the query ${query.source} leads to an empty list`);
    for (const message of messages) sink.emit(message);
  }

  /** `mixed`: the object may hold objects. */
  #toMessage(map: Message, mixed: boolean): Message {
    let message = map;
    if (mixed && this.#strategy !== 'ALLOW' && holdsMap(map)) {
      message = this.#strategy === 'DROP' ? withoutMaps(map) : this.#unfold(map);
    }
    if (this.#overrideOriginal) {
      const original = JSON.stringify(map);
      if (message === map) message = { ...map };
      message['original_string'] = original;
    }
    if (message['timestamp'] === undefined) message['timestamp'] = this.#environment.now();
    return message;
  }

  #unfold(map: Message): Message {
    if (this.#strategy === 'ERROR')
      throw new ParseError('A member is an object, which mapStrategy ERROR forbids');
    const out: Message = {};
    this.#shapes.flatten(out, map, false);
    return out;
  }
}

/** The JSON object that a record is. Throws `ParseError` for anything else. */
export function readMap(text: string): Message {
  const value = parseLenientJson(text);
  if (!isMap(value)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
  return value;
}

/** Whether some member is an object. */
export function holdsMap(map: Readonly<Record<string, unknown>>): boolean {
  for (const key in map) {
    const value = map[key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return true;
  }
  return false;
}

function withoutMaps(map: Message): Message {
  const out: Message = {};
  for (const key in map) {
    const value = map[key];
    if (!isMap(value)) setField(out, key, value);
  }
  return out;
}

function withoutLastComma(text: string): string {
  const trimmed = text.trim();
  return trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
}

export const jsonMap: ParserType = {
  name: 'jsonmap',
  classNames: ['org.apache.metron.parsers.json.JSONMapParser', 'JSONMapParser', 'jsonMap', 'json'],
  description: 'JSON objects, one a record, or a list of them found by a JSONPath query',
  references: ['RFC 8259 (JSON)', 'RFC 9535 (JSONPath), read as Jayway JsonPath does'],
  options: [
    {
      name: 'mapStrategy',
      type: 'text',
      choices: strategies,
      default: 'DROP',
      description:
        'What becomes of a member that is an object: left out, flattened with dots (`UNFOLD`), kept (`ALLOW`), or the record is refused (`ERROR`).',
    },
    { name: 'jsonpQuery', type: 'text', description: 'JSONPath to a list of objects, one message each.' },
    {
      name: 'wrapInEntityArray',
      type: 'flag',
      default: false,
      description: 'With a query: read `{…},{…}` as `{"messages": [{…},{…}]}`.',
    },
    { name: 'wrapEntityName', type: 'text', default: 'messages', description: 'The name of that list.' },
    {
      name: 'overrideOriginalString',
      type: 'boolean',
      default: false,
      description: 'Whether `original_string` is the JSON of the single object instead of the record.',
    },
  ],
  samples: [
    '{"timestamp":1767258061123,"user":"ann","action":"login","ip_src_addr":"192.0.2.17","success":true}',
    '{"timestamp":1767258062000,"user":"bob","action":"upload","bytes":5120,"tags":["finance","q1"]}',
    '{"timestamp":1767258063000,"level":"warn","service":"billing","request":{"method":"POST","path":"/pay","status":502}}',
    '{"timestamp":1767258064000,"host":"ws-17","cpu":0.93,"big":12345678901234567890}',
    '{"user":"carol","action":"logout","ip_src_addr":"2001:db8::17","note":null}',
  ],
  configure: (config, environment) => new JsonMapParser(config, environment),
};
