import type { LambdaNode, Node } from './ast.ts';
import { positionAt, type SourcePosition, type SourceSpan, StellarError } from './errors.ts';
import { conditionRules, testsOf } from './lint-rules/conditions.ts';
import { nameRules } from './lint-rules/names.ts';
import { precedenceRules } from './lint-rules/precedence.ts';
import { valueRules } from './lint-rules/values.ts';
import { parse } from './parser.ts';
import type { FunctionRegistry } from './registry.ts';
import { childrenOf } from './tree.ts';

/** Says what in an expression will surprise its author, though it is allowed: how Metron reads it, and what can never hold. */

export type LintCode =
  /** `10/4*2` is `10/(4*2)`. */
  | 'SKP_LINT_DIVISION'
  /** `and` and `or` have one level and group to the right. */
  | 'SKP_LINT_AND_OR'
  /** `x in y == z` is `x in (y == z)`. */
  | 'SKP_LINT_IN_COMPARISON'
  /** `1 < x < 3` compares a boolean with a number. */
  | 'SKP_LINT_CHAIN'
  /** A condition that holds always or never. */
  | 'SKP_LINT_CONSTANT_CONDITION'
  /** A condition that is no boolean: an error when it is evaluated. */
  | 'SKP_LINT_CONDITION_TYPE'
  /** A match clause that is the bare literal true. */
  | 'SKP_LINT_MATCH_TRUE'
  /** An order with null or a comparison with NaN never holds; nothing is in null. */
  | 'SKP_LINT_NULL_COMPARISON'
  | 'SKP_LINT_UNKNOWN_FUNCTION'
  | 'SKP_LINT_UNKNOWN_FIELD'
  /** `True` is a variable. */
  | 'SKP_LINT_KEYWORD_CASE'
  /** A parameter that another of the same lambda hides. */
  | 'SKP_LINT_PARAMETER'
  /** Collections tell an int from a long and from a double. */
  | 'SKP_LINT_NUMBER_KIND'
  /** `1/2` is 0. */
  | 'SKP_LINT_WHOLE_DIVISION'
  /** Of two entries with one key the first stays. */
  | 'SKP_LINT_DUPLICATE_KEY'
  /** A /31 or /32 holds no address. */
  | 'SKP_LINT_SUBNET'
  /** REGEXP_MATCH is of the whole text. */
  | 'SKP_LINT_WHOLE_MATCH'
  /** A regular expression that cannot be read, or that the linear engine cannot run. */
  | 'SKP_LINT_PATTERN';

export interface LintFix {
  /** What the change does. */
  readonly text: string;
  /** Stands in place of the warning's span. */
  readonly replacement: string;
}

/** One warning, as data. */
export interface LintWarning {
  readonly code: LintCode;
  readonly message: string;
  /** Where the span begins. */
  readonly position: SourcePosition;
  readonly span: SourceSpan;
  /** Ways to say what may have been meant, the likeliest first. */
  readonly fixes: readonly LintFix[];
}

export interface LintOptions {
  /** All fields that a message of the sensor has; unknown ones are told only when this is given. */
  readonly fields?: Iterable<string> | undefined;
  /** The expression is a condition as a whole. */
  readonly predicate?: boolean | undefined;
}

/** What rules see of the expression besides the node. */
export interface LintContext {
  readonly source: string;
  readonly registry: FunctionRegistry;
  readonly fields: ReadonlySet<string> | undefined;
  /** Nodes around the present one, the nearest last. */
  readonly parents: readonly Node[];
  /** The conditions of the nodes around the present one, and whether what is no boolean is converted there or raises. */
  readonly tests: ReadonlyMap<Node, { readonly converts: boolean }>;
  /** Whether a part has the same value for every message, as far as that was asked. */
  readonly constants: Map<Node, boolean>;
  /** Whether a lambda around the present node has a parameter of this name. */
  isParameter(name: string): boolean;
  warn(code: LintCode, span: SourceSpan, message: string, fixes?: readonly LintFix[]): void;
  /** The source of a part. */
  text(span: SourceSpan): string;
}

export type LintRule = (node: Node, context: LintContext) => void;

const rules: readonly LintRule[] = [...precedenceRules, ...conditionRules, ...nameRules, ...valueRules];
/** Who has as many mends those first; looking for the nearest name of each takes its time. */
const mostWarnings = 50;
/** What a warning quotes of the source, at most: fifty parts of a long row would be many times the row. */
const longestMessage = 500;
const longestFix = 10_000;

/**
 * The warnings of an expression, in the order of their places. Empty for one that does not parse: `checkExpression` says why.
 * Never evaluates anything that reaches outside of the expression. Never raises.
 */
export function lint(
  source: string,
  registry: FunctionRegistry,
  options: LintOptions = {},
): readonly LintWarning[] {
  if (source.trim() === '') return [];
  let tree: Node;
  try {
    tree = parse(source);
  } catch (error) {
    if (error instanceof StellarError) return [];
    throw error;
  }
  const warnings: LintWarning[] = [];
  const parents: Node[] = [];
  const lambdas: LambdaNode[] = [];
  const tests = new Map<Node, { readonly converts: boolean }>();
  const context: LintContext = {
    source,
    registry,
    fields: options.fields === undefined ? undefined : new Set(options.fields),
    parents,
    tests,
    constants: new Map(),
    isParameter: (name) => lambdas.some(({ parameters }) => parameters.includes(name)),
    warn(code, { offset, end }, message, fixes = []) {
      if (warnings.length >= mostWarnings) return;
      warnings.push({
        code,
        message: message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message,
        position: positionAt(source, offset),
        span: { offset, end },
        fixes: fixes.filter(({ replacement }) => replacement.length <= longestFix),
      });
    },
    text: ({ offset, end }) => source.slice(offset, end),
  };
  const visit = (node: Node): void => {
    if (warnings.length >= mostWarnings) return;
    for (const rule of rules) rule(node, context);
    parents.push(node);
    if (node.kind === 'lambda') lambdas.push(node);
    for (const { test, converts } of testsOf(node)) tests.set(test, { converts });
    for (const child of childrenOf(node)) visit(child);
    if (node.kind === 'lambda') lambdas.pop();
    parents.pop();
  };
  // A row of thousands of terms is as deep a tree.
  try {
    // A predicate is judged as the operand of not is: by what it holds for.
    if (options.predicate === true) {
      parents.push({ kind: 'not', operand: tree, offset: 0, end: tree.end });
      tests.set(tree, { converts: true });
    }
    visit(tree);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return warnings.sort((a, b) => a.span.offset - b.span.offset);
}
