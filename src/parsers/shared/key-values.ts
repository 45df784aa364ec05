/** Reads `key=value key="value with blanks" …` in one pass. */

import { KnownTexts } from './known-texts.ts';

export interface KeyValueRules {
  /** What stands between pairs, besides blanks: a character code such as that of a comma; zero for none. */
  readonly separator: number;
  /** Whether a backslash inside quotes makes the next character literal (otherwise it stands for itself). */
  readonly escapes: boolean;
  /** Whether single quotes enclose values as well. */
  readonly singleQuotes: boolean;
}

/** Keys come again and again. */
const keys = new KnownTexts();

export type PairListener = (key: string, value: string, quoted: boolean) => void;

/**
 * Calls `pair` for every pair in text[from, …) and `word` for every word that belongs to none. A value that a quote begins and nothing ends goes on to
 * the end of the text, the quote included.
 */
export function readPairs(
  text: string,
  from: number,
  rules: KeyValueRules,
  pair: PairListener,
  word: (word: string) => void,
): void {
  const { separator, escapes, singleQuotes } = rules;
  const end = text.length;
  let at = from;
  while (at < end) {
    const first = text.charCodeAt(at);
    if (first <= 0x20 || first === separator) {
      at++;
      continue;
    }
    const keyAt = at;
    let c = first;
    while (at < end) {
      c = text.charCodeAt(at);
      if (c === 0x3d || c <= 0x20 || c === separator) break;
      at++;
    }
    if (at >= end || c !== 0x3d || at === keyAt) {
      if (at === keyAt) at++;
      word(text.slice(keyAt, at));
      continue;
    }
    const key = keys.of(text, keyAt, at);
    at++;
    const quote = text.charCodeAt(at);
    if (quote === 0x22 || (singleQuotes && quote === 0x27)) {
      const close = closingQuote(text, at, quote, escapes);
      if (close < 0) {
        pair(key, text.slice(at), false);
        return;
      }
      const inner = text.slice(at + 1, close);
      pair(key, escapes && inner.includes('\\') ? unescaped(inner) : inner, true);
      at = close + 1;
      continue;
    }
    const valueAt = at;
    while (at < end) {
      c = text.charCodeAt(at);
      if (c <= 0x20 || c === separator) break;
      at++;
    }
    pair(key, text.slice(valueAt, at), false);
  }
}

function closingQuote(text: string, open: number, quote: number, escapes: boolean): number {
  if (!escapes) return text.indexOf(quote === 0x22 ? '"' : "'", open + 1);
  for (let i = open + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === quote) return i;
  }
  return -1;
}

const escaped = /\\([\s\S])/g;

/** `\n`, `\r` and `\t` are what they are elsewhere; any other character behind a backslash is itself. */
export function unescaped(text: string): string {
  return text.replace(escaped, (_all, c: string) =>
    c === 'n' ? '\n' : c === 't' ? '\t' : c === 'r' ? '\r' : c,
  );
}
