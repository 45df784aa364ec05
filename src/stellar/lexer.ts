import { StellarError } from './errors.ts';
import { double, float, long } from './values.ts';

export type TokenKind =
  | 'name'
  | 'number'
  | 'string'
  | 'end'
  | 'in'
  | 'not in'
  | 'and'
  | 'or'
  | 'not'
  | 'true'
  | 'false'
  | 'if'
  | 'then'
  | 'else'
  | 'null'
  | 'match'
  | 'default'
  | 'exists'
  | 'NaN'
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | ':'
  | '?'
  | '->'
  | '=>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/';

export interface Token {
  readonly kind: TokenKind;
  /** The token as written. */
  readonly text: string;
  /** Value of a number or string. */
  readonly value: unknown;
  readonly offset: number;
  readonly end: number;
}

export const keywords: readonly TokenKind[] = [
  'in',
  'and',
  'or',
  'not',
  'true',
  'false',
  'if',
  'then',
  'else',
  'null',
  'match',
  'default',
  'exists',
];

const keywordKinds = new Map<string, TokenKind>(
  keywords.flatMap((word): [string, TokenKind][] => [
    [word, word],
    [word.toUpperCase(), word],
  ]),
);
keywordKinds.set('NaN', 'NaN');

const blank = /(?:[ \t\r\n\f]|\/\/[^\r\n]+)+/y;
const namePattern = /[A-Za-z_$](?:[A-Za-z0-9_.:]*[A-Za-z0-9_.])?/y;
const notInPattern = /(?:not in|NOT IN)(?![A-Za-z0-9_.:])/y;
const numberPattern = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|-?\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const symbolPattern = /->|=>|==|!=|<=|>=|&&|\|\||[()[\]{},:?<>+\-*/]/y;
const exponentOnly = /^[eE][0-9]+$/;

/** Longest text that is compiled, in UTF-16 units. */
export const maxSourceLength = 1 << 20;

/** Cuts a source into tokens, the last of which is `end`. Raises `StellarError` at what no token can begin with. */
export function tokenize(source: string): Token[] {
  if (source.length > maxSourceLength) {
    throw new StellarError(
      'SKP_STELLAR_TOO_LONG',
      `an expression of ${source.length} characters is longer than the ${maxSourceLength} that are compiled`,
    );
  }
  const tokens: Token[] = [];
  let offset = 0;
  const push = (kind: TokenKind, end: number, value: unknown = undefined): void => {
    tokens.push({ kind, text: source.slice(offset, end), value, offset, end });
    offset = end;
  };
  while (true) {
    blank.lastIndex = offset;
    if (blank.test(source)) offset = blank.lastIndex;
    if (offset >= source.length) break;
    const first = source[offset]!;
    if (first === "'" || first === '"') {
      const [value, end] = readString(source, offset);
      push('string', end, value);
      continue;
    }
    notInPattern.lastIndex = offset;
    if (notInPattern.test(source)) {
      push('not in', notInPattern.lastIndex);
      continue;
    }
    namePattern.lastIndex = offset;
    const name = namePattern.exec(source)?.[0];
    if (name !== undefined) {
      if (exponentOnly.test(name)) {
        throw syntaxError(
          source,
          offset,
          `'${name}' reads as the exponent of a number and cannot be a variable`,
          `MAP_GET('${name}', _) reads such a field`,
        );
      }
      push(keywordKinds.get(name) ?? 'name', offset + name.length);
      continue;
    }
    numberPattern.lastIndex = offset;
    const number = numberPattern.exec(source)?.[0];
    if (number !== undefined) {
      const literal = readNumber(source, offset, number);
      if (literal !== undefined) {
        push('number', literal.end, literal.value);
        continue;
      }
    }
    symbolPattern.lastIndex = offset;
    const symbol = symbolPattern.exec(source)?.[0];
    if (symbol === undefined) throw unexpectedCharacter(source, offset);
    push(symbol === '&&' ? 'and' : symbol === '||' ? 'or' : (symbol as TokenKind), offset + symbol.length);
  }
  push('end', offset);
  return tokens;
}

export function syntaxError(source: string, offset: number, detail: string, hint?: string): StellarError {
  return new StellarError('SKP_STELLAR_SYNTAX', detail, { source, offset, hint });
}

function unexpectedCharacter(source: string, offset: number): StellarError {
  const character = String.fromCodePoint(source.codePointAt(offset)!);
  const hints: Record<string, string> = {
    '=': "'==' compares",
    '!': "'!=' compares, not( ) negates",
    '&': "write 'and' or '&&'",
    '|': "write 'or' or '||'",
    '%': 'there is no remainder operator',
    '.': 'a number has digits behind its point',
    ';': 'an expression has no end mark, and list elements are set apart by commas',
  };
  const hint = Object.hasOwn(hints, character)
    ? hints[character]
    : 'outside of strings only ASCII letters, digits and operators may stand';
  return syntaxError(source, offset, `unexpected character ${JSON.stringify(character)}`, hint);
}

function readString(source: string, start: number): [value: string, end: number] {
  const quote = source[start]!;
  let value = '';
  let from = start + 1;
  for (let i = from; i < source.length; i += 1) {
    const character = source[i];
    if (character === quote) return [value + source.slice(from, i), i + 1];
    if (character !== '\\') continue;
    const next = source[i + 1];
    const escaped =
      next === 'n'
        ? '\n'
        : next === 'r'
          ? '\r'
          : next === 't'
            ? '\t'
            : next === '\\' || next === quote
              ? next
              : undefined;
    if (escaped === undefined) {
      if (next === undefined) break;
      throw syntaxError(
        source,
        i,
        `'\\${next}' is not an escape`,
        `a backslash is written \\\\; the escapes are \\\\ \\n \\r \\t \\${quote}`,
      );
    }
    value += source.slice(from, i) + escaped;
    i += 1;
    from = i + 1;
  }
  throw syntaxError(source, start, 'the string that begins here has no end', `close it with ${quote}`);
}

/** The literal at `offset`; undefined when what is there is not one (`-.5` is a minus and `.5`). */
function readNumber(
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
