/**
 * Zeek (once Bro), in every form in which its logs travel. A record is one of
 *
 * - `{"conn": {…}}`, the log's name around the members, or a flat object with a `type`, as the Kafka writer plug-in makes them;
 * - Zeek's own JSON: `_path` names the log, else the setting `path` does, else it is guessed. Several lines are several messages;
 * - the tab-separated form: a header and any number of lines (see framing.ts), one message each.
 *
 * Fields: `timestamp` (ms) and `bro_timestamp` (text, seconds with up to six decimals) from `ts`, which may be seconds, milliseconds
 * or RFC 3339; `ip_src_addr`, `ip_src_port`, `ip_dst_addr`, `ip_dst_port` from the originator and the responder (or the first of
 * `tx_hosts`, `rx_hosts`); `protocol` is the *log's name* in every form, as Metron has it, so that configurations fit all of
 * them; the transport stays in `proto`. Other members keep their names. Unset ones are left out.
 *
 * `original_string` is the line. For the tagged form of class BasicBroParser it is `CONN | key:value …`, as Metron writes it.
 *
 * Settings (`parserConfig`): `path`, the log's name where a record has none.
 */
import { type BroKind, compileBroKind } from './bro-kind.ts';
import {
  broOriginal,
  compileBroMembers,
  compileBroTextMembers,
  holdsWholeFraction,
  startOfFirstValue,
} from './bro-original.ts';
import { excerpt, ParseError } from './errors.ts';
import { isMap, setField } from './fields.ts';
import { inspect, type MapKind, parseJson } from './json.ts';
import { JsonKinds, type KnownKind } from './json-kinds.ts';
import { asParseError, holdsLines, LineRefusals, nonBlankLines, parseLines } from './line-records.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { type Settings, textSetting } from './settings.ts';
import { type Shape, ZeekJsonReader } from './zeek-json.ts';
import { broSamples, zeekOptions, zeekSamples } from './zeek-samples.ts';
import { ZeekHeader } from './zeek-tsv.ts';

const maxHeaders = 64;
/** Changes of the header inside of one record; each costs some code. */
const maxHeadersInRecord = 16;

class ZeekParser implements Parser {
  readonly #path: string | undefined;
  readonly #metronOriginal: boolean;
  readonly #reader = new ZeekJsonReader();
  readonly #kinds = new JsonKinds();
  readonly #broKinds = new WeakMap<KnownKind, { readonly read: BroKind | undefined }>();
  readonly #headers = new Map<string, ZeekHeader>();
  /** Of the tag that came last: the log's name, and how Metron's text begins. */
  #lastTag = '';
  #log = '';
  #head = ' |';

  constructor(settings: Settings, metronOriginal: boolean) {
    const path = textSetting(settings, 'path', '');
    this.#path = path === '' ? undefined : path;
    this.#metronOriginal = metronOriginal;
  }

  parse(text: string, sink: ParseSink): void {
    try {
      if (text.charCodeAt(0) === 0x23) this.#parseLog(text, sink);
      else this.#parseJsonRecord(text, sink);
    } catch (error) {
      sink.fail(asParseError(error, text));
    }
  }

  #parseJsonRecord(text: string, sink: ParseSink): void {
    // Zeek's own JSON leaves out what is not set, so that it is of too many kinds.
    const kind = this.#metronOriginal ? this.#kinds.find(text) : undefined;
    if (kind !== undefined) {
      const captures = this.#kinds.captures!;
      sink.emit(this.#broKindOf(kind)?.(captures) ?? this.#toMessage(kind.make(captures), text));
      return;
    }
    let record: unknown;
    try {
      record = JSON.parse(text);
      if (this.#metronOriginal) this.#kinds.learn(text);
    } catch (cause) {
      if (!holdsLines(text)) throw new ParseError(`Not a JSON record: ${excerpt(text)}`, { cause });
      parseLines(nonBlankLines(text), sink, (line) => this.#toMessage(JSON.parse(line), line));
      return;
    }
    sink.emit(this.#toMessage(record, text));
  }

  #broKindOf(kind: KnownKind): BroKind | undefined {
    let own = this.#broKinds.get(kind);
    if (own === undefined) {
      own = {
        read: compileBroKind(kind.skeleton, (keys) => this.#reader.shapeOfKeys(keys), clean),
      };
      this.#broKinds.set(kind, own);
    }
    return own.read;
  }

  #toMessage(parsed: unknown, text: string): Message {
    let record = asMap(parsed, text);
    const tag = this.#tagOf(record);
    if (tag !== undefined) return this.#fromTagged(tag, record, text);
    let kind = inspect(record);
    if (kind === 'inexact') record = asMap(parseJson(text), text);
    if (typeof record['type'] === 'string' && record['_path'] === undefined)
      return this.#fromTyped(record, kind, text);
    const path = record['_path'];
    const log = typeof path === 'string' ? path : this.#path;
    if (log === undefined && record['ts'] === undefined) {
      throw new ParseError(`Neither {"log": {…}} nor a record with _path, type or ts: ${excerpt(text)}`);
    }
    // The shape of a flat record is known by its members; an object among them is flattened.
    if (kind === 'inexact') kind = 'mixed';
    return this.#reader.read(record, this.#reader.shapeOf(record, kind), log, text, true);
  }

  /** The first member's name when the record is an object around an object. */
  #tagOf(record: Message): string | undefined {
    for (const key in record) {
      const value = record[key];
      if (isMap(value))
        return typeof record['type'] === 'string' || record['_path'] !== undefined ? undefined : key;
      break;
    }
    return undefined;
  }

  #fromTagged(tag: string, outer: Message, text: string): Message {
    if (tag !== this.#lastTag) {
      this.#lastTag = tag;
      this.#log = clean(tag);
      this.#head = `${this.#log.toUpperCase()} |`;
    }
    const log = this.#log;
    let record = asMap(outer[tag], text);
    let kind: MapKind = inspect(record);
    if (kind === 'inexact') {
      record = asMap(asMap(parseJson(text), text)[tag], text);
      kind = 'mixed';
    }
    const shape = this.#reader.shapeOf(record, kind);
    const original = this.#metronOriginal ? this.#originalOf(log, record, shape, text) : text;
    return this.#reader.read(record, shape, log, original, false);
  }

