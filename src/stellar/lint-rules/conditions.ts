import type { Node } from '../ast.ts';
import { compile } from '../compiler.ts';
import { truth } from '../convert.ts';
import { StellarError } from '../errors.ts';
import type { LintContext, LintRule } from '../lint.ts';
import { print } from '../print.ts';
import { childrenOf } from '../tree.ts';
import { describe, kindOf } from '../values.ts';

/** Conditions that hold always, never, or not at all. */

/** Whether a part has the same value for every message. */
function isConstant(node: Node, context: LintContext): boolean {
  const known = context.constants.get(node);
  if (known !== undefined) return known;
  const found = isConstantOf(node, context);
  context.constants.set(node, found);
  return found;
}

function isConstantOf(node: Node, context: LintContext): boolean {
  if (node.kind === 'variable' || node.kind === 'exists' || node.kind === 'lambda') return false;
  if (node.kind === 'call') {
    const definition = context.registry.get(node.name);
    if (definition?.pure !== true || definition.async === true || node.args.length === 0) return false;
  }
  return childrenOf(node).every((child) => isConstant(child, context));
}

/** The value of a constant part; undefined when it raises. */
function constantValue(node: Node, context: LintContext): unknown {
  try {
    return compile(print(node), context.registry).evaluate([], {});
  } catch (error) {
    if (error instanceof StellarError) return undefined;
    throw error;
  }
}

/** The part that decides, and where it stands: a condition raises on what is no boolean, `and`, `or` and `not` convert. */
export function testsOf(node: Node): readonly { readonly test: Node; readonly converts: boolean }[] {
  switch (node.kind) {
    case 'conditional':
      return [{ test: node.test, converts: false }];
    case 'match':
      return node.clauses.map(({ check }) => ({ test: check, converts: false }));
    case 'logic':
      return [
        { test: node.left, converts: true },
        { test: node.right, converts: true },
      ];
    case 'not':
      return [{ test: node.operand, converts: true }];
    default:
      return [];
  }
}

const constantCondition: LintRule = (node, context) => {
  const tested = context.tests.get(node);
  if (tested === undefined || isMatchTrue(node, context) || !isConstant(node, context)) return;
  // A rule that is `true` applies to every event, and its author knows.
  const isWhole = context.parents.length === 1 && node.parenthesized !== true && node.kind === 'literal';
  if (
    isWhole &&
    context.parents[0]?.kind === 'not' &&
    context.parents[0].end === node.end &&
    node.value === true
  )
    return;
  // `(true)` is how a clause that shall always hold is written.
  if (node.kind === 'literal' && typeof node.value === 'boolean' && node.parenthesized === true) return;
  // The parts of a constant row are constant as well: the row is told.
  const parent = context.parents[context.parents.length - 1]!;
  if (
    (parent.kind === 'logic' || parent.kind === 'not') &&
    isConstant(parent, context) &&
    context.tests.has(parent)
  )
    return;
  const value = constantValue(node, context);
  if (value === undefined) return;
  if (!tested.converts && isNoCondition(value)) {
    context.warn(
      'SKP_LINT_CONDITION_TYPE',
      node,
      `${describe(value)} is not a condition: this raises an error`,
    );
    return;
  }
  const holds = truth(value);
  context.warn('SKP_LINT_CONSTANT_CONDITION', node, `this ${holds ? 'always' : 'never'} holds`, [
    { text: 'as it is evaluated', replacement: holds ? '(true)' : '(false)' },
  ]);
};

function isNoCondition(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return false;
  return (
    typeof value === 'string' || kindOf(value) !== undefined || (Array.isArray(value) && value.length > 0)
  );
}

const neverBoolean: ReadonlySet<string> = new Set([
  'string',
  'integer',
  'int',
  'long',
  'float',
  'double',
  'number',
]);

const conditionType: LintRule = (node, context) => {
  const tested = context.tests.get(node);
  if (tested === undefined || tested.converts || isConstant(node, context)) return;
  const type =
    node.kind === 'arithmetic' || node.kind === 'negate'
      ? 'number'
      : node.kind === 'call'
        ? context.registry.get(node.name)?.returns.type.toLowerCase()
        : undefined;
  if (type === undefined || !neverBoolean.has(type)) return;
  const text = context.text(node);
  context.warn(
    'SKP_LINT_CONDITION_TYPE',
    node,
    `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type} is not a condition: unless it is null, this raises an error`,
    type === 'string'
      ? [{ text: 'to ask whether there is one', replacement: `${text} != null` }]
      : [{ text: 'to ask whether it is not zero', replacement: `${text} != 0` }],
  );
};

function isMatchTrue(node: Node, context: LintContext): boolean {
  return (
    node.kind === 'literal' &&
    node.value === true &&
    node.parenthesized !== true &&
    context.tests.has(node) &&
    context.parents[context.parents.length - 1]?.kind === 'match'
  );
}

const matchTrue: LintRule = (node, context) => {
  if (!isMatchTrue(node, context)) return;
  context.warn(
    'SKP_LINT_MATCH_TRUE',
    node,
    'a clause that is the bare literal true does not hold in a match that stands by itself',
    [{ text: 'so that it holds', replacement: '(true)' }],
  );
};

const orders: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

const isNull = (node: Node): boolean => node.kind === 'literal' && node.value === null;
const isNaNLiteral = (node: Node): boolean => node.kind === 'literal' && Number.isNaN(node.value);

const nullComparison: LintRule = (node, context) => {
  if (node.kind === 'comparison') {
    const { left, right, operator } = node;
    if (orders.has(operator) && (isNull(left) || isNull(right))) {
      const other = context.text(isNull(left) ? right : left);
      context.warn('SKP_LINT_NULL_COMPARISON', node, `'${operator}' with null never holds`, [
        { text: 'to ask whether there is a value', replacement: `${other} != null` },
      ]);
    } else if (isNaNLiteral(left) || isNaNLiteral(right)) {
      const holds = operator === '!=' ? 'always' : 'never';
      const other = context.text(isNaNLiteral(left) ? right : left);
      context.warn(
        'SKP_LINT_NULL_COMPARISON',
        node,
        `'${operator}' with NaN ${holds} holds: NaN equals nothing`,
        [{ text: 'to ask whether it is NaN', replacement: `IS_NAN(${other})` }].filter(
          () => context.registry.get('IS_NAN') !== undefined,
        ),
      );
    }
  } else if (node.kind === 'in' && isNull(node.container)) {
    context.warn(
      'SKP_LINT_NULL_COMPARISON',
      node,
      `nothing is in null: this ${node.negated ? 'always' : 'never'} holds`,
      [{ text: 'to ask whether there is no value', replacement: `${context.text(node.item)} == null` }],
    );
  }
};

export const conditionRules: readonly LintRule[] = [
  constantCondition,
  conditionType,
  matchTrue,
  nullComparison,
];
