import type { ArithmeticOperator } from './ast.ts';
import { longestText } from './budget.ts';
import { StellarError, typeError } from './errors.ts';
import {
  describe,
  double,
  float,
  isNumber,
  kindOf,
  long,
  type NumberKind,
  numberOf,
  StellarDouble,
  StellarLong,
} from './values.ts';

/**
 * Metron's arithmetic: double wins over float over long over int, null counts as int 0, whole division truncates and raises
 * on zero. Where Metron wraps, a result becomes wider: int to long, long beyond 64 bits.
 */
export function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number' && (left | 0) === left && (right | 0) === right) {
    return left + right + 0;
  }
  const text = joined(left, right);
  if (text !== undefined) return text;
  return arithmetic('+', left, right);
}

export function subtract(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number' && (left | 0) === left && (right | 0) === right) {
    return left - right + 0;
  }
  return arithmetic('-', left, right);
}

export function multiply(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number' && (left | 0) === left && (right | 0) === right) {
    const product = left * right;
    // Adding zero turns -0, which an int cannot be, into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return arithmetic('*', left, right);
}

export function divide(left: unknown, right: unknown): unknown {
  if (
    typeof left === 'number' &&
    typeof right === 'number' &&
    right !== 0 &&
    (left | 0) === left &&
    (right | 0) === right
  ) {
    return Math.trunc(left / right) + 0;
  }
  return arithmetic('/', left, right);
}

/** Extension: the remainder of a division that truncates; it has the sign of the dividend. */
export function remainder(left: unknown, right: unknown): unknown {
  if (
    typeof left === 'number' &&
    typeof right === 'number' &&
    right !== 0 &&
    (left | 0) === left &&
    (right | 0) === right
  ) {
    return (left % right) + 0;
  }
  return arithmetic('%', left, right);
}

/** Extension: the minus before a value; null counts as 0. */
export function negate(value: unknown): unknown {
  if (typeof value === 'number' && (value | 0) === value) return 0 - value;
  // From zero, a double's minus would lose the sign of zero.
  return kindOf(value) === 'double' || kindOf(value) === 'float' ? multiply(value, -1) : subtract(0, value);
}

/** Extension: the sum of two texts, null counting as the empty one; undefined when neither is a text. */
function joined(left: unknown, right: unknown): string | undefined {
  if (typeof left !== 'string' && typeof right !== 'string') return undefined;
  const a = left ?? '';
  const b = right ?? '';
  if (typeof a !== 'string' || typeof b !== 'string') {
    throw typeError(
      `'+' adds numbers or joins texts, but not ${describe(a)} and ${describe(b)}`,
      'TO_STRING turns any value into text, TO_INTEGER and TO_DOUBLE text into a number',
    );
  }
  if (a.length + b.length > longestText) {
    throw new StellarError('SKP_STELLAR_BUDGET', `a text grows beyond ${longestText} characters`);
  }
  return a + b;
}

function arithmetic(operator: ArithmeticOperator, left: unknown, right: unknown): unknown {
  const a = left ?? 0;
  const b = right ?? 0;
  if (typeof a === 'number' && typeof b === 'number') {
    const result = plainArithmetic(operator, a, b);
    if (result !== undefined) return result;
  } else if (
    (typeof a === 'number' || a instanceof StellarDouble) &&
    (typeof b === 'number' || b instanceof StellarDouble)
  ) {
    // One of the two is a double, and so is the result.
    return double(apply(operator, typeof a === 'number' ? a : a.value, typeof b === 'number' ? b : b.value));
  }
  if (!isNumber(a) || !isNumber(b)) {
    const wrong = isNumber(a) ? b : a;
    throw typeError(
      `'${operator}' needs numbers, not ${describe(wrong)}`,
      'TO_INTEGER, TO_LONG or TO_DOUBLE turn text into a number',
    );
  }
  const kind = widerKind(kindOf(a)!, kindOf(b)!);
  if (kind === 'double') return double(apply(operator, numberOf(a)!, numberOf(b)!));
  if (kind === 'float') {
    return float(apply(operator, Math.fround(numberOf(a)!), Math.fround(numberOf(b)!)));
  }
  const result = applyWhole(operator, wholeOf(a), wholeOf(b));
  if (kind === 'long') return long(result);
  const narrow = Number(result);
  return Number.isSafeInteger(narrow) ? narrow : new StellarLong(result);
}

/** Of two plain numbers, as long as doubles hold the result exactly; undefined when whole numbers need more. */
function plainArithmetic(operator: ArithmeticOperator, a: number, b: number): unknown {
  // A plain number with a fraction is a double, and so is the result.
  if (!Number.isInteger(a) || !Number.isInteger(b)) return double(apply(operator, a, b));
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return undefined;
  if (b === 0 && (operator === '/' || operator === '%')) return undefined;
  const result = operator === '/' ? Math.trunc(a / b) : apply(operator, a, b);
  if (!Number.isSafeInteger(result)) return undefined;
  // Of two ints the sum is an int as long as it fits, of anything with a long it is a long. Adding zero turns -0 into 0.
  return (a | 0) === a && (b | 0) === b ? result + 0 : long(result + 0);
}

export function widerKind(a: NumberKind, b: NumberKind): NumberKind {
  if (a === 'double' || b === 'double') return 'double';
  if (a === 'float' || b === 'float') return 'float';
  return a === 'long' || b === 'long' ? 'long' : 'int';
}

/** The value of an int or long. */
export function wholeOf(value: unknown): bigint {
  if (value instanceof StellarLong) return value.value;
  if (typeof value === 'bigint') return value;
  return BigInt(typeof value === 'number' ? value : 0);
}

function apply(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

const widestWhole = 1n << 4096n;

function applyWhole(operator: ArithmeticOperator, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) {
    throw new StellarError('SKP_STELLAR_ARITHMETIC', 'a whole number is divided by zero', {
      hint: 'test the divisor first, or divide by a double (TO_DOUBLE)',
    });
  }
  const result = calculate(operator, a, b);
  if (result > widestWhole || result < -widestWhole) {
    throw new StellarError('SKP_STELLAR_BUDGET', 'a whole number grows beyond 4096 bits');
  }
  return result;
}

function calculate(operator: ArithmeticOperator, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}
