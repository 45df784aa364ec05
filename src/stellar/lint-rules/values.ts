import type { Node } from '../ast.ts';
import { strictEquals } from '../compare.ts';
import { StellarError } from '../errors.ts';
import { compilePattern } from '../java-regex.ts';
import type { LintRule } from '../lint.ts';
import { quoted } from '../print.ts';
import { isNumber, kindOf, numberOf } from '../values.ts';

/** Literals that do not do what they seem to. */

const literalOf = (node: Node | undefined): unknown => (node?.kind === 'literal' ? node.value : undefined);

const numberKind: LintRule = (node, context) => {
  if (node.kind !== 'in' || node.container.kind !== 'list') return;
  const item = literalOf(node.item);
  for (const member of node.container.items) {
    const value = literalOf(member);
    if (!isNumber(value)) continue;
    const kind = kindOf(value);
    const number = numberOf(value)!;
    // Events come from JSON, whose whole numbers are ints as long as they fit.
    const asRead = Number.isInteger(number) && (number | 0) === number ? 'int' : kind;
    if (isNumber(item) ? kindOf(item) === kind || numberOf(item) !== number : kind === asRead) continue;
    context.warn(
      'SKP_LINT_NUMBER_KIND',
      member,
      `a list finds numbers by kind: the ${kind} ${context.text(member)} is not the ${isNumber(item) ? kindOf(item) : 'int'} ${number}`,
      [{ text: 'as events have it', replacement: String(number) }],
    );
  }
};

const wholeDivision: LintRule = (node, context) => {
  if (node.kind !== 'arithmetic' || node.operator !== '/') return;
  const left = literalOf(node.left);
  const right = literalOf(node.right);
  if (
    typeof left !== 'number' ||
    typeof right !== 'number' ||
    kindOf(left) !== 'int' ||
    kindOf(right) !== 'int'
  )
    return;
  if (right === 0) {
    context.warn('SKP_LINT_WHOLE_DIVISION', node, 'a whole number divided by zero raises an error');
  } else if (left % right !== 0) {
    context.warn(
      'SKP_LINT_WHOLE_DIVISION',
      node,
      `whole numbers divide to a whole number: this is ${Math.trunc(left / right)}`,
      [{ text: 'to keep the fraction', replacement: `${context.text(node.left)} / ${right}.0` }],
    );
  }
};

const duplicateKey: LintRule = (node, context) => {
  if (node.kind !== 'map') return;
  const keys: unknown[] = [];
  for (const { key } of node.entries) {
    const value = literalOf(key);
    if (value === undefined) continue;
    if (keys.some((one) => strictEquals(one, value))) {
      context.warn(
        'SKP_LINT_DUPLICATE_KEY',
        key,
        'the key stands in this map already, and the first of the two counts',
      );
    }
    if (keys.length < 1000) keys.push(value);
  }
};

const subnet: LintRule = (node, context) => {
  if (node.kind !== 'call' || node.name !== 'IN_SUBNET') return;
  for (const arg of node.args.slice(1)) {
    const text = literalOf(arg);
    const found = typeof text === 'string' ? /^([\d.]+)\/3([12])$/.exec(text) : null;
    if (found === null || node.args[0] === undefined) continue;
    context.warn(
      'SKP_LINT_SUBNET',
      arg,
      `${text} holds no address: the first and the last of a subnet do not count`,
      found[2] === '2' && node.args.length === 2
        ? []
        : [{ text: 'the smallest subnet that holds any', replacement: quoted(`${found[1]}/30`) }],
    );
  }
};

const plainWord = /^[\w\s-]+$/;

const pattern: LintRule = (node, context) => {
  if (node.kind !== 'call' || !node.name.startsWith('REGEXP_')) return;
  const arg = node.args[1];
  const written = arg?.kind === 'list' ? arg.items : arg === undefined ? [] : [arg];
  for (const one of written) {
    const text = literalOf(one);
    if (typeof text !== 'string' || text === '') continue;
    try {
      const { isLinear } = compilePattern(text);
      if (!isLinear) {
        context.warn(
          'SKP_LINT_PATTERN',
          one,
          'a look-around, a reference or a long repetition of a group keeps this pattern from the linear-time engine: long texts are matched slowly or not at all',
        );
      }
    } catch (error) {
      if (!(error instanceof StellarError)) throw error;
      context.warn('SKP_LINT_PATTERN', one, error.detail);
      continue;
    }
    if (node.name === 'REGEXP_MATCH' && plainWord.test(text)) {
      context.warn(
        'SKP_LINT_WHOLE_MATCH',
        one,
        'REGEXP_MATCH matches the whole text, so this holds only for a text that equals it',
        [{ text: 'to find it anywhere in the text', replacement: quoted(`.*${text}.*`) }],
      );
    }
  }
};

export const valueRules: readonly LintRule[] = [numberKind, wholeDivision, duplicateKey, subnet, pattern];
