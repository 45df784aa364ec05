import { typeError } from '../errors.ts';
import { describe, isMap, mapEntries, textOf } from '../values.ts';
import { absent, elements } from './arguments.ts';

/** What the functions read that change Stellar transformations in configurations. */

export const changedText = {
  type: 'string',
  description: 'The changed configuration as JSON text; the text as it was when there is nothing to do',
} as const;

export type Additions = readonly (readonly [name: string, expression: string])[];

export function additionsOf(name: string, value: unknown): Additions {
  if (absent(value)) return [];
  if (!isMap(value)) throw typeError(`${name} needs a map of fields to expressions, not ${describe(value)}`);
  return Array.from(mapEntries(value), ([field, expression]) => [textOf(field), textOf(expression)] as const);
}

export function namesOf(name: string, value: unknown): ReadonlySet<string> {
  if (absent(value)) return new Set();
  const names = typeof value === 'string' ? [value] : elements(value);
  if (names === undefined) throw typeError(`${name} needs a list of fields, not ${describe(value)}`);
  return new Set(Array.from(names, textOf));
}
