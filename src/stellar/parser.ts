import type { ComparisonOperator, Node } from './ast.ts';
import { StellarError } from './errors.ts';
import { keywords, syntaxError, type Token, type TokenKind, tokenize } from './lexer.ts';
import { nearestName } from './suggest.ts';

/**
 * What a parsed piece may be used as, the strictest first: Metron's grammar lets a string literal stand in a comparison but
 * not beside `+`, and `and` in a branch but not as an argument. Each use states the loosest form that it takes.
 */
const OPERAND = 0; // of + - * /
const ATOM = 1; // left of `in`
const COMPARISON = 2; // beside a comparison operator
const MEMBERSHIP = 3; // x in y
const LOGIC = 4; // beside and / or, a condition
const CONDITIONAL = 5; // an argument, an element
const ANY = 6; // a whole statement, a branch, a lambda's body
type Form = 0 | 1 | 2 | 3 | 4 | 5 | 6;

interface Piece {
  readonly node: Node;
  readonly form: Form;
}

const maxNesting = 200;
const maxNodes = 50_000;

const comparisonOperators: ReadonlySet<TokenKind> = new Set<TokenKind>(['==', '!=', '<', '<=', '>', '>=']);

/** Parses one expression. The text must not be blank. Raises `StellarError` with the place and what was expected. */
export function parse(source: string): Node {
  return new Parser(source).statement();
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #nesting = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
    if (this.#tokens.length > maxNodes) {
      throw new StellarError(
        'SKP_STELLAR_TOO_LONG',
        `an expression of more than ${maxNodes} tokens is not compiled`,
      );
    }
  }

  statement(): Node {
    const { node } = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected('an operator or the end of the expression');
    return node;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #accept(kind: TokenKind): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#next += 1;
    return true;
  }

  #expect(kind: TokenKind, expected: string): Token {
    if (this.#peek().kind !== kind) throw this.#unexpected(expected);
    return this.#take();
  }

  #unexpected(expected: string): StellarError {
    const token = this.#peek();
    const found = token.kind === 'end' ? 'the expression ends' : `'${token.text.slice(0, 40)}' stands`;
    return syntaxError(
      this.#source,
      token.offset,
      `${found} where ${expected} was expected`,
      this.#hint(token),
    );
  }

  #hint(token: Token): string | undefined {
    const before = this.#tokens[this.#next - 1];
    if (token.kind === 'number' && token.text.startsWith('-')) {
      return `a minus that touches a digit belongs to the number: write '- ${token.text.slice(1)}' to subtract`;
    }
    if (token.kind === 'name') {
      if (token.text.includes(':')) return "':' may be part of a name: set it off by blanks, 'a : b'";
      const keyword = nearestName(token.text, keywords);
      if (keyword !== undefined) return `did you mean '${keyword}'?`;
    }
    if (before?.kind === 'name') {
      if (before.text.includes(':')) return "':' may be part of a name: set it off by blanks, 'a : b'";
      const keyword = nearestName(before.text, keywords);
      if (keyword !== undefined && token.kind !== 'end')
        return `did you mean '${keyword}' instead of '${before.text}'?`;
    }
    if (token.kind === '-' || token.kind === '+')
      return 'a sign may stand only before a number that it touches';
    return undefined;
  }

  /** Refuses a piece whose form is looser than a use allows. */
  #require(piece: Piece, loosest: Form, use: string): Node {
    if (piece.form <= loosest) return piece.node;
    const what =
      piece.form === ANY
        ? 'a match'
        : piece.form === CONDITIONAL
          ? 'a condition'
          : piece.form === ATOM
            ? 'such a value'
            : 'and, or, in or a comparison';
    const hint = piece.form === ANY || piece.form === ATOM ? undefined : 'put it in parentheses';
    throw syntaxError(this.#source, piece.node.offset, `${what} cannot stand as ${use}`, hint);
  }

  #expression(): Piece {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) {
      throw new StellarError('SKP_STELLAR_TOO_DEEP', `the expression nests more than ${maxNesting} deep`, {
        source: this.#source,
        offset: this.#peek().offset,
      });
    }
    const piece = this.#looseExpression();
    this.#nesting -= 1;
    return piece;
  }

  #looseExpression(): Piece {
    const token = this.#peek();
    if (token.kind === 'match') return { node: this.#match(), form: ANY };
    if (token.kind === 'if') {
      this.#take();
      const test = this.#require(this.#logic(), LOGIC, 'the condition of if');
      this.#expect('then', "'then'");
      const then = this.#expression().node;
      this.#expect('else', "'else' (a condition has both branches)");
      const otherwise = this.#expression().node;
      return {
        node: { kind: 'conditional', test, then, otherwise, offset: token.offset, end: otherwise.end },
        form: CONDITIONAL,
      };
    }
    const left = this.#logic();
    if (this.#peek().kind !== '?') return left;
    const test = this.#require(left, LOGIC, "what stands before '?'");
    this.#take();
    const then = this.#expression().node;
    this.#expect(':', "':'");
    const otherwise = this.#expression().node;
    return {
      node: { kind: 'conditional', test, then, otherwise, offset: test.offset, end: otherwise.end },
      form: CONDITIONAL,
    };
  }

  /** `and` and `or` share one level and group to the right; read as a row, so that a long row does not nest the parser. */
  #logic(): Piece {
    const first = this.#membership();
    if (this.#peek().kind !== 'and' && this.#peek().kind !== 'or') return first;
    const terms = [this.#require(first, MEMBERSHIP, 'an operand of and / or')];
    const operators: ('and' | 'or')[] = [];
    while (this.#peek().kind === 'and' || this.#peek().kind === 'or') {
      operators.push(this.#take().kind === 'and' ? 'and' : 'or');
      terms.push(this.#require(this.#membership(), MEMBERSHIP, 'an operand of and / or'));
    }
    let node = terms.pop()!;
    for (let operator = operators.pop(); operator !== undefined; operator = operators.pop()) {
      const left = terms.pop()!;
      node = { kind: 'logic', operator, left, right: node, offset: left.offset, end: node.end };
    }
    return { node, form: LOGIC };
  }

  #membership(): Piece {
    const left = this.#comparison();
    const token = this.#peek();
    if (token.kind !== 'in' && token.kind !== 'not in') return left;
    const item = this.#require(left, ATOM, `what stands before '${token.kind}'`);
    this.#take();
    this.#nesting += 1;
    if (this.#nesting > maxNesting) {
      throw new StellarError('SKP_STELLAR_TOO_DEEP', `the expression nests more than ${maxNesting} deep`, {
        source: this.#source,
        offset: token.offset,
      });
    }
    const container = this.#require(this.#membership(), MEMBERSHIP, `what stands behind '${token.kind}'`);
    this.#nesting -= 1;
    return {
      node: {
        kind: 'in',
        negated: token.kind === 'not in',
        item,
        container,
        offset: item.offset,
        end: container.end,
      },
      form: MEMBERSHIP,
    };
  }

  #comparison(): Piece {
    let left = this.#sum();
    while (comparisonOperators.has(this.#peek().kind)) {
      const token = this.#take();
      const leftNode = this.#require(left, COMPARISON, 'an operand of a comparison');
      const right = this.#require(this.#sum(), COMPARISON, 'an operand of a comparison');
      left = {
        node: {
          kind: 'comparison',
          operator: token.kind as ComparisonOperator,
          left: leftNode,
          right,
          operatorOffset: token.offset,
          offset: leftNode.offset,
          end: right.end,
        },
        form: COMPARISON,
      };
    }
    return left;
  }

  #sum(): Piece {
    return this.#operatorLevel(['+', '-'], () =>
      this.#operatorLevel(['/'], () => this.#operatorLevel(['*'], () => this.#primary())),
    );
  }

  #operatorLevel(operators: readonly TokenKind[], operand: () => Piece): Piece {
    let left = operand();
    while (operators.includes(this.#peek().kind)) {
      const token = this.#take();
      const operator = token.kind as '+' | '-' | '*' | '/';
      const leftNode = this.#require(left, OPERAND, `an operand of '${operator}'`);
      const right = this.#require(operand(), OPERAND, `an operand of '${operator}'`);
      left = {
        node: {
          kind: 'arithmetic',
          operator,
          left: leftNode,
          right,
          operatorOffset: token.offset,
          offset: leftNode.offset,
          end: right.end,
        },
        form: OPERAND,
      };
    }
    return left;
  }

  #primary(): Piece {
    const token = this.#peek();
    const { offset, end } = token;
    switch (token.kind) {
      case 'number':
        this.#take();
        return { node: { kind: 'literal', value: token.value, offset, end }, form: OPERAND };
      case 'NaN':
        this.#take();
        return { node: { kind: 'literal', value: Number.NaN, offset, end }, form: OPERAND };
      case 'string':
        this.#take();
        return { node: { kind: 'literal', value: token.value, offset, end }, form: ATOM };
      case 'true':
      case 'false':
        this.#take();
        return { node: { kind: 'literal', value: token.kind === 'true', offset, end }, form: ATOM };
      case 'null':
        this.#take();
        return { node: { kind: 'literal', value: null, offset, end }, form: ATOM };
      case 'not':
        return this.#not();
      case 'exists': {
        this.#take();
        this.#expect('(', "'(' behind exists");
        const name = this.#expect('name', 'the name of a variable').text;
        const close = this.#expect(')', "')'");
        return { node: { kind: 'exists', name, offset, end: close.end }, form: ATOM };
      }
      case 'name':
        return this.#nameOrCall();
      case '[': {
        this.#take();
        const items = this.#arguments(']');
        return { node: { kind: 'list', items, offset, end: this.#peek(-1).end }, form: ATOM };
      }
      case '{':
        return this.#map();
      case '(':
        return this.#parenthesis();
      case 'match':
        throw syntaxError(
          this.#source,
          offset,
          'match cannot stand here',
          'match may be a whole expression, a branch, the body of a lambda or the value of a map entry',
        );
      case 'if':
        throw syntaxError(this.#source, offset, 'if cannot stand here', 'put the condition in parentheses');
      default:
        throw this.#unexpected('a value');
    }
  }

  #not(): Piece {
    const { offset } = this.#take();
    this.#expect('(', "'(' behind not");
    this.#nesting += 1;
    const operand = this.#require(this.#expression(), LOGIC, 'the operand of not');
    this.#nesting -= 1;
    const close = this.#expect(')', "')'");
    return { node: { kind: 'not', operand, offset, end: close.end }, form: COMPARISON };
  }

  #nameOrCall(): Piece {
    const token = this.#take();
    const { offset } = token;
    if (this.#accept('->')) {
      const body = this.#expression().node;
      return { node: { kind: 'lambda', parameters: [token.text], body, offset, end: body.end }, form: ATOM };
    }
    if (this.#accept('(')) {
      const args = this.#arguments(')');
      return {
        node: { kind: 'call', name: token.text, args, offset, end: this.#peek(-1).end },
        form: OPERAND,
      };
    }
    return { node: { kind: 'variable', name: token.text, offset, end: token.end }, form: OPERAND };
  }

  #arguments(close: ')' | ']'): Node[] {
    const args: Node[] = [];
    if (this.#accept(close)) return args;
    do {
      const piece = this.#expression();
      if (piece.form === LOGIC || piece.form === MEMBERSHIP) {
        throw syntaxError(
          this.#source,
          piece.node.offset,
          `and, or and in need parentheses of their own ${close === ')' ? 'in an argument' : 'in a list'}`,
          `write (${this.#source.slice(piece.node.offset, Math.min(piece.node.end, piece.node.offset + 60))})`,
        );
      }
      args.push(this.#require(piece, CONDITIONAL, close === ')' ? 'an argument' : 'an element of a list'));
    } while (this.#accept(','));
    this.#expect(close, `',' or '${close}'`);
    return args;
  }

  #map(): Piece {
    const { offset } = this.#take();
    const entries: { key: Node; value: Node }[] = [];
    if (!this.#accept('}')) {
      do {
        this.#nesting += 1;
        const key = this.#require(this.#comparison(), COMPARISON, 'the key of a map entry');
        this.#nesting -= 1;
        this.#expect(':', "':' behind the key");
        entries.push({ key, value: this.#expression().node });
      } while (this.#accept(','));
      this.#expect('}', "',' or '}'");
    }
    return { node: { kind: 'map', entries, offset, end: this.#peek(-1).end }, form: ATOM };
  }

  #parenthesis(): Piece {
    const { offset } = this.#peek();
    const parameters = this.#lambdaParameters();
    if (parameters !== undefined) {
      const body = this.#expression().node;
      return { node: { kind: 'lambda', parameters, body, offset, end: body.end }, form: ATOM };
    }
    this.#take();
    const { node, form } = this.#expression();
    this.#expect(')', "')'");
    const inner: Node = node.kind === 'literal' ? { ...node, parenthesized: true } : node;
    if (form === OPERAND || form === CONDITIONAL) return { node: inner, form: OPERAND };
    return { node: inner, form: form === ANY ? ANY : COMPARISON };
  }

  /** `(a, b) ->`, consumed when it is there. */
  #lambdaParameters(): string[] | undefined {
    let ahead = 1;
    const parameters: string[] = [];
    while (this.#peek(ahead).kind === 'name') {
      parameters.push(this.#peek(ahead).text);
      ahead += 1;
      if (this.#peek(ahead).kind !== ',') break;
      ahead += 1;
      if (this.#peek(ahead).kind !== 'name') return undefined;
    }
    if (this.#peek(ahead).kind !== ')' || this.#peek(ahead + 1).kind !== '->') return undefined;
    this.#next += ahead + 2;
    return parameters;
  }

  #match(): Node {
    const { offset } = this.#take();
    this.#expect('{', "'{' behind match");
    const clauses: { check: Node; action: Node }[] = [];
    while (this.#peek().kind !== 'default') {
      const check = this.#require(this.#expression(), CONDITIONAL, 'the check of a match clause');
      this.#expect('=>', "'=>'");
      clauses.push({ check, action: this.#expression().node });
      this.#expect(',', "',' and then 'default =>' or another clause");
    }
    if (clauses.length === 0) throw this.#unexpected('a clause (match has at least one before its default)');
    this.#take();
    this.#expect('=>', "'=>'");
    const otherwise = this.#expression().node;
    const close = this.#expect('}', "'}' (default is the last clause)");
    return { kind: 'match', clauses, otherwise, offset, end: close.end };
  }
}
