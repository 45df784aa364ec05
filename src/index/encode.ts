import { type EncodedEvents, FieldKind } from './event-index.ts';

type Message = Record<string, unknown>;

const NO_NAMES: readonly string[] = [];

/** Lines of the batch at hand; grows to the largest batch seen and is copied out of, so that results can change threads. */
let scratch = Buffer.allocUnsafeSlow(1 << 20);

/**
 * Encodes events for `EventIndex.write`: one JSON object a line, `guid` first, own enumerable fields only. NaN and infinities
 * become null, `undefined` is left out, a `bigint` becomes a number where that is exact and text where not, unpaired
 * surrogates become U+FFFD. Alerts are events whose `is_alert` is `true` or `"true"`.
 *
 * Every message must have a `guid` that is a text. The result shares no memory with other results.
 *
 * `asides`: more fields of each event, by its index. They must not stand in the message too. The text of such an object is made
 * once and copied for each event that has it.
 *
 * `memory`: gives memory of at least so many bytes for the lines, which the caller may have used before; new memory when absent.
 */
export function encodeEvents(
  sensor: string,
  messages: readonly Message[],
  asides?: readonly (readonly SharedFields[])[],
  memory?: (bytes: number) => ArrayBufferLike,
): EncodedEvents {
  const kinds = new KindSummary();
  const lineEnds = new Uint32Array(messages.length);
  const alerts: number[] = [];
  const nulls = new Map<number, readonly string[]>();
  let at = 0;
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!;
    const aside = asides?.[i];
    kinds.nulls = NO_NAMES;
    at =
      aside === undefined || aside.length === 0
        ? encodeLine(message, kinds, at)
        : encodeWith(message, aside, kinds, at);
    scratch[at++] = 0x0a;
    lineEnds[i] = at;
    if (kinds.nulls.length > 0) nulls.set(i, kinds.nulls);
    const flag = message['is_alert'];
    if (flag === true || flag === 'true') alerts.push(i);
  }
  const ndjson = memory === undefined ? new Uint8Array(at) : new Uint8Array(memory(at), 0, at);
  ndjson.set(scratch.subarray(0, at));
  return {
    sensor,
    ndjson,
    count: messages.length,
    lineEnds,
    fields: kinds.fields(),
    nulls,
    alerts: Uint32Array.from(alerts),
  };
}

/** Room for `units` UTF-16 units, which take at most three bytes each in UTF-8, and a little more. */
function reserve(at: number, units: number): void {
  const needed = at + units * 3 + 8;
  if (needed <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, scratch.length * 2));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

/** Fields that many events have in common. */
export interface SharedFields {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
  /** The encoder's own: undefined or null at first. A member here and not a map beside it: it is asked for with each event. */
  encoded?: unknown;
}

/** Names and kinds that many shared fields have in common: most look-ups of a field say the same of different values. */
class SharedShape {
  readonly keys: readonly string[];
  readonly bits: readonly number[];
  /** The summary that has these kinds already. */
  summary: KindSummary | null = null;

  constructor(keys: readonly string[], bits: readonly number[]) {
    this.keys = keys;
    this.bits = bits;
  }
}

const mostShapes = 10_000;
const shapes = new Map<string, SharedShape>();

function shapeOf(keys: readonly string[], bits: readonly number[]): SharedShape {
  const name = JSON.stringify([keys, bits]);
  let shape = shapes.get(name);
  if (shape === undefined) {
    if (shapes.size >= mostShapes) shapes.clear();
    shape = new SharedShape(keys, bits);
    shapes.set(name, shape);
  }
  return shape;
}

class SharedText {
  /** `,"a":1,"b":"x"`; null when the fields need cleaning. */
  readonly bytes: Buffer | null;
  readonly shape: SharedShape;
  /** Names of the fields that are null. */
  readonly nulls: readonly string[];

  constructor({ keys, values }: SharedFields) {
    const object = Object.fromEntries(keys.map((key, i) => [key, values[i]]));
    const bits = values.map(bitOf);
    const json = bits.every((bit) => bit > 0) ? stringify(object) : null;
    this.bytes = json === null ? null : Buffer.from(`,${json.slice(1, -1)}`);
    this.shape = shapeOf(keys, bits);
    this.nulls = keys.filter((_, i) => bits[i] === FieldKind.null);
  }
}

function sharedText(fields: SharedFields): SharedText {
  const { encoded } = fields;
  if (encoded instanceof SharedText) return encoded;
  const text = new SharedText(fields);
  fields.encoded = text;
  return text;
}

/** Writes the message, and over its closing brace the texts of what stands beside it. */
function encodeWith(
  message: Message,
  aside: readonly SharedFields[],
  kinds: KindSummary,
  at: number,
): number {
  let end = encodeLine(message, kinds, at) - 1;
  for (const fields of aside) {
    const text = sharedText(fields);
    if (text.bytes === null) return encodeLine(together(message, aside), kinds, at);
    const { shape } = text;
    if (shape.summary !== kinds) {
      for (let i = 0; i < shape.keys.length; i++) kinds.addField(shape.keys[i]!, shape.bits[i]!);
      shape.summary = kinds;
    }
    if (text.nulls.length > 0) kinds.nulls = [...kinds.nulls, ...text.nulls];
    reserve(end, text.bytes.length);
    scratch.set(text.bytes, end);
    end += text.bytes.length;
  }
  scratch[end] = 0x7d;
  return end + 1;
}

