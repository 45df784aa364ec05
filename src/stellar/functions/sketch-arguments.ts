import { SketchError } from '../../sketches/index.ts';
import { toDouble } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import { describe, isNumber } from '../values.ts';
import { absent, elements, missing } from './arguments.ts';

/** How functions over sketches read their arguments. */

/** A sketch of one of the classes, null for null; refuses all else. */
export function sketchOrNull<T>(
  name: string,
  parameter: string,
  value: unknown,
  what: string,
  isOne: (value: unknown) => value is T,
): T | null {
  if (isOne(value)) return value;
  if (value === null) return null;
  if (value === undefined) throw missing(name, parameter);
  throw typeError(`${name} needs ${what} as '${parameter}', not ${describe(value)}`);
}

/** A number, numeric text or boolean as a double; null for null. */
export function numberOrNull(name: string, parameter: string, value: unknown): number | null {
  if (absent(value)) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = isNumber(value) || typeof value === 'string' ? toDouble(value) : null;
  if (number === null) throw typeError(`${name} needs a number as '${parameter}', not ${describe(value)}`);
  return number;
}

/** All numbers of an argument: itself, or the elements of a list; nulls are left out, an inner list counts by its first element. */
export function* numbersIn(name: string, parameter: string, value: unknown): Generator<number> {
  const items = elements(value);
  if (items === undefined) {
    const number = numberOrNull(name, parameter, value);
    if (number !== null) yield number;
    return;
  }
  for (const item of items) {
    const inner = elements(item);
    const [first] = inner === undefined ? [item] : inner;
    const number = numberOrNull(name, parameter, first ?? null);
    if (number !== null) yield number;
  }
}

/** Runs what may refuse, with its refusal as the expression's error. */
export function sketching<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SketchError || error instanceof RangeError) {
      throw argumentError(`${name}: ${error.message}`, error instanceof SketchError ? error.hint : undefined);
    }
    throw error;
  }
}
