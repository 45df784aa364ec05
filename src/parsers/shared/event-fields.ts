/** The fields of a message while it is read: names and values in two arrays that are used again from record to record. */
import { detached } from '../fields.ts';
import { KeyShapes } from '../key-shapes.ts';
import type { Message } from '../parser.ts';

/** Up to so many fields are looked through, more are found by a map. */
const fewFields = 64;

let records = 0;

export class EventFields {
  readonly #shapes = new KeyShapes();
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  #count = 0;
  /** Places of names, up to #placed; only for records of many fields. */
  readonly #places = new Map<string, number>();
  #placed = 0;
  /** Number of the record at hand, no other's. */
  #record = ++records;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#record = ++records;
    if (this.#placed > 0) {
      this.#placed = 0;
      this.#places.clear();
    }
  }

  /** Of fields with the same name the last one holds. */
  set(name: string, value: unknown): void {
    this.#names[this.#count] = name;
    this.#values[this.#count++] = value;
  }

  /** Sets a field unless there is nothing to set: undefined or empty text. */
  setText(name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.set(name, value);
  }

  /** A whole number as a number, other text as text, nothing when it is empty. */
  setNumber(name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.set(name, numberOr(value));
  }

  /** Sets a field whose name may come again: its values are then a list, in order. */
  append(name: string, value: unknown): void {
    const at = this.#placeOf(name);
    if (at < 0) {
      this.set(name, value);
      return;
    }
    const before = this.#values[at];
    if (Array.isArray(before)) before.push(value);
    else this.#values[at] = [before, value];
  }

  /**
   * As `append`, for a name of `PrefixedNames`. Only those met before in this record are looked for.
   */
  appendEntry(entry: PrefixedName, value: unknown): void {
    if (entry.record === this.#record) {
      const before = this.#values[entry.place];
      if (Array.isArray(before)) before.push(value);
      else this.#values[entry.place] = [before, value];
      return;
    }
    if (entry.record === 0) {
      this.append(entry.full, value);
      return;
    }
    entry.record = this.#record;
    entry.place = this.#count;
    this.set(entry.full, value);
  }

  /** Sets a field unless `setOnce` has set one of that name in this record; says whether it did. */
  setOnce(entry: PrefixedName, value: unknown): boolean {
    // A name that is not kept is looked for.
    if (entry.record === this.#record || (entry.record === 0 && this.has(entry.full))) return false;
    if (entry.record !== 0) {
      entry.record = this.#record;
      entry.place = this.#count;
    }
    this.set(entry.full, value);
    return true;
  }

  /** Whether a field was set. */
  has(name: string): boolean {
    return this.#placeOf(name) >= 0;
  }

  /** The last value set under a name. */
  get(name: string): unknown {
    const at = this.#placeOf(name);
    return at < 0 ? undefined : this.#values[at];
  }

  #placeOf(name: string): number {
    if (this.#count === 0) return -1;
    if (this.#count <= fewFields) return this.#names.lastIndexOf(name, this.#count - 1);
    for (; this.#placed < this.#count; this.#placed++)
      this.#places.set(this.#names[this.#placed]!, this.#placed);
    return this.#places.get(name) ?? -1;
  }

  /** Makes the message and forgets the fields. */
  build(): Message {
    const message = this.#shapes.build(this.#names, this.#values, this.#count);
    this.clear();
    return message;
  }
}

/**
 * The number that a text writes in plain decimal digits without loss (`0`, `-12`, `443`); otherwise the text. Leading zeros, fractions, signs and
 * digits beyond 2^53 stay text.
 */
export function numberOr(text: string): number | string {
  const value = wholeNumber(text, 0, text.length);
  return Number.isNaN(value) ? text : value;
}

/** The whole number that text[from, to) writes; NaN when it is none that a double holds and writes back the same. */
export function wholeNumber(text: string, from: number, to: number): number {
  const negative = text.charCodeAt(from) === 0x2d;
  const first = negative ? from + 1 : from;
  const length = to - first;
  if (length <= 0 || length > 15) return Number.NaN;
  if (text.charCodeAt(first) === 0x30 && (length > 1 || negative)) return Number.NaN;
  let value = 0;
  for (let i = first; i < to; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/** As `numberOr`, for fractions too (`12.5`, `-0.25`), written as JSON writes them; undefined when the text is no such number. */
export function decimalNumber(text: string): number | undefined {
  if (text.length === 0 || text.length > 24 || !plainDecimal.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && (Number.isInteger(value) ? Number.isSafeInteger(value) : true)
    ? value
    : undefined;
}

const plainDecimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A name that data brought, under a prefix, and the record that it was last met in. */
export interface PrefixedName {
  readonly full: string;
  /** Zero: not kept, so it is not known. */
  record: number;
  /** Where it stands in that record. */
  place: number;
}

/** Names under one prefix. Those met before are the same text again, not a new one, so that they compare at once. */
export class PrefixedNames {
  readonly #prefix: string;
  readonly #names = new Map<string, PrefixedName>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(name: string): string {
    return this.entry(name).full;
  }

  entry(name: string): PrefixedName {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size >= 4096 || name.length > 256)
      return { full: this.#prefix + name, record: 0, place: 0 };
    const entry = { full: detached(this.#prefix + name), record: -1, place: 0 };
    this.#names.set(detached(name), entry);
    return entry;
  }
}
