/** The fields of a message while it is read: names and values in two arrays that are used again from record to record. */
import { KeyShapes } from '../key-shapes.ts';
import type { Message } from '../parser.ts';

export class EventFields {
  readonly #shapes = new KeyShapes();
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
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

  /** The last value set under a name; looks through all of them. */
  get(name: string): unknown {
    const at = this.#names.lastIndexOf(name, this.#count - 1);
    return at < 0 || this.#count === 0 ? undefined : this.#values[at];
  }

  /** Makes the message and forgets the fields. */
  build(): Message {
    const message = this.#shapes.build(this.#names, this.#values, this.#count);
    this.#count = 0;
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