  /** From the values, quickly, unless the text tells more than they do (`1.0`). */
  #originalOf(log: string, record: Message, shape: Shape | undefined, text: string): string {
    if (shape === undefined) return broOriginal(log, text, startOfFirstValue(text), same);
    if (holdsWholeFraction(text)) {
      shape.renderText ??= compileBroTextMembers(shape.keys);
      const from = startOfFirstValue(text);
      const members = shape.renderText(record, text, from);
      return members === undefined ? broOriginal(log, text, from, same) : this.#head + members;
    }
    shape.render ??= compileBroMembers(shape.keys);
    return this.#head + shape.render(record);
  }

  /** Flat with a `type`: the names of all members are cleaned. */
  #fromTyped(record: Message, kind: MapKind, text: string): Message {
    const log = String(record['type']);
    let cleaned = record;
    for (const key in record) {
      if (unclean.test(key)) {
        cleaned = {};
        for (const name in record) setField(cleaned, clean(name), record[name]);
        break;
      }
    }
    const original = this.#metronOriginal ? broOriginal(log, text, text.indexOf('{'), clean) : text;
    const shape = cleaned === record ? this.#reader.shapeOf(record, kind) : undefined;
    return this.#reader.read(cleaned, shape, log, original, false);
  }

  #parseLog(text: string, sink: ParseSink): void {
    const refusals = new LineRefusals(sink);
    let header: ZeekHeader | undefined;
    let changes = 0;
    let said = false;
    let at = 0;
    while (at < text.length) {
      if (text.charCodeAt(at) === 0x23) {
        const end = endOfComments(text, at);
        const next = this.#headerOf(detached(text, at, end)) ?? header;
        if (next !== header && ++changes > maxHeadersInRecord) {
          throw new ParseError(`More than ${maxHeadersInRecord} headers in one record of a Zeek log`);
        }
        header = next;
        at = end;
        continue;
      }
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      const line = detached(text, at, text.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
      at = end + 1;
      if (line === '') continue;
      said = true;
      let message: Message;
      try {
        if (header === undefined) throw noHeader(line);
        message = header.read(line);
      } catch (error) {
        if (refusals.refuse(line, error)) continue;
        refusals.refuseRest(text.slice(at));
        return;
      }
      sink.emit(message);
    }
    if (!said) sink.skip(text, 'a header without lines');
  }

  /** Undefined when the comments are no header (`#close`). */
  #headerOf(text: string): ZeekHeader | undefined {
    let header = this.#headers.get(text);
    if (header !== undefined) return header;
    const lines = text.split(/\r?\n/);
    if (!lines.some((line) => line.startsWith('#fields'))) return undefined;
    header = new ZeekHeader(lines, this.#path);
    if (this.#headers.size >= maxHeaders) this.#headers.clear();
    this.#headers.set(text, header);
    return header;
  }
}

/**
 * A part of a text in memory of its own. A plain slice of it keeps the whole record alive, for as long as someone keeps a cell of it
 * (as the key of a cache, say).
 */
function detached(text: string, from: number, to: number): string {
  return from === 0 && to === text.length ? text : ` ${text.slice(from, to)}`.slice(1);
}

/** Index behind the lines from `at` on that begin with `#`. */
function endOfComments(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x23) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    at = newline + 1;
  }
  return at;
}

function noHeader(line: string): ParseError {
  return new ParseError(`A line of a Zeek log without its header: ${excerpt(line)}`, {
    hint: 'Send the lines from #separator to #types in the same record',
  });
}

function asMap(value: unknown, text: string): Message {
  if (!isMap(value)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
  return value;
}

const unclean = /[^\w.]/;
const allUnclean = /[^\w.]/g;

function clean(name: string): string {
  return unclean.test(name) ? name.replace(allUnclean, '') : name;
}

function same(name: string): string {
  return name;
}

export const zeek: ParserType = {
  name: 'zeek',
  classNames: ['ZeekParser'],
  description: 'Zeek logs: JSON with _path, tab-separated with their header, or {"conn": {…}}',
  references: ['Zeek: Log Formats and Inspection; base/frameworks/logging'],
  options: zeekOptions,
  samples: zeekSamples,
  configure: (config) => new ZeekParser(config, false),
};

export const bro: ParserType = {
  name: 'bro',
  classNames: ['org.apache.metron.parsers.bro.BasicBroParser', 'BasicBroParser'],
  detectable: false,
  description: 'As zeek, with the original_string that Metron gives to {"conn": {…}}',
  references: ['Zeek: Kafka writer plug-in (metron-bro-plugin-kafka)'],
  options: zeekOptions,
  samples: broSamples,
  configure: (config) => new ZeekParser(config, true),
};
