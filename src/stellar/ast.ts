/** The checked syntax tree of an expression. `offset` and `end` are places in the source, parentheses included. */
interface Span {
  readonly offset: number;
  readonly end: number;
  readonly parenthesized?: boolean;
}

export interface LiteralNode extends Span {
  readonly kind: 'literal';
  readonly value: unknown;
}
export interface VariableNode extends Span {
  readonly kind: 'variable';
  readonly name: string;
}
export interface ExistsNode extends Span {
  readonly kind: 'exists';
  readonly name: string;
}
export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly Node[];
}
export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Node; readonly value: Node }[];
}
export interface CallNode extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Node[];
}
export interface LambdaNode extends Span {
  readonly kind: 'lambda';
  readonly parameters: readonly string[];
  readonly body: Node;
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export interface ArithmeticNode extends Span {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Node;
  readonly right: Node;
  /** Where the operator stands: an error points at it. */
  readonly operatorOffset: number;
}
/** Extension: a minus before an operand that is no literal. */
export interface NegateNode extends Span {
  readonly kind: 'negate';
  readonly operand: Node;
}
/** Extension: `left ?? right`, the right side where the left one is null. */
export interface CoalesceNode extends Span {
  readonly kind: 'coalesce';
  readonly left: Node;
  readonly right: Node;
  readonly operatorOffset: number;
}
/** Extension: `container[index]`. */
export interface IndexNode extends Span {
  readonly kind: 'index';
  readonly container: Node;
  readonly index: Node;
  /** Where the bracket stands: an error points at it. */
  readonly operatorOffset: number;
}
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export interface ComparisonNode extends Span {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Node;
  readonly right: Node;
  readonly operatorOffset: number;
}
export interface InNode extends Span {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly item: Node;
  readonly container: Node;
  readonly operatorOffset: number;
}
export interface LogicNode extends Span {
  readonly kind: 'logic';
  readonly operator: 'and' | 'or';
  readonly left: Node;
  readonly right: Node;
}
export interface NotNode extends Span {
  readonly kind: 'not';
  readonly operand: Node;
}
export interface ConditionalNode extends Span {
  readonly kind: 'conditional';
  readonly test: Node;
  readonly then: Node;
  readonly otherwise: Node;
}
export interface MatchNode extends Span {
  readonly kind: 'match';
  readonly clauses: readonly { readonly check: Node; readonly action: Node }[];
  readonly otherwise: Node;
}

export type Node =
  | LiteralNode
  | VariableNode
  | ExistsNode
  | ListNode
  | MapNode
  | CallNode
  | LambdaNode
  | ArithmeticNode
  | NegateNode
  | CoalesceNode
  | IndexNode
  | ComparisonNode
  | InNode
  | LogicNode
  | NotNode
  | ConditionalNode
  | MatchNode;
