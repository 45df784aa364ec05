import { type EncodedEvents, FieldKind } from './event-index.ts';

type Message = Readonly<Record<string, unknown>>;

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
    const line = encodeLine(message, kinds);
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const needed = at + line.length * 3 + 1;
    if (needed > scratch.length) grow(needed, at);
    at += scratch.write(line, at);
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

function grow(needed: number, used: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, scratch.length * 2));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}

function encodeLine(message: Message, kinds: KindSummary): string {
  const plain = kinds.add(message);
  if (plain) {
    try {
      const line = JSON.stringify(kinds.guidFirst ? message : { guid: message['guid'], ...message });
      // JSON.stringify writes unpaired surrogates as escapes, which readers of JSON refuse.
      if (!line.includes('\\ud')) return line;
    } catch {
      // Too deep, or an object that does not let itself be written: field by field then.
    }
  }
  const clean = cleanMessage(message);
  kinds.add(clean);
  return JSON.stringify(clean);
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
