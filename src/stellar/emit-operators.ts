import { add, divide, multiply, negate, remainder, subtract } from './arithmetic.ts';
import type {
  ArithmeticNode,
  CoalesceNode,
  ComparisonNode,
  InNode,
  LogicNode,
  NegateNode,
  NotNode,
} from './ast.ts';
import { type Code, compareConstants, isImmutable, isPrimitive } from './code.ts';
import { isIn } from './compare.ts';
import { constantItems } from './constant-items.ts';
import { truth } from './convert.ts';
import type { Emitter } from './emitter.ts';

/** Code of operators. What is known when compiling is computed then, unless it raises. */

const operations = {
  '+': { name: 'add', apply: add },
  '-': { name: 'subtract', apply: subtract },
  '*': { name: 'multiply', apply: multiply },
  '/': { name: 'divide', apply: divide },
  '%': { name: 'remainder', apply: remainder },
} as const;

/** Longest text that is computed when compiling. */
const longestFolded = 10_000;

function folded(to: Emitter, compute: () => unknown): Code | undefined {
  try {
    const value = compute();
    if (isImmutable(value) && !(typeof value === 'string' && value.length > longestFolded))
      return to.constant(value);
  } catch {
    // Raises when it is evaluated, if it ever is.
  }
  return undefined;
}

export function emitArithmetic(to: Emitter, node: ArithmeticNode): Code {
  const left = to.emit(node.left);
  const right = to.emitNested(node.right);
  const { name, apply } = operations[node.operator];
  const { constant: a } = left;
  const { constant: b } = right;
  const known = a === undefined || b === undefined ? undefined : folded(to, () => apply(a.value, b.value));
  if (known !== undefined) return known;
  // Adding texts costs their length only once the sum is handed on.
  const small = (code: Code): Code => ({ ...code, isSmall: true });
  return {
    ...to.applied(node.operatorOffset, node, [small(left), small(right)], (x, y) => `${name}(${x}, ${y})`),
    isData: true,
    isSmall: node.operator !== '+',
  };
}

export function emitNegate(to: Emitter, node: NegateNode): Code {
  const operand = to.emit(node.operand);
  const { constant } = operand;
  const known = constant === undefined ? undefined : folded(to, () => negate(constant.value));
  if (known !== undefined) return known;
  return {
    ...to.fallibleAfter(node.offset, node, operand, (value) => `negate(${value})`),
    isData: true,
    isSmall: true,
  };
}

export function emitCoalesce(to: Emitter, node: CoalesceNode): Code {
  const left = to.emit(node.left);
  const right = to.emitNested(node.right);
  if (left.constant !== undefined) return left.constant.value === null ? right : left;
  return {
    text: `(${left.text} ?? ${right.text})`,
    isBoolean: left.isBoolean === true && right.isBoolean === true,
    isData: left.isData === true && right.isData === true,
    isSmall: left.isSmall === true && right.isSmall === true,
    safe: left.safe === true && right.safe === true,
    awaits: left.awaits === true || right.awaits === true,
  };
}

const isTruth = { isBoolean: true, isData: true, isSmall: true } as const;

export function emitComparison(to: Emitter, node: ComparisonNode): Code {
  const left = to.emit(node.left);
  const right = to.emitNested(node.right);
  const { constant: l } = left;
  const { constant: r } = right;
  const known =
    l === undefined || r === undefined
      ? undefined
      : folded(to, () => compareConstants(node.operator, l.value, r.value));
  if (known !== undefined) return known;
  if (node.operator === '==' || node.operator === '!=') return equality(to, node, left, right);
  const a = to.operand(left);
  const b = to.operand(right);
  const checks = [a.name, b.name].filter((_, i) => typeof [left, right][i]!.constant?.value !== 'number');
  const test = checks.map((name) => `typeof ${name} === 'number'`).join(' && ') || 'true';
  const slow = `(${to.place(node.operatorOffset, node)}, order(${a.name}, ${b.name}) ${node.operator} 0)`;
  return {
    ...isTruth,
    text: `(${a.setup}${b.setup}${test} ? ${a.name} ${node.operator} ${b.name} : ${slow})`,
  };
}

