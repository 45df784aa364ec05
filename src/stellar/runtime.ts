import { add, divide, multiply, negate, remainder, subtract } from './arithmetic.ts';
import { nextSlice, sharedWork, spend, startWork } from './budget.ts';
import { equals, isIn, order } from './compare.ts';
import { conditionTruth, truth } from './convert.ts';
import { locate, StellarError } from './errors.ts';
import type { Scopes } from './expression.ts';
import { elementAt } from './indexing.ts';
import { mapHas, mapSet } from './members.ts';
import { nearestName } from './suggest.ts';
import { AllFields, describe, Lambda, LiteralMap } from './values.ts';

/** What generated code calls. Everything that it does not do in plain JavaScript has a name here. */

const emptyScope: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** A variable in the scopes from `from` on. */
function lookup(scopes: Scopes, from: number, name: string): unknown {
  for (let i = from; i < scopes.length; i += 1) {
    const value = scopes[i]![name];
    if (value !== undefined && value !== null) return value;
  }
  return null;
}

/** A variable whose name every object inherits: only own properties count. */
function lookupOwn(scopes: Scopes, name: string): unknown {
  for (const scope of scopes) {
    if (!Object.hasOwn(scope, name)) continue;
    const value = scope[name];
    if (value !== undefined && value !== null) return value;
  }
  return null;
}

function lookupStrict(scopes: Scopes, name: string): unknown {
  if (!scopes.some((scope) => Object.hasOwn(scope, name))) {
    const nearest = nearestName(
      name,
      scopes.flatMap((scope) => Object.keys(scope)),
    );
    throw new StellarError('SKP_STELLAR_UNKNOWN_VARIABLE', `the variable '${name}' is not defined`, {
      hint: nearest === undefined ? undefined : `did you mean ${nearest}?`,
    });
  }
  return lookupOwn(scopes, name);
}

function condition(value: unknown): boolean {
  if (value === true) return true;
  if (value === false || value === null) return false;
  const truthOfValue = conditionTruth(value);
  if (truthOfValue === undefined) {
    throw new StellarError('SKP_STELLAR_CONDITION', `${describe(value)} is not a condition`, {
      hint: 'a condition is a boolean, null or an empty collection; compare the value with something',
    });
  }
  return truthOfValue;
}

function literalMap(entries: readonly unknown[]): LiteralMap {
  const map = new LiteralMap();
  for (let i = 0; i < entries.length; i += 2) {
    // Of two entries with equal keys the first stays, as in the reference.
    const key = entries[i];
    if (!mapHas(map, key)) mapSet(map, key, entries[i + 1]);
  }
  return map;
}

function call(value: unknown): unknown {
  return value instanceof Lambda ? value.apply() : value;
}

function unknownFunction(name: string, hint: string | null): never {
  throw new StellarError('SKP_STELLAR_UNKNOWN_FUNCTION', `there is no function ${name}`, {
    hint: hint ?? undefined,
  });
}

function wrongArguments(message: string): never {
  throw new StellarError('SKP_STELLAR_ARGUMENTS', message);
}

/** An error with its place: row `at` of the table of places (see `Emitter.places`). */
function raised(error: unknown, source: string, places: readonly number[], at: number): StellarError {
  const row = at * 3;
  return locate(error, source, places[row] ?? 0, { offset: places[row + 1] ?? 0, end: places[row + 2] ?? 0 });
}

function predicateResult(value: unknown): unknown {
  if (typeof value === 'boolean' || value === null) return value;
  throw new StellarError('SKP_STELLAR_PREDICATE', `a predicate must give a boolean, not ${describe(value)}`, {
    hint: 'compare the value with something, or use exists( )',
  });
}

function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}

function allFields(scopes: Scopes): AllFields {
  return new AllFields(scopes);
}

export const runtime = {
  emptyScope,
  lookup,
  lookupOwn,
  lookupStrict,
  condition,
  literalMap,
  call,
  unknownFunction,
  wrongArguments,
  raised,
  predicateResult,
  allFields,
  isPromise,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  negate,
  elementAt,
  equals,
  order,
  isIn,
  truth,
  sharedWork,
  startWork,
  nextSlice,
  spend,
  Lambda,
};
