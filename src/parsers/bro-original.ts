/** `original_string` as the reference writes it for Bro's JSON: `LOG | key:value key:value`. */
import { endOfScalar, endOfString } from './json.ts';
import type { Message } from './parser.ts';
import { decimalText } from './zeek-time.ts';

/**
 * From JSON text whose object begins at `from` (its opening brace). Values stand as in the text, but for escapes (decoded) and
 * fractions (one to six decimals). Order is that of the text. The text must be valid JSON.
 */
export function broOriginal(
  log: string,
  text: string,
  from: number,
  cleanKey: (key: string) => string,
): string {
  let out = `${log.toUpperCase()} |`;
  let at = skipSpace(text, from + 1);
  while (text.charCodeAt(at) === 0x22) {
    const keyEnd = endOfString(text, at);
    out += ` ${cleanKey(stringAt(text, at, keyEnd))}:`;
    at = skipSpace(text, keyEnd);
    at = skipSpace(text, at + 1);
    const end = endOfValue(text, at);
    out += valueText(text, at, end);
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== 0x2c) break;
    at = skipSpace(text, at + 1);
  }
  return out;
}

/** Where the first member's value begins in text that is one JSON object. */
export function startOfFirstValue(text: string): number {
  const brace = text.indexOf('{');
  const key = text.indexOf('"', brace);
  return skipSpace(text, skipSpace(text, endOfString(text, key)) + 1);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const c = text.charCodeAt(at);
    if (c !== 0x20 && c !== 0x0a && c !== 0x09 && c !== 0x0d) return at;
    at++;
  }
}

function stringAt(text: string, at: number, end: number): string {
  const raw = text.slice(at + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(text.slice(at, end))) : raw;
}

/** Index behind a JSON value. */
function endOfValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === 0x22) return endOfString(text, from);
  if (first !== 0x7b && first !== 0x5b) return endOfScalar(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (c === 0x22) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    if (c === 0x7b || c === 0x5b) depth++;
    else if ((c === 0x7d || c === 0x5d) && --depth === 0) return at;
  }
  return at;
}

function valueText(text: string, at: number, end: number): string {
  const first = text.charCodeAt(at);
  if (first === 0x22) return stringAt(text, at, end);
  const raw = text.slice(at, end);
  if (first === 0x7b || first === 0x5b) return nestedText(raw);
  if (first !== 0x2d && !(first >= 0x30 && first <= 0x39)) return raw;
  return isShortNumber(raw) ? raw : decimalText(Number(raw));
}

function isShortNumber(raw: string): boolean {
  return !raw.includes('e') && !raw.includes('E') && isShortDecimal(raw);
}

/** A number without an exponent that is written as it would be rendered: whole, or up to ten digits and one to six decimals, the last no zero. */
export function isShortDecimal(raw: string): boolean {
  const dot = raw.indexOf('.');
  if (dot < 0) return true;
  const decimals = raw.length - dot - 1;
  if (dot > 10 || decimals > 6) return false;
  return decimals === 1 || raw.charCodeAt(raw.length - 1) !== 0x30;
}

const spaceOrEscape = /[\s\\]/;

/** Compact JSON with slashes escaped. */
function nestedText(raw: string): string {
  const compact = spaceOrEscape.test(raw) ? compactJson(raw) : raw;
  return compact.includes('/') ? compact.replaceAll('/', '\\/') : compact;
}

/** Takes out the space between tokens; strings are written anew, numbers stay as they are. */
function compactJson(raw: string): string {
  let out = '';
  let at = 0;
  while (at < raw.length) {
    const c = raw.charCodeAt(at);
    if (c === 0x22) {
      const end = endOfString(raw, at);
      out += JSON.stringify(JSON.parse(raw.slice(at, end)));
      at = end;
    } else {
      if (c > 0x20) out += raw.charAt(at);
      at++;
    }
  }
  return out;
}

/** Whether a number is written with a fraction of nought (`1.0`), which its value no longer tells. May be true without need. */
export function holdsWholeFraction(text: string): boolean {
  for (let dot = text.indexOf('.0'); dot >= 0; dot = text.indexOf('.0', dot + 2)) {
    const before = text.charCodeAt(dot - 1);
    if (!(before >= 0x30 && before <= 0x39)) continue;
    let end = dot + 2;
    while (text.charCodeAt(end) === 0x30) end++;
    const c = text.charCodeAt(end);
    if (c === 0x2c || c === 0x7d || c === 0x5d || c <= 0x20) return true;
  }
  return false;
}

/** A function that renders records with these members as ` key:value key:value`. The names enter the code as quoted JSON. */
export function compileBroMembers(keys: readonly string[]): (record: Message) => string {
  const parts = keys.map((key) => `${JSON.stringify(` ${key}:`)}+r(o[${JSON.stringify(key)}])`);
  const render = new Function('r', `return (o)=>${parts.length === 0 ? '""' : parts.join('+')}`);
  return render(renderValue) as (record: Message) => string;
}

/**
 * As `compileBroMembers`, for text in which some number is written with a fraction of nought: whole numbers are taken from the text, the
 * rest from the values. Undefined when the text has to be read member by member (spaces, objects inside of lists).
 */
export function compileBroTextMembers(
  keys: readonly string[],
): (record: Message, text: string, from: number) => string | undefined {
  if (!keys.every((key) => /^[\w.-]+$/.test(key))) return () => undefined;
  const heads = keys.map((key) => ` ${key}:`);
  const needles = keys.map((key) => `${JSON.stringify(key)}:`);
  return (record, text, from) => {
    let out = '';
    let at = from;
    for (let i = 0; i < keys.length; i++) {
      const value = record[keys[i]!];
      if (!isWritten(value)) {
        out += heads[i]! + renderValue(value);
        continue;
      }
      const found = text.indexOf(needles[i]!, at);
      // A quote that closes a text is followed by no word, one inside of a text stands behind a backslash.
      const before = text.charCodeAt(found - 1);
      if (found < 0 || (before !== 0x2c && before !== 0x7b)) return undefined;
      if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return undefined;
      at = found + needles[i]!.length;
      const end = endOfValue(text, at);
      if (end === at) return undefined;
      out += heads[i]! + valueText(text, at, end);
      at = end;
    }
    return out;
  };
}

/** Whether a value may be written otherwise than its text is: `300.0` is 300. */
function isWritten(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isNoText) : Number.isInteger(value);
}

function isNoText(item: unknown): boolean {
  return typeof item !== 'string';
}

function renderValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : decimalText(value);
  return typeof value === 'boolean' ? String(value) : nestedText(JSON.stringify(value));
}
