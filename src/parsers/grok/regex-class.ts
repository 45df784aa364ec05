/** Character classes of the Grok regular-expression dialect: brackets with unions and `&&`, and escapes that name a set. */
import {
  type CharSet,
  complement,
  digits,
  horizontalSpace,
  intersection,
  nothing,
  range,
  unicodeProperty,
  union,
  verticalSpace,
  whiteSpace,
  wordCharacters,
} from './char-set.ts';
import { type Cursor, syntaxError } from './regex-cursor.ts';

const escapedSets: ReadonlyMap<string, CharSet> = new Map([
  ['d', digits],
  ['w', wordCharacters],
  ['s', whiteSpace],
  ['h', horizontalSpace],
  ['v', verticalSpace],
]);

const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['f', 0x0c],
  ['a', 0x07],
  ['e', 0x1b],
]);

const lower = range(0x61, 0x7a);
const upper = range(0x41, 0x5a);
const alpha = union(lower, upper);
const punctuation: CharSet = [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e];

/** POSIX names as `\p{Alpha}` and `[:alpha:]` write them, in lower case; ASCII only. */
const posix: ReadonlyMap<string, CharSet> = new Map([
  ['alpha', alpha],
  ['digit', digits],
  ['alnum', union(alpha, digits)],
  ['lower', lower],
  ['upper', upper],
  ['punct', punctuation],
  ['graph', range(0x21, 0x7e)],
  ['print', range(0x20, 0x7e)],
  ['blank', [0x09, 0x09, 0x20, 0x20]],
  ['cntrl', [0x00, 0x1f, 0x7f, 0x7f]],
  ['xdigit', [0x30, 0x39, 0x41, 0x46, 0x61, 0x66]],
  ['space', whiteSpace],
  ['word', wordCharacters],
  ['ascii', range(0, 0x7f)],
]);

/** Reads `[…]` at the cursor. */
export function readClass(cursor: Cursor): CharSet {
  const { source } = cursor;
  cursor.at++;
  const negated = source[cursor.at] === '^';
  if (negated) cursor.at++;
  let set: CharSet = nothing;
  let earlier: CharSet | undefined;
  for (let first = true; ; first = false) {
    const char = source[cursor.at];
    if (char === undefined) throw syntaxError(cursor, 'an unclosed [');
    if (char === ']' && !first) break;
    if (char === '&' && source[cursor.at + 1] === '&') {
      cursor.at += 2;
      earlier = earlier === undefined ? set : intersection(earlier, set);
      set = nothing;
    } else {
      set = union(set, readMember(cursor, char));
    }
  }
  cursor.at++;
  if (earlier !== undefined) set = intersection(earlier, set);
  return negated ? complement(set) : set;
}

function readMember(cursor: Cursor, char: string): CharSet {
  const { source } = cursor;
  if (char === '[') {
    const named = /\[:(\^?)([a-z]+):\]/y;
    named.lastIndex = cursor.at;
    const found = named.exec(source);
    if (found === null) return readClass(cursor);
    cursor.at = named.lastIndex;
    const set = posix.get(found[2]!);
    if (set === undefined) throw syntaxError(cursor, `unknown class ${found[2]}`);
    return found[1] === '^' ? complement(set) : set;
  }
  const from = readUnit(cursor, char);
  if (from.length !== 2 || from[0] !== from[1]) return from;
  const next = source[cursor.at + 1];
  if (source[cursor.at] !== '-' || next === undefined || next === ']' || next === '[') return from;
  cursor.at++;
  const to = readUnit(cursor, next);
  if (to.length !== 2 || to[0] !== to[1]) return union(union(from, [0x2d, 0x2d]), to);
  if (to[0]! < from[0]!) throw syntaxError(cursor, 'a range whose end lies before its beginning');
  return range(from[0]!, to[0]!);
}

function readUnit(cursor: Cursor, char: string): CharSet {
  if (char === '\\') return readClassEscape(cursor);
  cursor.at++;
  const code = char.charCodeAt(0);
  return [code, code];
}

/** Reads an escape that stands for one code unit out of a set: `\d`, `\n`, `\x41`, `\p{Alpha}`, `\.`. */
export function readClassEscape(cursor: Cursor): CharSet {
  const { source } = cursor;
  const letter = source[cursor.at + 1];
  if (letter === undefined) throw syntaxError(cursor, 'a lone backslash at the end');
  const set = escapedSets.get(letter.toLowerCase());
  if (set !== undefined) {
    cursor.at += 2;
    return letter === letter.toLowerCase() ? set : complement(set);
  }
  const control = controls.get(letter);
  if (control !== undefined) {
    cursor.at += 2;
    return [control, control];
  }
  const coded = /\\(?:x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|0([0-7]{1,3})|c([@-_]))/y;
  coded.lastIndex = cursor.at;
  const found = coded.exec(source);
  if (found !== null) {
    cursor.at = coded.lastIndex;
    const hex = found[1] ?? found[2] ?? found[3];
    const code =
      hex !== undefined
        ? Number.parseInt(hex, 16)
        : found[4] !== undefined
          ? Number.parseInt(found[4], 8)
          : found[5]!.charCodeAt(0) ^ 64;
    if (code > 0xffff) throw syntaxError(cursor, 'a character beyond U+FFFF by number');
    return [code, code];
  }
  if (letter === 'p' || letter === 'P') return readProperty(cursor, letter === 'P');
  if (/[A-Za-z0-9]/.test(letter)) throw syntaxError(cursor, `unknown escape \\${letter}`);
  cursor.at += 2;
  const code = letter.charCodeAt(0);
  return [code, code];
}

function readProperty(cursor: Cursor, negated: boolean): CharSet {
  const written = /\\[pP](?:\{(\^?)(?:Is|In|java)?([A-Za-z_= ]+)\}|([A-Z]))/y;
  written.lastIndex = cursor.at;
  const found = written.exec(cursor.source);
  if (found === null) throw syntaxError(cursor, 'an unreadable \\p{…}');
  const name = (found[2] ?? found[3]!).replaceAll(' ', '');
  const set = posix.get(name.toLowerCase()) ?? unicodeProperty(name) ?? unicodeProperty(`Script=${name}`);
  if (set === undefined) throw syntaxError(cursor, `unknown property ${name}`);
  cursor.at = written.lastIndex;
  return negated !== (found[1] === '^') ? complement(set) : set;
}
