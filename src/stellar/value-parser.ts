import type { Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import {
  ANY,
  ATOM,
  COMPARISON,
  CONDITIONAL,
  type Form,
  formName,
  LOGIC,
  MEMBERSHIP,
  OPERAND,
  type Piece,
  TEXT,
} from './forms.ts';
import { TokenReader } from './token-reader.ts';

/** Reads what stands between operators: literals, names, calls, lists, maps, lambdas, match, parentheses, and indexes on them. */
export abstract class ValueParser extends TokenReader {
  /** Anything that may be a whole statement. */
  protected abstract expression(): Piece;
  /** A comparison or what binds tighter. */
  protected abstract comparison(): Piece;

  /** Refuses a piece whose form is looser than a use allows. */
  protected require(piece: Piece, loosest: Form, use: string): Node {
    if (piece.form <= loosest) return piece.node;
    const hint =
      piece.form === ANY || piece.form === ATOM || piece.form === TEXT ? undefined : 'put it in parentheses';
    throw syntaxError(this.source, piece.node.offset, `${formName(piece.form)} cannot stand as ${use}`, hint);
  }

  /** A value and the indexes behind it. */
  protected primary(): Piece {
    let piece = this.#value();
    while (this.peek().kind === '[' && isIndexable(piece.node)) {
      const { offset: operatorOffset } = this.take();
      const container = piece.node;
      const index = this.require(this.expression(), CONDITIONAL, 'an index');
      const { end } = this.expect(']', "']'");
      piece = {
        node: { kind: 'index', container, index, operatorOffset, offset: container.offset, end },
        form: OPERAND,
      };
    }
    return piece;
  }

  #value(): Piece {
    const token = this.peek();
    const { offset, end } = token;
    switch (token.kind) {
      case 'number':
        this.take();
        return { node: { kind: 'literal', value: token.value, offset, end }, form: OPERAND };
      case 'NaN':
        this.take();
        return { node: { kind: 'literal', value: Number.NaN, offset, end }, form: OPERAND };
      case 'string':
        this.take();
        return { node: { kind: 'literal', value: token.value, offset, end }, form: TEXT };
      case 'true':
      case 'false':
        this.take();
        return { node: { kind: 'literal', value: token.kind === 'true', offset, end }, form: ATOM };
      case 'null':
        this.take();
        return { node: { kind: 'literal', value: null, offset, end }, form: ATOM };
      case 'not':
        return this.#not();
      case 'exists': {
        this.take();
        this.expect('(', "'(' behind exists");
        const name = this.expect('name', 'the name of a variable').text;
        const close = this.expect(')', "')'");
        return { node: { kind: 'exists', name, offset, end: close.end }, form: ATOM };
      }
      case 'name':
        return this.#nameOrCall();
      case '[': {
        this.take();
        const items = this.#arguments(']');
        return { node: { kind: 'list', items, offset, end: this.peek(-1).end }, form: ATOM };
      }
      case '{':
        return this.#map();
      case '(':
        return this.#parenthesis();
      case 'match':
        throw syntaxError(
          this.source,
          offset,
          'match cannot stand here',
          'match may be a whole expression, a branch, the body of a lambda or the value of a map entry',
        );
      case 'if':
        throw syntaxError(this.source, offset, 'if cannot stand here', 'put the condition in parentheses');
      default:
        throw this.unexpected('a value');
    }
  }

  #not(): Piece {
    const { offset } = this.take();
    this.expect('(', "'(' behind not");
    const operand = this.nested(() => this.require(this.expression(), LOGIC, 'the operand of not'));
    const close = this.expect(')', "')'");
    return { node: { kind: 'not', operand, offset, end: close.end }, form: COMPARISON };
  }

  #nameOrCall(): Piece {
    const token = this.take();
    const { offset } = token;
    if (this.accept('->')) {
      const body = this.expression().node;
      return { node: { kind: 'lambda', parameters: [token.text], body, offset, end: body.end }, form: ATOM };
    }
    if (this.accept('(')) {
      const args = this.#arguments(')');
      return {
        node: { kind: 'call', name: token.text, args, offset, end: this.peek(-1).end },
        form: OPERAND,
      };
    }
    return { node: { kind: 'variable', name: token.text, offset, end: token.end }, form: OPERAND };
  }

  #arguments(close: ')' | ']'): Node[] {
    const args: Node[] = [];
    if (this.accept(close)) return args;
    do {
      const piece = this.expression();
      if (piece.form === LOGIC || piece.form === MEMBERSHIP) {
        throw syntaxError(
          this.source,
          piece.node.offset,
          `and, or and in need parentheses of their own ${close === ')' ? 'in an argument' : 'in a list'}`,
          `write (${this.source.slice(piece.node.offset, Math.min(piece.node.end, piece.node.offset + 60))})`,
        );
      }
      args.push(this.require(piece, CONDITIONAL, close === ')' ? 'an argument' : 'an element of a list'));
    } while (this.accept(','));
    this.expect(close, `',' or '${close}'`);
    return args;
  }

  #map(): Piece {
    const { offset } = this.take();
    const entries: { key: Node; value: Node }[] = [];
    if (!this.accept('}')) {
      do {
        const key = this.nested(() => this.require(this.comparison(), COMPARISON, 'the key of a map entry'));
        this.expect(':', "':' behind the key");
        entries.push({ key, value: this.expression().node });
      } while (this.accept(','));
      this.expect('}', "',' or '}'");
    }
    return { node: { kind: 'map', entries, offset, end: this.peek(-1).end }, form: ATOM };
  }

  #parenthesis(): Piece {
    const { offset } = this.peek();
    const parameters = this.#lambdaParameters();
    if (parameters !== undefined) {
      const body = this.expression().node;
      return { node: { kind: 'lambda', parameters, body, offset, end: body.end }, form: ATOM };
    }
    this.take();
    const { node, form } = this.expression();
    const { end } = this.expect(')', "')'");
    const inner: Node = { ...node, offset, end, parenthesized: true };
    if (form === OPERAND || form === CONDITIONAL || node.kind === 'coalesce')
      return { node: inner, form: OPERAND };
    // Extension: a text in parentheses may be added to another.
    if (form === TEXT) return { node: inner, form: TEXT };
    return { node: inner, form: form === ANY ? ANY : COMPARISON };
  }

  /** `(a, b) ->`, consumed when it is there. */
  #lambdaParameters(): string[] | undefined {
    let ahead = 1;
    const parameters: string[] = [];
    while (this.peek(ahead).kind === 'name') {
      parameters.push(this.peek(ahead).text);
      ahead += 1;
      if (this.peek(ahead).kind !== ',') break;
      ahead += 1;
      if (this.peek(ahead).kind !== 'name') return undefined;
    }
    if (this.peek(ahead).kind !== ')' || this.peek(ahead + 1).kind !== '->') return undefined;
    this.skip(ahead + 2);
    return parameters;
  }

  protected match(): Node {
    const { offset } = this.take();
    this.expect('{', "'{' behind match");
    const clauses: { check: Node; action: Node }[] = [];
    while (this.peek().kind !== 'default') {
      const check = this.require(this.expression(), CONDITIONAL, 'the check of a match clause');
      this.expect('=>', "'=>'");
      clauses.push({ check, action: this.expression().node });
      this.expect(',', "',' and then 'default =>' or another clause");
    }
    if (clauses.length === 0) throw this.unexpected('a clause (match has at least one before its default)');
    this.take();
    this.expect('=>', "'=>'");
    const otherwise = this.expression().node;
    const close = this.expect('}', "'}' (default is the last clause)");
    return { kind: 'match', clauses, otherwise, offset, end: close.end };
  }
}

function isIndexable(node: Node): boolean {
  return (
    node.kind !== 'lambda' &&
    node.kind !== 'not' &&
    node.kind !== 'exists' &&
    (node.kind !== 'literal' || typeof node.value === 'string' || node.parenthesized === true)
  );
}
