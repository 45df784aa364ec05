import type { ComparisonOperator } from './ast.ts';
import { equals, order } from './compare.ts';
import type { Constant } from './expression.ts';
import { isNumber } from './values.ts';

/** Generated JavaScript of one node and what is known of its value. */
export interface Code {
  readonly text: string;
  readonly constant?: Constant;
  /** Always true or false. */
  readonly isBoolean?: boolean;
  /** Never a lambda (so a match action need not be called). */
  readonly isData?: boolean;
  /** Cannot raise. */
  readonly safe?: boolean;
  /** A lambda that awaits. */
  readonly awaits?: boolean;
  /** A number, a boolean, null: nothing that grows. */
  readonly isSmall?: boolean;
}

/** A JavaScript function in the making: the whole expression, or a lambda's body. */
export interface Frame {
  readonly parameters: ReadonlyMap<string, string>;
  readonly isLambda: boolean;
  temporaries: number;
  awaits: boolean;
  raises: boolean;
}

/** A primitive value as JavaScript source: strings by way of JSON. Undefined for anything else. */
export function primitiveText(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return undefined;
  if (Number.isNaN(value)) return '(0 / 0)';
  if (!Number.isFinite(value)) return value > 0 ? '(1 / 0)' : '(-1 / 0)';
  return value < 0 || Object.is(value, -0)
    ? `(${Object.is(value, -0) ? '-0' : String(value)})`
    : String(value);
}

/** What a comparison of two values gives; raises as the evaluation would. */
export function compareConstants(operator: ComparisonOperator, left: unknown, right: unknown): boolean {
  if (operator === '==') return equals(left, right);
  if (operator === '!=') return !equals(left, right);
  const result = order(left, right);
  if (operator === '<') return result < 0;
  if (operator === '<=') return result <= 0;
  return operator === '>' ? result > 0 : result >= 0;
}

export function isPrimitive(value: unknown): boolean {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}

export function isImmutable(value: unknown): boolean {
  return isPrimitive(value) || isNumber(value);
}
