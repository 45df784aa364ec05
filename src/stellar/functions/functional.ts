import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, Lambda } from '../values.ts';
import { elements, missing } from './arguments.ts';
import { parameter } from './define.ts';

/** Functions that take a lambda. The lambda's runs are counted against the budget of the evaluation. */

const many = Number.POSITIVE_INFINITY;

function sequence(name: string, value: unknown): Iterable<unknown> | null {
  if (value === null) return null;
  const items = elements(value, true);
  if (items !== undefined) return items;
  if (value === undefined) throw missing(name, 'items');
  throw typeError(`${name} needs a list, set or string as 'items', not ${describe(value)}`);
}

function lambda(name: string, value: unknown): Lambda {
  if (value instanceof Lambda) return value;
  if (value === undefined) throw missing(name, 'lambda');
  throw typeError(`${name} needs a lambda, not ${describe(value)}`, 'write x -> …');
}

const mapFunction: StellarFunction = {
  name: 'MAP',
  category: 'functional',
  description: 'Applies a lambda to each element of a list or set, or to each character of a text.',
  parameters: [
    parameter('items', 'list', 'The elements'),
    parameter('lambda', 'lambda', 'Takes an element, gives its replacement'),
  ],
  returns: { type: 'list', description: 'The replacements; null for null' },
  examples: [{ expression: "MAP(['foo', 'bar'], x -> TO_UPPER(x))", result: ['FOO', 'BAR'] }],
  pure: true,
  arity: [1, many],
  call: (_, value, code) => {
    if (Array.isArray(value) && code instanceof Lambda) {
      const results: unknown[] = [];
      const { apply } = code;
      for (const item of value) results.push(apply(item ?? null));
      return results;
    }
    const items = sequence('MAP', value);
    if (code === undefined) throw missing('MAP', 'lambda');
    if (items === null || code === null) return value;
    const transform = lambda('MAP', code);
    return Array.from(items, (item) => transform.apply(item));
  },
  callAsync: async (_, value, code) => {
    const items = sequence('MAP', value);
    if (items === null || code === null) return value;
    const transform = lambda('MAP', code);
    const results: unknown[] = [];
    for (const item of items) results.push(await transform.apply(item));
    return results;
  },
};

const filter: StellarFunction = {
  name: 'FILTER',
  category: 'functional',
  description: 'Keeps the elements for which a lambda gives true.',
  parameters: [
    parameter('items', 'list', 'The elements'),
    parameter('lambda', 'lambda', 'Takes an element, gives true to keep it'),
  ],
  returns: { type: 'list', description: 'What was kept; null for null' },
  examples: [{ expression: 'FILTER([1, 5, 9], x -> x > 3)', result: [5, 9] }],
  pure: true,
  arity: [1, many],
  call: (_, value, code) => {
    const items = sequence('FILTER', value);
    if (code === undefined) throw missing('FILTER', 'lambda');
    if (items === null || code === null) return value;
    const keep = lambda('FILTER', code);
    const results: unknown[] = [];
    for (const item of items) if (keep.apply(item) === true) results.push(item);
    return results;
  },
  callAsync: async (_, value, code) => {
    const items = sequence('FILTER', value);
    if (items === null || code === null) return value;
    const keep = lambda('FILTER', code);
    const results: unknown[] = [];
    for (const item of items) if ((await keep.apply(item)) === true) results.push(item);
    return results;
  },
};

const reduce: StellarFunction = {
  name: 'REDUCE',
  category: 'functional',
  description:
    'Folds a list from the left: the lambda takes the result so far and an element, and gives the next result.',
  parameters: [
    parameter('items', 'list', 'The elements'),
    parameter('lambda', 'lambda', 'Takes the result so far and an element'),
    parameter('initial', 'any', 'The first result'),
  ],
  returns: { type: 'any', description: 'The last result; null when an argument is null' },
  examples: [{ expression: 'REDUCE([1, 2, 3], (sum, x) -> sum + x, 0)', result: 6 }],
  pure: true,
  arity: [1, many],
  call: (_, value, code, initial) => {
    const items = sequence('REDUCE', value);
    if (items === null || code === null || code === undefined || initial === null || initial === undefined)
      return null;
    const fold = lambda('REDUCE', code);
    let result: unknown = initial;
    for (const item of items) result = fold.apply(result, item);
    return result;
  },
  callAsync: async (_, value, code, initial) => {
    const items = sequence('REDUCE', value);
    if (items === null || code === null || code === undefined || initial === null || initial === undefined)
      return null;
    const fold = lambda('REDUCE', code);
    let result: unknown = initial;
    for (const item of items) result = await fold.apply(result, item);
    return result;
  },
};

export const functionalFunctions: readonly StellarFunction[] = [mapFunction, filter, reduce];
