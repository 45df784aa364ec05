import { longestText } from '../budget.ts';
import { capabilityHint } from '../capabilities.ts';
import { toInteger } from '../convert.ts';
import { argumentError, StellarError, typeError } from '../errors.ts';
import type { Capabilities } from '../expression.ts';
import { describe, isMap, isNumber, StellarChar, textOf } from '../values.ts';

/** How functions read their arguments; each names the function and the argument in its error. */

export function boundedText(name: string, length: number): void {
  if (length > longestText) {
    throw new StellarError(
      'SKP_STELLAR_BUDGET',
      `${name} would make a text of more than ${longestText} characters`,
    );
  }
}

/** Null and missing alike. */
export function absent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function missing(name: string, parameter: string): StellarError {
  return argumentError(`${name} needs the argument '${parameter}'`);
}

export function stringArgument(name: string, parameter: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined) throw missing(name, parameter);
  throw typeError(
    `${name} needs a string as '${parameter}', not ${describe(value)}`,
    'TO_STRING turns any value into text',
  );
}

export function stringOrNull(name: string, parameter: string, value: unknown): string | null {
  return value === null ? null : stringArgument(name, parameter, value);
}

/** The text form of a value, null for null; refuses a missing argument. */
export function textArgument(name: string, parameter: string, value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null) return null;
  if (value === undefined) throw missing(name, parameter);
  return textOf(value);
}

export function integerArgument(name: string, parameter: string, value: unknown): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  if (value === undefined) throw missing(name, parameter);
  const converted = isNumber(value) ? toInteger(value) : null;
  if (converted === null) throw typeError(`${name} needs an int as '${parameter}', not ${describe(value)}`);
  return converted;
}

/** The elements of a list or set; with `strings`, also the characters of a string. Undefined for all others. */
export function elements(value: unknown, strings = false): Iterable<unknown> | undefined {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (strings && typeof value === 'string') return characters(value);
  return undefined;
}

function* characters(text: string): Generator<StellarChar> {
  for (let i = 0; i < text.length; i += 1) yield new StellarChar(text[i]!);
}

export function iterableArgument(name: string, parameter: string, value: unknown): Iterable<unknown> {
  const items = elements(value);
  if (items !== undefined) return items;
  if (value === undefined) throw missing(name, parameter);
  throw typeError(`${name} needs a list or set as '${parameter}', not ${describe(value)}`);
}

export function mapArgument(name: string, parameter: string, value: unknown) {
  if (isMap(value)) return value;
  if (value === undefined) throw missing(name, parameter);
  throw typeError(`${name} needs a map as '${parameter}', not ${describe(value)}`);
}

/** A capability that a function cannot do without. */
export function needed<K extends keyof Capabilities & string>(
  name: string,
  capabilities: Capabilities,
  capability: K,
): NonNullable<Capabilities[K]> {
  const value = capabilities[capability];
  if (value === undefined || value === null) {
    throw new StellarError(
      'SKP_STELLAR_CAPABILITY',
      `${name} needs the capability '${capability}', which is absent here`,
      {
        hint: capabilityHint(capability),
      },
    );
  }
  return value;
}

/** What the clock says, in milliseconds. */
export function now(capabilities: Capabilities): number {
  return capabilities.clock === undefined ? Date.now() : capabilities.clock.now();
}
