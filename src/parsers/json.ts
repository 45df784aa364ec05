/**
 * Reading JSON without loss: `JSON.parse` for speed, and a second reading for what it gets wrong.
 *
 * Numbers. An integer beyond ±(2^53-1) and a number beyond the range of a double become *text* with the digits as written:
 * a double would change them in silence, a BigInt could not be written as JSON again. All other numbers are doubles.
 * Depth. Values nested deeper than 500 levels are refused, since what follows (writing JSON, flattening) recurses.
 * Keys. `__proto__` becomes an own property, as `JSON.parse` makes it.
 */
import { excerpt, ParseError } from './errors.ts';

const maxDepth = 500;

/** Whether the last text had integers that a double does not hold: a sender that writes some writes them in every record. */
let expectsLongIntegers = false;

/** Strict JSON (RFC 8259), the whole text being one value. Throws `ParseError`. */
export function parseJson(text: string): unknown {
  let value: unknown;
  if (expectsLongIntegers) {
    const quoted = withQuotedIntegers(text);
    expectsLongIntegers = quoted !== text;
    try {
      value = parseWithoutStack(quoted);
      if (!needsExactNumbers(value, 0)) return value;
    } catch {
      // Its error is that of the text as it was written.
      expectsLongIntegers = false;
    }
  }
  try {
    value = parseWithoutStack(text);
  } catch (cause) {
    throw notJson(text, cause);
  }
  return needsExactNumbers(value, 0) ? parseExact(text) : value;
}

/** A flood of bad records must not cost much: where they were refused is known, and to say it takes longer than to parse. */
function parseWithoutStack(text: string): unknown {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return JSON.parse(text);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * JSON as lenient readers take it: comments (`//`, `/* *\/`) between tokens, a byte order mark in front, and anything after the
 * first value, are passed over. Throws `ParseError`.
 */
export function parseLenientJson(text: string): unknown {
  let value: unknown;
  try {
    value = parseWithoutStack(text);
  } catch {
    const first = firstValue(text);
    // Nothing was taken out: it is refused as it is.
    if (first.length === text.length) throw notJson(text, undefined);
    return parseJson(first);
  }
  return needsExactNumbers(value, 0) ? parseExact(text) : value;
}

function notJson(text: string, cause: unknown): ParseError {
  return new ParseError(`Not a JSON value: ${excerpt(text)}`, { cause });
}

/** Whether some number lost digits; throws when the value is nested too deeply. */
export function needsExactNumbers(value: unknown, depth: number): boolean {
  if (typeof value === 'number')
    return !(value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER);
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= maxDepth) throw new ParseError(`JSON is nested deeper than ${maxDepth} levels`);
  let found = false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) found = needsExactNumbers(value[i], depth + 1) || found;
  } else {
    const map = value as Record<string, unknown>;
    for (const key in map) {
      const member = map[key];
      if (typeof member !== 'string') found = needsExactNumbers(member, depth + 1) || found;
    }
  }
  return found;
}

/** What an object holds: `plain` scalars and lists only; `mixed` has nulls or objects too; `inexact` has numbers that lost digits. */
export type MapKind = 'plain' | 'mixed' | 'inexact';

/** Throws `ParseError` when values are nested too deeply. */
export function inspect(map: Readonly<Record<string, unknown>>): MapKind {
  let kind: MapKind = 'plain';
  for (const key in map) {
    const value = map[key];
    if (typeof value === 'string' || typeof value === 'boolean') continue;
    if (typeof value === 'number') {
      if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) continue;
      return 'inexact';
    }
    if (needsExactNumbers(value, 1)) return 'inexact';
    if (!Array.isArray(value)) kind = 'mixed';
  }
  return kind;
}

/**
 * Integers that a double would change are put in quotes, so that JSON.parse reads the rest at its own speed. A reviver, which takes ten times as long,
 * is left for fractions and exponents.
 */
