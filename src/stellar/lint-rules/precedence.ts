import type { Node } from '../ast.ts';
import type { LintContext, LintFix, LintRule } from '../lint.ts';

/** Operators that group otherwise than in most languages. */

/** `left operator right` as two readings: the one that Metron takes, and the one that may have been meant. */
function readings(
  context: LintContext,
  [first, outer, second, inner, third]: readonly [Node, string, Node, string, Node],
): LintFix[] {
  const [a, b, c] = [context.text(first), context.text(second), context.text(third)];
  return [
    { text: 'if the first two belong together', replacement: `(${a} ${outer} ${b}) ${inner} ${c}` },
    { text: 'to say what it means now', replacement: `${a} ${outer} (${b} ${inner} ${c})` },
  ];
}

const division: LintRule = (node, context) => {
  if (node.kind !== 'arithmetic' || (node.operator !== '/' && node.operator !== '%')) return;
  const { left, right } = node;
  if (right.kind !== 'arithmetic' || right.operator !== '*' || right.parenthesized === true) return;
  context.warn(
    'SKP_LINT_DIVISION',
    node,
    `'*' binds tighter than '${node.operator}': this is ${context.text(left)} ${node.operator} (${context.text(right)})`,
    readings(context, [left, node.operator, right.left, '*', right.right]),
  );
};

const andOr: LintRule = (node, context) => {
  if (node.kind !== 'logic') return;
  const { left, right, operator } = node;
  if (right.kind !== 'logic' || right.operator === operator || right.parenthesized === true) return;
  // Of a row such as `a and b or c and d`, one warning is enough.
  const parent = context.parents[context.parents.length - 1];
  if (
    parent?.kind === 'logic' &&
    parent.right === node &&
    parent.operator !== operator &&
    node.parenthesized !== true
  )
    return;
  const surprise = operator === 'and' ? '' : ', as usual, but written so it is easily misread';
  const fixes = readings(context, [left, operator, right.left, right.operator, right.right]);
  context.warn(
    'SKP_LINT_AND_OR',
    node,
    `and, or have one level and group to the right: this is ${context.text(left)} ${operator} (${context.text(right)})${surprise}`,
    operator === 'and' ? fixes : fixes.slice(1),
  );
};

const inComparison: LintRule = (node, context) => {
  if (node.kind !== 'in') return;
  const { item, container } = node;
  if (container.kind !== 'comparison' || container.parenthesized === true) return;
  const word = node.negated ? 'not in' : 'in';
  const [a, b, c] = [context.text(item), context.text(container.left), context.text(container.right)];
  context.warn(
    'SKP_LINT_IN_COMPARISON',
    node,
    `'${word}' takes the whole comparison on its right: this is ${a} ${word} (${context.text(container)})`,
    [
      {
        text: 'if the membership is compared',
        replacement: `(${a} ${word} ${b}) ${container.operator} ${c}`,
      },
      { text: 'to say what it means now', replacement: `${a} ${word} (${context.text(container)})` },
    ],
  );
};

const chain: LintRule = (node, context) => {
  if (node.kind !== 'comparison') return;
  const { left } = node;
  if (left.kind !== 'comparison' || left.parenthesized === true) return;
  if (node.operator === '==' || node.operator === '!=') {
    // `a == b == true` says what it does.
    if (node.right.kind === 'literal' && typeof node.right.value === 'boolean') return;
  }
  context.warn(
    'SKP_LINT_CHAIN',
    node,
    `comparisons do not chain: the boolean (${context.text(left)}) is compared with ${context.text(node.right)}`,
    [
      {
        text: 'if both shall hold',
        replacement: `${context.text(left)} and ${context.text(left.right)} ${node.operator} ${context.text(node.right)}`,
      },
    ],
  );
};

export const precedenceRules: readonly LintRule[] = [division, andOr, inComparison, chain];
