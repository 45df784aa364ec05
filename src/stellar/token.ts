/** What a source text is cut into. */
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
  | '/'
  | '%'
  | '??';

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