function together(message: Message, aside: readonly SharedFields[]): Message {
  const whole = { ...message };
  for (const { keys, values } of aside) for (let i = 0; i < keys.length; i++) whole[keys[i]!] = values[i];
  return whole;
}

/** Writes the event at `at`, without a newline; returns the end. */
function encodeLine(message: Message, kinds: KindSummary, at: number): number {
  if (kinds.add(message)) {
    const end = kinds.guidFirst ? encodeAsIs(message, at) : encodeGuidFirst(message, at);
    if (end >= 0) return end;
  }
  const clean = cleanMessage(message);
  kinds.add(clean);
  const line = JSON.stringify(clean);
  reserve(at, line.length);
  return at + scratch.write(line, at);
}

/** −1 when it must be cleaned: too deep, an object that does not let itself be written, unpaired surrogates. */
function encodeAsIs(message: Message, at: number): number {
  const line = stringify(message);
  if (line === null) return -1;
  reserve(at, line.length);
  return at + scratch.write(line, at);
}

const plainId = /^[0-9A-Za-z_-]+$/;
const asciiOnly = /^[\x20-\x7e]*$/;

/** Without a copy of the message: its guid is hidden while the rest is written, and the start is laid over the rest's brace. */
function encodeGuidFirst(message: Message & { guid?: unknown }, at: number): number {
  const { guid } = message;
  message.guid = undefined;
  const rest = stringify(message);
  message.guid = guid;
  // Ids made here are plain; a sender's own may be anything.
  const plain = typeof guid === 'string' && plainId.test(guid);
  const id = plain ? `"${guid}"` : JSON.stringify(guid);
  if (rest === null || !(plain || asciiOnly.test(id))) return -1;
  const start = rest.length > 2 ? `{"guid":${id},` : `{"guid":${id}`;
  reserve(at, start.length + rest.length);
  const restAt = at + start.length - 1;
  const end = restAt + scratch.write(rest, restAt);
  if (rest.length > 2) scratch.write(start, at, 'latin1');
  else {
    scratch.write(`${start}}`, at, 'latin1');
    return at + start.length + 1;
  }
  return end;
}

function stringify(message: Message): string | null {
  try {
    const line = JSON.stringify(message);
    // JSON.stringify writes unpaired surrogates as escapes, which readers of JSON refuse. Backslashes are many (a raw line full
    // of quotation marks); these two letters are few.
    return line.includes('ud') && line.includes('\\ud') ? null : line;
  } catch {
    return null;
  }
}

/** Kinds of the fields of a batch. Events of one sensor mostly have the same fields in the same order. */
class KindSummary {
  guidFirst = false;
  /** Names of the null fields of the event added last. */
  nulls: readonly string[] = NO_NAMES;
  readonly #names: string[] = [];
  readonly #bits: number[] = [];
  readonly #index = new Map<string, number>();

  /** False when a value is none that JSON has, so that the event must be cleaned first. */
  add(message: Message): boolean {
    const names = this.#names;
    const bits = this.#bits;
    let expected = 0;
    let plain = true;
    this.guidFirst = false;
    let nulls: string[] | null = null;
    let first = true;
    // Own members only, since messages inherit nothing that can be enumerated; and no list of their names is made.
    for (const name in message) {
      if (first) {
        this.guidFirst = name === 'guid';
        first = false;
      }
      const value = message[name];
      const bit = bitOf(value);
      if (bit <= 0) {
        if (bit < 0) plain = false;
        continue;
      }
      if (bit === FieldKind.null) (nulls ??= []).push(name);
      let i = expected;
      if (names[i] !== name) i = this.#place(name);
      bits[i]! |= bit;
      expected = i + 1;
    }
    this.nulls = nulls ?? NO_NAMES;
    return plain;
  }

  addField(name: string, bit: number): void {
    this.#bits[this.#place(name)]! |= bit;
  }

  #place(name: string): number {
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    const place = this.#names.length;
    this.#index.set(name, place);
    this.#names.push(name);
    this.#bits.push(0);
    return place;
  }

  fields(): Record<string, number> {
    return Object.fromEntries(this.#names.map((name, i) => [name, this.#bits[i]!]));
  }
}

/** 0: left out; −1: to be cleaned. */
function bitOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return FieldKind.text;
    case 'number':
      return Number.isSafeInteger(value)
        ? FieldKind.integer
        : Number.isFinite(value)
          ? FieldKind.number
          : FieldKind.null;
    case 'boolean':
      return FieldKind.boolean;
    case 'undefined':
      return 0;
    case 'object':
      if (value === null) return FieldKind.null;
      return 'toJSON' in value ? -1 : FieldKind.json;
    default:
      return -1;
  }
}

const MAX_DEPTH = 200;

function cleanMessage(message: Message): Message {
  const entries: [string, unknown][] = [['guid', clean(message['guid'], 0)]];
  for (const name of Object.keys(message)) {
    if (name === 'guid') continue;
    const value = clean(message[name], 0);
    if (value !== undefined) entries.push([name.toWellFormed(), value]);
  }
  return Object.fromEntries(entries);
}

function clean(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed();
    case 'bigint':
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value);
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (depth >= MAX_DEPTH) return '[nested too deeply]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1) ?? null);
  const entries: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'toJSON' && typeof inner === 'function') continue;
    const cleaned = clean(inner, depth + 1);
    if (cleaned !== undefined) entries.push([name.toWellFormed(), cleaned]);
  }
  return Object.fromEntries(entries);
}
