import { type EncodedEvents, FieldKind } from './event-index.ts';

type Message = Record<string, unknown>;

/** Lines of the batch at hand; grows to the largest batch seen and is copied out of, so that results can change threads. */
let scratch = Buffer.allocUnsafeSlow(1 << 20);

/**
 * Encodes events for `EventIndex.write`: one JSON object a line, `guid` first, own enumerable fields only. NaN and infinities
 * become null, `undefined` is left out, a `bigint` becomes a number where that is exact and text where not, unpaired
 * surrogates become U+FFFD. Alerts are events whose `is_alert` is `true` or `"true"`.
 *
 * Every message must have a `guid` that is a text. The result shares no memory with other results.
 */
export function encodeEvents(sensor: string, messages: readonly Message[]): EncodedEvents {
  const kinds = new KindSummary();
  const lineEnds = new Uint32Array(messages.length);
  const alerts: number[] = [];
  let at = 0;
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!;
    at = encodeLine(message, kinds, at);
    scratch[at++] = 0x0a;
    lineEnds[i] = at;
    const flag = message['is_alert'];
    if (flag === true || flag === 'true') alerts.push(i);
  }
  return {
    sensor,
    ndjson: new Uint8Array(scratch.subarray(0, at)),
    count: messages.length,
    lineEnds,
    fields: kinds.fields(),
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

/** Without a copy of the message: its guid is hidden while the rest is written, and the start is laid over the rest's brace. */
function encodeGuidFirst(message: Message & { guid?: unknown }, at: number): number {
  const { guid } = message;
  message.guid = undefined;
  const rest = stringify(message);
  message.guid = guid;
  const id = JSON.stringify(guid);
  if (rest === null || /[^\x20-\x7e]/.test(id)) return -1;
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
    // JSON.stringify writes unpaired surrogates as escapes, which readers of JSON refuse.
    return line.includes('\\ud') ? null : line;
  } catch {
    return null;
  }
}

/** Kinds of the fields of a batch. Events of one sensor mostly have the same fields in the same order. */
class KindSummary {
  guidFirst = false;
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
    let first = true;
    for (const name of Object.keys(message)) {
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
      let i = expected;
      if (names[i] !== name) {
        const known = this.#index.get(name);
        if (known === undefined) {
          i = names.length;
          this.#index.set(name, i);
          names.push(name);
          bits.push(0);
        } else i = known;
      }
      bits[i]! |= bit;
      expected = i + 1;
    }
    return plain;
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
