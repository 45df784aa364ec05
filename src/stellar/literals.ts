import { syntaxError } from './errors.ts';
import { double, float, long } from './values.ts';

/** Literals of strings and numbers. */

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
  // Extensions of Metron's five: these, the other quote, and characters by their number.
  '/': '/',
  f: '\f',
  '0': '\0',
};
const numberedEscape = /\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))/y;

/** The escape at `offset`. Letters that mean something in regular expressions (`\\d`, `\\b`) stay errors: they want two backslashes. */
function readEscape(source: string, offset: number, next: string): { text: string; length: number } {
  const simple = Object.hasOwn(simpleEscapes, next) ? simpleEscapes[next] : undefined;
  if (simple !== undefined) return { text: simple, length: 2 };
  numberedEscape.lastIndex = offset;
  const numbered = numberedEscape.exec(source);
  if (numbered !== null) {
    const point = Number.parseInt(numbered[1] ?? numbered[2] ?? numbered[3] ?? '', 16);
    if (point <= 0x10ffff) return { text: String.fromCodePoint(point), length: numbered[0].length };
  }
  throw syntaxError(
    source,
    offset,
    `'\\${next}' is not an escape`,
    'a backslash is written \\\\ (also in regular expressions); the escapes are \\\\ \\n \\r \\t \\f \\0 \\/ \\\' \\" \\uXXXX \\u{X} \\xXX',
  );
}

export function readString(source: string, start: number): [value: string, end: number] {
  const quote = source[start]!;
  let value = '';
  let from = start + 1;
  for (let i = from; i < source.length; i += 1) {
    const character = source[i];
    if (character === quote) return [value + source.slice(from, i), i + 1];
    if (character !== '\\') continue;
    const next = source[i + 1];
    if (next === undefined) break;
    const escaped = readEscape(source, i, next);
    value += source.slice(from, i) + escaped.text;
    i += escaped.length - 1;
    from = i + 1;
  }
  throw syntaxError(source, start, 'the string that begins here has no end', `close it with ${quote}`);
}

/** The literal at `offset`; undefined when what is there is not one (`-.5` is a minus and `.5`). */
export function readNumber(
  source: string,
  offset: number,
  core: string,
): { value: unknown; end: number } | undefined {
  const end = offset + core.length;
  const suffix = (source[end] ?? '').toLowerCase();
  const isWhole = /^-?[0-9]+$/.test(core);
  if (core.startsWith('-.') && suffix !== 'f') return undefined;
  if (suffix === 'f') return { value: float(Number(core)), end: end + 1 };
  if (suffix === 'd') return { value: double(Number(core)), end: end + 1 };
  if (!isWhole) return { value: double(Number(core)), end };
  if (suffix === 'l') {
    const value = core.length > 20 ? 2n ** 64n : BigInt(core);
    if (value < -(2n ** 63n) || value >= 2n ** 63n) {
      throw syntaxError(source, offset, `${core}${source[end]} does not fit a long of 64 bits`);
    }
    return { value: long(value), end: end + 1 };
  }
  const value = Number(core);
  if (value < -2147483648 || value > 2147483647) {
    throw syntaxError(source, offset, `${core} does not fit an int of 32 bits`, `write ${core}L for a long`);
  }
  return { value: value + 0, end };
}