function equality(to: Emitter, node: ComparisonNode, left: Code, right: Code): Code {
  const negation = node.operator === '!=';
  const literal = right.constant ?? left.constant;
  const other = right.constant !== undefined ? left : right;
  if (
    literal !== undefined &&
    (literal.value === null || typeof literal.value === 'string' || typeof literal.value === 'boolean')
  ) {
    // Strings, booleans and null equal nothing of another type.
    const operator = negation ? '!==' : '===';
    return {
      ...isTruth,
      text: `(${other.text} ${operator} ${to.literal(literal.value)})`,
      safe: other.safe === true,
    };
  }
  const a = to.operand(left);
  const b = to.operand(right);
  const place = to.place(node.operatorOffset, node);
  if (typeof literal?.value === 'number') {
    const { name, setup } = right.constant !== undefined ? a : b;
    const value = to.literal(literal.value);
    const equal = `typeof ${name} === 'number' ? ${name} === ${value} : equals(${name}, ${value})`;
    return { ...isTruth, text: `${negation ? '!' : ''}(${setup}${equal})` };
  }
  const slow = `equals(${to.counted(left, a.name)}, ${to.counted(right, b.name)})`;
  const same = `${a.name} === ${b.name} || (${place}, ${slow})`;
  // A number that is not one equals nothing, itself included, and === says so; of two names for one value it is asked once.
  return { ...isTruth, text: `${negation ? '!' : ''}(${a.setup}${b.setup}${same})` };
}

/** Longest list of literals that is compared one by one; longer ones become a set. */
const longestChain = 6;

export function emitMembership(to: Emitter, node: InNode): Code {
  const item = to.emit(node.item);
  const sign = node.negated ? '!' : '';
  const members = constantItems(node.container);
  if (members?.every(isPrimitive)) {
    if (item.constant !== undefined) return to.constant(isIn(item.constant.value, members) !== node.negated);
    const safe = item.safe === true;
    if (members.length === 0) return { ...isTruth, text: `(${item.text}, ${node.negated})`, safe };
    if (
      members.length <= longestChain &&
      members.every((member) => typeof member !== 'number' || !Number.isNaN(member))
    ) {
      const operand = to.operand(item);
      const tests = members.map((member) => `${operand.name} === ${to.literal(member)}`).join(' || ');
      return { ...isTruth, text: `${sign}(${operand.setup}${tests})`, safe };
    }
    return { ...isTruth, text: `${sign}${to.keep(new Set(members))}.has(${item.text})`, safe };
  }
  const container = to.emitNested(node.container);
  const code = to.applied(node.operatorOffset, node, [item, container], (a, b) => `isIn(${a}, ${b})`);
  return { ...isTruth, text: `${sign}${code.text}` };
}

/** A value as `and`, `or` and `not` take it. */
function asTruth(to: Emitter, code: Code): Code {
  if (code.isBoolean === true) return code;
  if (code.constant !== undefined) return to.constant(truth(code.constant.value));
  return { ...isTruth, text: `truth(${code.text})`, safe: code.safe === true };
}

export function emitLogic(to: Emitter, node: LogicNode): Code {
  const left = asTruth(to, to.emit(node.left));
  const right = asTruth(to, to.emitNested(node.right));
  if (left.constant !== undefined) {
    const decided = node.operator === 'and' ? left.constant.value === false : left.constant.value === true;
    return decided ? left : right;
  }
  const operator = node.operator === 'and' ? '&&' : '||';
  return {
    ...isTruth,
    text: `(${left.text} ${operator} ${right.text})`,
    safe: left.safe === true && right.safe === true,
  };
}

export function emitNot(to: Emitter, node: NotNode): Code {
  const operand = asTruth(to, to.emit(node.operand));
  if (operand.constant !== undefined) return to.constant(operand.constant.value !== true);
  return { ...isTruth, text: `!${operand.text}`, safe: operand.safe === true };
}
