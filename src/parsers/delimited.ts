/**
 * Splits one delimited record (RFC 4180 and the extras of opencsv) into trimmed cells: doubled quotes inside a quoted cell, a
 * backslash before quote, backslash or separator, blanks before an opening quote; a quote inside a cell is kept and shields
 * separators up to the next one. Line ends are ordinary characters. Another backslash stands for itself (opencsv drops it, so
 * that `DOM\user` would become `DOMuser`), and blanks between a closing quote and the separator are dropped.
 */
import { ParseError } from './errors.ts';

const quote = 0x22;
const backslash = 0x5c;

/** Shorter records are looked at character by character more quickly. */
const fewCharacters = 64;

/**
 * Writes the cells of `text` into `cells` from its beginning on and answers how many there are; what stood in `cells` beyond
 * stays. `separator` is a character code. Throws `ParseError` for a quote that does not end.
 */
export function splitDelimited(text: string, separator: number, cells: unknown[]): number {
  const plain =
    text.length < fewCharacters ? splitShort(text, separator, cells) : splitPlain(text, separator, cells);
  return plain < 0 ? splitCarefully(text, separator, cells) : plain;
}

/**
 * The same for what most records are: no backslash, and quotes only around whole cells. The engine looks for the next separator faster than
 * this language can. Minus one when the record is of another kind.
 */
function splitPlain(text: string, separator: number, cells: unknown[]): number {
  if (separator === quote || text.includes('\\')) return -1;
  const mark = String.fromCharCode(separator);
  const { length } = text;
  let nextQuote = text.indexOf('"');
  if (nextQuote < 0) nextQuote = length;
  let count = 0;
  let at = 0;
  for (;;) {
    if (nextQuote === at && at < length) {
      const close = text.indexOf('"', at + 1);
      if (close < 0) return -1;
      const end = close + 1;
      if (end < length && text.charCodeAt(end) !== separator) return -1;
      cells[count++] = trimmed(text, at + 1, close);
      if (end === length) return count;
      nextQuote = text.indexOf('"', end);
      if (nextQuote < 0) nextQuote = length;
      at = end + 1;
      continue;
    }
    let end = text.indexOf(mark, at);
    if (end < 0) end = length;
    if (nextQuote < end) return -1;
    cells[count++] = trimmed(text, at, end);
    if (end === length) return count;
    at = end + 1;
  }
}

/** Of a short record without quotes and backslashes. Minus one when it has some. */
function splitShort(text: string, separator: number, cells: unknown[]): number {
  const { length } = text;
  let count = 0;
  let from = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === separator) {
      cells[count++] = trimmed(text, from, i);
      from = i + 1;
    } else if (c === quote || c === backslash) return -1;
  }
  cells[count++] = trimmed(text, from, length);
  return count;
}

function splitCarefully(text: string, separator: number, cells: unknown[]): number {
  const { length } = text;
  let count = 0;
  let cell = '';
  /** Whether `cell` has nothing but blanks. Asking the growing text itself each time would cost its length each time. */
  let blank = true;
  /** Where the run of characters that is not yet in `cell` begins. */
  let run = 0;
  let quoted = false;
  let inCell = false;
  /** Index behind the last character that was looked at closely. */
  let looked = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === separator) {
      if (quoted) continue;
      cells[count++] = cell === '' ? trimmed(text, run, i) : (cell + text.slice(run, i)).trim();
      cell = '';
      blank = true;
      run = looked = i + 1;
      inCell = false;
    } else if (c === quote) {
      if (i > looked) inCell = true;
      const next = i + 1 < length ? text.charCodeAt(i + 1) : -1;
      const part = text.slice(run, i);
      if (part !== '') {
        cell += part;
        blank &&= part.trim() === '';
      }
      run = i + 1;
      if ((quoted || inCell) && next === quote) {
        run = ++i;
      } else {
        quoted = !quoted;
        inCell = !inCell;
        const edge = i <= 2 || text.charCodeAt(i - 1) === separator || next < 0 || next === separator;
        if (!edge && (quoted || !blankUntil(text, i + 1, separator))) {
          if (cell !== '' && blank) cell = '';
          else run = i;
        }
      }
      looked = i + 1;
    } else if (c === backslash) {
      if (i > looked) inCell = true;
      if ((quoted || inCell) && i + 1 < length) {
        const next = text.charCodeAt(i + 1);
        if (next === quote || next === backslash || next === separator) {
          cell += text.slice(run, i);
          blank = false;
          run = ++i;
        }
      }
      inCell = true;
      looked = i + 1;
    }
  }
  if (quoted)
    throw new ParseError('A quoted cell does not end', { hint: 'Double a quote that is part of a cell' });
  cells[count++] = cell === '' ? trimmed(text, run, length) : (cell + text.slice(run)).trim();
  return count;
}

/** Whether nothing but blanks stands before the next separator or the end: a quote before them ends its cell. */
function blankUntil(text: string, from: number, separator: number): boolean {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === separator) return true;
    if (c !== 0x20 && c !== 0x09) return false;
  }
  return true;
}

/** `text.slice(from, to).trim()`, without a second string where there is nothing to trim. */
function trimmed(text: string, from: number, to: number): string {
  if (from === to) return '';
  const first = text.charCodeAt(from);
  const last = text.charCodeAt(to - 1);
  const part = text.slice(from, to);
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f ? part : part.trim();
}
