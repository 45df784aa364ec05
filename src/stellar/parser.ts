import type { ArithmeticOperator, ComparisonOperator, Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import { ANY, ATOM, COMPARISON, CONDITIONAL, LOGIC, MEMBERSHIP, OPERAND, type Piece, TEXT } from './forms.ts';
import type { TokenKind } from './token.ts';
import { ValueParser } from './value-parser.ts';

const comparisonOperators: ReadonlySet<TokenKind> = new Set<TokenKind>(['==', '!=', '<', '<=', '>', '>=']);

/** Parses one expression. The text must not be blank. Raises `StellarError` with the place and what was expected. */
export function parse(source: string): Node {
  return new Parser(source).statement();
}

/** The levels of operators, from the loosest to the tightest. */
class Parser extends ValueParser {
  statement(): Node {
    const { node } = this.expression();
    if (this.peek().kind !== 'end') throw this.unexpected('an operator or the end of the expression');
    return node;
  }

  protected expression(): Piece {
    return this.nested(() => this.#looseExpression());
  }

  #looseExpression(): Piece {
    const token = this.peek();
    if (token.kind === 'match') return { node: this.match(), form: ANY };
    if (token.kind === 'if') {
      this.take();
      const test = this.require(this.#logic(), LOGIC, 'the condition of if');
      this.expect('then', "'then'");
      const then = this.expression().node;
      this.expect('else', "'else' (a condition has both branches)");
      const otherwise = this.expression().node;
      return {
        node: { kind: 'conditional', test, then, otherwise, offset: token.offset, end: otherwise.end },
        form: CONDITIONAL,
      };
    }
    const left = this.#logic();
    if (this.peek().kind !== '?') return left;
    const test = this.require(left, LOGIC, "what stands before '?'");
    this.take();
    const then = this.expression().node;
    this.expect(':', "':'");
    const otherwise = this.expression().node;
    return {
      node: { kind: 'conditional', test, then, otherwise, offset: test.offset, end: otherwise.end },
      form: CONDITIONAL,
    };
  }

  /** `and` and `or` share one level and group to the right; read as a row, so that a long row does not nest the parser. */
  #logic(): Piece {
    const first = this.#membership();
    if (this.peek().kind !== 'and' && this.peek().kind !== 'or') return first;
    const terms = [this.require(first, MEMBERSHIP, 'an operand of and / or')];
    const operators: ('and' | 'or')[] = [];
    while (this.peek().kind === 'and' || this.peek().kind === 'or') {
      operators.push(this.take().kind === 'and' ? 'and' : 'or');
      terms.push(this.require(this.#membership(), MEMBERSHIP, 'an operand of and / or'));
    }
    let node = terms.pop()!;
    for (let operator = operators.pop(); operator !== undefined; operator = operators.pop()) {
      const left = terms.pop()!;
      node = { kind: 'logic', operator, left, right: node, offset: left.offset, end: node.end };
    }
    return { node, form: LOGIC };
  }

  #membership(): Piece {
    const left = this.comparison();
    const token = this.peek();
    if (token.kind !== 'in' && token.kind !== 'not in') return left;
    const item = this.require(left, ATOM, `what stands before '${token.kind}'`);
    this.take();
    const container = this.nested(() =>
      this.require(this.#membership(), MEMBERSHIP, `what stands behind '${token.kind}'`),
    );
    return {
      node: {
        kind: 'in',
        negated: token.kind === 'not in',
        item,
        container,
        operatorOffset: token.offset,
        offset: item.offset,
        end: container.end,
      },
      form: MEMBERSHIP,
    };
  }

  protected comparison(): Piece {
    let left = this.#coalesce();
    while (comparisonOperators.has(this.peek().kind)) {
      const token = this.take();
      const leftNode = this.require(left, COMPARISON, 'an operand of a comparison');
      const right = this.require(this.#coalesce(), COMPARISON, 'an operand of a comparison');
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

  /** Extension: `a ?? b ?? c` groups to the right, below `+ -` and above comparisons. */
  #coalesce(): Piece {
    const left = this.#sum();
    if (this.peek().kind !== '??') return left;
    const leftNode = this.require(left, ATOM, "what stands before '??'");
    if (leftNode.kind === 'lambda') {
      throw syntaxError(
        this.source,
        leftNode.offset,
        "a lambda cannot stand before '??': it always has a value",
        'put the body of the lambda in parentheses when it is meant',
      );
    }
    const { offset: operatorOffset } = this.take();
    const right = this.nested(() => this.require(this.#coalesce(), ATOM, "what stands behind '??'"));
    return {
      node: {
        kind: 'coalesce',
        left: leftNode,
        right,
        operatorOffset,
        offset: leftNode.offset,
        end: right.end,
      },
      form: ATOM,
    };
  }

  #sum(): Piece {
    let left = this.#quotient();
    for (let { kind } = this.peek(); kind === '+' || kind === '-'; { kind } = this.peek()) {
      left = this.#arithmetic(left, kind, () => this.#quotient());
    }
    return left;
  }

  /** `/` binds weaker than `*`, as in Metron; `%` (an extension) goes with it. */
  #quotient(): Piece {
    let left = this.#product();
    for (let { kind } = this.peek(); kind === '/' || kind === '%'; { kind } = this.peek()) {
      left = this.#arithmetic(left, kind, () => this.#product());
    }
    return left;
  }

  #product(): Piece {
    let left = this.#signed();
    while (this.peek().kind === '*') left = this.#arithmetic(left, '*', () => this.#signed());
    return left;
  }

  #arithmetic(left: Piece, operator: ArithmeticOperator, operand: () => Piece): Piece {
    const token = this.take();
    const loosest = operator === '+' ? TEXT : OPERAND;
    const leftNode = this.require(left, loosest, `an operand of '${operator}'`);
    const right = this.require(operand(), loosest, `an operand of '${operator}'`);
    return {
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

  /** Extension: a minus before what is no literal of its own. */
  #signed(): Piece {
    if (this.peek().kind !== '-') return this.primary();
    const { offset } = this.take();
    const operand = this.nested(() => this.require(this.#signed(), OPERAND, "the operand of '-'"));
    return { node: { kind: 'negate', operand, offset, end: operand.end }, form: OPERAND };
  }
}
