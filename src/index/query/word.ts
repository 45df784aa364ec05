/** A word of a query: its characters without the backslashes, remembering which ones had one. */
import { isIP, isIPv6 } from 'node:net';

export interface Word {
  readonly text: string;
  /** For each character of `text`, whether a backslash stood before it. */
  readonly escaped: readonly boolean[];
  /** For each character, whether it was written so that a word beginning with it is taken as it is. */
  readonly literal: readonly boolean[];
}

export function slice(word: Word, from: number, to?: number): Word {
  return {
    text: word.text.slice(from, to),
    escaped: word.escaped.slice(from, to),
    literal: word.literal.slice(from, to),
  };
}

/**
 * A backslash at the beginning asks that a word be taken as it is: no date, no network. That before a colon does not, since it
 * is needed there; the code of the colon does.
 */
export function isLiteral(word: Word): boolean {
  return word.literal[0] === true;
}

export function hasWildcard(word: Word): boolean {
  return [...indices(word, '*'), ...indices(word, '?')].length > 0;
}

/** The pattern of a wildcard: `*` and `?` as they are, `\` before those that stand for themselves. */
export function wildcardPattern(word: Word): string {
  let pattern = '';
  for (let at = 0; at < word.text.length; at++) {
    const character = word.text[at]!;
    const special = character === '*' || character === '?' || character === '\\';
    pattern += special && (word.escaped[at] || character === '\\') ? `\\${character}` : character;
  }
  return pattern;
}

const maxFieldLength = 1000;

export interface FieldSplit {
  /** As it was written, colons and all; null for a word that names no field. */
  readonly field: string | null;
  readonly value: Word;
}

/**
 * Where the name of the field ends and the value begins, both of which may hold colons:
 *
 * 1. the longest beginning that is a known field;
 * 2. else nowhere, if the whole word is an IPv6 address, a MAC address, a time or a URL;
 * 3. else at the first colon after which one of those follows;
 * 4. else at the last colon.
 *
 * A colon with a backslash never parts the two.
 */
export function splitField(word: Word, isField: (name: string) => boolean): FieldSplit {
  const colons = indices(word, ':');
  const at = splitIndex(word, colons, isField);
  if (at === null) return { field: null, value: word };
  return { field: word.text.slice(0, at), value: slice(word, at + 1) };
}

function splitIndex(
  word: Word,
  colons: readonly number[],
  isField: (name: string) => boolean,
): number | null {
  if (colons.length === 0) return null;
  const known = colons.findLast((at) => at <= maxFieldLength && isField(word.text.slice(0, at)));
  if (known !== undefined) return known;
  // Who puts a backslash before a colon says by that which one has none.
  if (colons.length === 1 && word.text.indexOf(':') !== word.text.lastIndexOf(':')) return colons[0]!;
  if (hasColonsInside(word.text)) return null;
  return colons.find((at) => hasColonsInside(word.text.slice(at + 1))) ?? colons.at(-1)!;
}

/** What is written with colons of its own. */
function hasColonsInside(text: string): boolean {
  return (text.length <= 64 && (isIpv6Like(text) || isMac(text) || isTime(text))) || isUrl(text);
}

function isIpv6Like(text: string): boolean {
  if (!text.includes(':')) return false;
  if (isIPv6(text.replace(/\/\d{1,3}$/, '').replace(/%.*$/, ''))) return true;
  // An address cut short by a wildcard: two groups at least, and a digit somewhere, so that it is not taken for a name.
  return /^(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}[*?]*$/i.test(text) && /[*?]$/.test(text) && /\d/.test(text);
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text) || /^(?:[0-9a-f]{2}:){2,5}\*$/i.test(text);
}

function isTime(text: string): boolean {
  return /^(?:\d{4}-\d{2}-\d{2}[Tt])?\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?$/.test(
    text,
  );
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

export interface Network {
  readonly network: string;
  readonly prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`; null for anything else. */
export function parseNetwork(text: string): Network | null {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const [, network, bits] = match;
  const version = isIP(network!);
  const prefix = Number(bits);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return null;
  return { network: network!, prefix };
}

function indices(word: Word, character: string): number[] {
  const found: number[] = [];
  for (let at = word.text.indexOf(character); at !== -1; at = word.text.indexOf(character, at + 1)) {
    if (!word.escaped[at]) found.push(at);
  }
  return found;
}
