/**
 * Splits one delimited record (RFC 4180 and the extras of opencsv) into trimmed cells: doubled quotes inside a quoted cell, a
 * backslash before quote, backslash or separator, blanks before an opening quote. Line ends are ordinary characters. Another
 * backslash stands for itself (opencsv drops it, so that `DOM\user` would become `DOMuser`).
 */
import { ParseError } from './errors.ts';

const quote = 0x22;
const backslash = 0x5c;

/** Appends the cells of `text` to `cells`. Throws `ParseError` for a quote that does not end. */
export function splitDelimited(text: string, separator: string, cells: string[]): void {
  if (!text.includes('"') && !text.includes('\\')) {
    let from = 0;
    for (let end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, from)) {
      cells.push(text.slice(from, end).trim());
      from = end + 1;
    }
    cells.push(text.slice(from).trim());
    return;
  }
  splitQuoted(text, separator.charCodeAt(0), cells);
}

/** A state machine like opencsv's: a quote inside a cell is kept, and still shields separators up to the next one. */
function splitQuoted(text: string, separator: number, cells: string[]): void {
  const { length } = text;
  let cell = '';
  /** Where the run of ordinary characters that is not yet in `cell` begins. */
  let run = 0;
  let quoted = false;
  let inCell = false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    const next = i + 1 < length ? text.charCodeAt(i + 1) : -1;
    if (c === quote) {
      cell += text.slice(run, i);
      run = i + 1;
      if ((quoted || inCell) && next === quote) {
        run = ++i;
      } else {
        quoted = !quoted;
        inCell = !inCell;
        if (i > 2 && text.charCodeAt(i - 1) !== separator && next >= 0 && next !== separator) {
          if (cell !== '' && cell.trim() === '') cell = '';
          else run = i;
        }
      }
    } else if (c === separator && !quoted) {
      cells.push((cell + text.slice(run, i)).trim());
      cell = '';
      run = i + 1;
      inCell = false;
    } else {
      if (
        c === backslash &&
        (quoted || inCell) &&
        (next === quote || next === backslash || next === separator)
      ) {
        cell += text.slice(run, i);
        run = ++i;
      }
      inCell = true;
    }
  }
  if (quoted)
    throw new ParseError('A quoted cell does not end', { hint: 'Double a quote that is part of a cell' });
  cells.push((cell + text.slice(run)).trim());
}
