import { StellarError, syntaxError } from './errors.ts';
import { readNumber, readString } from './literals.ts';
import { keywords, type Token, type TokenKind } from './token.ts';

const keywordKinds = new Map<string, TokenKind>(
  keywords.flatMap((word): [string, TokenKind][] => [
    [word, word],
    [word.toUpperCase(), word],
  ]),
);
keywordKinds.set('NaN', 'NaN');

/** Kinds that an operand may end with. */
const operandEnds: ReadonlySet<TokenKind | undefined> = new Set<TokenKind | undefined>([
  'name',
  'number',
  'string',
  'true',
  'false',
  'null',
  'NaN',
  ')',
  ']',
  '}',
]);

const blank = /(?:[ \t\r\n\f]|\/\/[^\r\n]+)+/y;
const namePattern = /[A-Za-z_$](?:[A-Za-z0-9_.:]*[A-Za-z0-9_.])?/y;
const notInPattern = /(?:not in|NOT IN)(?![A-Za-z0-9_.:])/y;
const numberPattern = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|-?\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const symbolPattern = /->|=>|==|!=|<=|>=|&&|\|\||\?\?|[()[\]{},:?<>+\-*/%]/y;
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
    // Extension: behind an operand a minus subtracts, also when it touches a digit.
    const subtracts = first === '-' && operandEnds.has(tokens[tokens.length - 1]?.kind);
    if (number !== undefined && !subtracts) {
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

function unexpectedCharacter(source: string, offset: number): StellarError {
  const character = String.fromCodePoint(source.codePointAt(offset)!);
  const hints: Record<string, string> = {
    '=': "'==' compares",
    '!': "'!=' compares, not( ) negates",
    '&': "write 'and' or '&&'",
    '|': "write 'or' or '||'",
    '.': 'a number has digits behind its point',
    ';': 'an expression has no end mark, and list elements are set apart by commas',
  };
  const hint = Object.hasOwn(hints, character)
    ? hints[character]
    : 'outside of strings only ASCII letters, digits and operators may stand';
  return syntaxError(source, offset, `unexpected character ${JSON.stringify(character)}`, hint);
}