function parseExact(text: string): unknown {
  expectsLongIntegers = true;
  const value: unknown = JSON.parse(withQuotedIntegers(text));
  return needsExactNumbers(value, 0)
    ? JSON.parse(text, keepDigits as (this: unknown, key: string, value: unknown) => unknown)
    : value;
}

/** Fewest digits of an integer that a double does not hold. */
const longInteger = 16;

/** JSON, with quotes around its integers beyond ±(2^53-1). What is no JSON stays none: neither names nor digits behind a zero are quoted. */
function withQuotedIntegers(text: string): string {
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const c = text.charCodeAt(at);
    if (c === 0x22) {
      at = endOfString(text, at);
      continue;
    }
    if (c !== 0x2d && !isDigit(c)) {
      at++;
      continue;
    }
    let end = at + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    const next = text.charCodeAt(end) | 0x20;
    if (next === 0x2e || next === 0x65) {
      // A fraction or an exponent: no digits behind it begin an integer.
      while (isNumberPart(text.charCodeAt(end))) end++;
    } else if (end - at >= longInteger && isLongInteger(text, at, end)) {
      out += `${text.slice(from, at)}"${text.slice(at, end)}"`;
      from = end;
    }
    at = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

function isLongInteger(text: string, from: number, to: number): boolean {
  if (text.charCodeAt(text.charCodeAt(from) === 0x2d ? from + 1 : from) === 0x30) return false;
  let next = to;
  while (text.charCodeAt(next) <= 0x20) next++;
  return text.charCodeAt(next) !== 0x3a && !Number.isSafeInteger(Number(text.slice(from, to)));
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isNumberPart(c: number): boolean {
  return isDigit(c) || c === 0x2e || c === 0x2d || c === 0x2b || (c | 0x20) === 0x65;
}

const integer = /^-?\d+$/;

/** A reviver: source text of a number comes with the third argument (ES2026, JSON.parse source text access). */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER))
    return value;
  const source = context?.source;
  if (source === undefined) return value;
  return Number.isFinite(value) && !integer.test(source) ? value : source;
}

/** The text of the first JSON value, comments taken out. One pass; what is malformed stays so for `JSON.parse` to refuse. */
function firstValue(text: string): string {
  const end = text.length;
  let out = '';
  let depth = 0;
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let at = from;
  let seen = false;
  while (at < end) {
    const c = text.charCodeAt(at);
    if (c === 0x2f) {
      const next = text.charCodeAt(at + 1);
      let stop: number;
      if (next === 0x2f) stop = indexOrEnd(text, '\n', at);
      else if (next === 0x2a) stop = Math.min(indexOrEnd(text, '*/', at + 2) + 2, end);
      else return out + text.slice(from);
      out += `${text.slice(from, at)} `;
      from = at = stop;
    } else if (c === 0x22) {
      seen = true;
      at = endOfString(text, at);
      if (depth === 0) return out + text.slice(from, at);
    } else if (c === 0x7b || c === 0x5b) {
      seen = true;
      depth++;
      at++;
    } else if (c === 0x7d || c === 0x5d) {
      at++;
      if (--depth <= 0) return out + text.slice(from, at);
    } else if (c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d) {
      if (seen && depth === 0) return out + text.slice(from, at);
      at++;
    } else {
      seen = true;
      at++;
    }
  }
  return out + text.slice(from);
}

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

/** Index behind the closing quote of the string that opens at `at`; the text's length when it never closes. */
export function endOfString(text: string, at: number): number {
  let close = at;
  for (;;) {
    close = text.indexOf('"', close + 1);
    if (close < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(close - 1 - slashes) === 0x5c) slashes++;
    if ((slashes & 1) === 0) return close + 1;
  }
}

/** Index behind the number, the truth value or the null that begins at an index. */
export function endOfScalar(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x2c || c === 0x7d || c === 0x5d || c <= 0x20) break;
  }
  return at;
}
