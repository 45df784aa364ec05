import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapDelete, mapGet, mapHas, mapSet, setAdd, setDelete } from '../members.ts';
import { describe, isRecord, kindOf, LiteralMap, mapEntries, numberOf } from '../values.ts';
import { absent, iterableArgument, mapArgument } from './arguments.ts';
import { optional, variadic } from './define.ts';
import { put } from './maps.ts';

/** Sets and multisets. What changes one changes it in place. */

function setArgument(name: string, value: unknown): Set<unknown> {
  if (absent(value)) return new Set();
  if (value instanceof Set) return value;
  throw typeError(`${name} needs a set, not ${describe(value)}`, 'SET_INIT makes one of a list');
}

const setInit: StellarFunction = {
  name: 'SET_INIT',
  category: 'sets',
  description: 'Makes a set of the elements of a list. Elements of different types differ: 1 is not 1L.',
  parameters: [optional('items', 'list', 'The elements; only a single argument counts')],
  returns: { type: 'set', description: 'The set' },
  examples: [{ expression: 'SET_INIT([1, 2, 2])', result: [1, 2] }],
  pure: true,
  call: (_, items, surplus) => {
    const set = new Set<unknown>();
    if (absent(items) || surplus !== undefined) return set;
    for (const item of iterableArgument('SET_INIT', 'items', items)) setAdd(set, item);
    return set;
  },
};

const setAddFunction: StellarFunction = {
  name: 'SET_ADD',
  category: 'sets',
  description: 'Adds elements to a set, in place. Nulls are left out.',
  parameters: [
    optional('set', 'set', 'The set; null makes a new one'),
    variadic('elements', 'any', 'What to add'),
  ],
  returns: { type: 'set', description: 'The set' },
  examples: [{ expression: 'SET_ADD(SET_INIT([1]), 2, 2)', result: [1, 2] }],
  pure: false,
  call: (_, value, ...items) => {
    if (value === undefined) return null;
    const set = setArgument('SET_ADD', value);
    for (const item of items) if (!absent(item)) setAdd(set, item);
    return set;
  },
};

const setRemove: StellarFunction = {
  name: 'SET_REMOVE',
  category: 'sets',
  description: 'Takes elements out of a set, in place.',
  parameters: [
    optional('set', 'set', 'The set; null makes a new one'),
    variadic('elements', 'any', 'What to take out'),
  ],
  returns: { type: 'set', description: 'The set' },
  examples: [{ expression: 'SET_REMOVE(SET_INIT([1, 2]), 2)', result: [1] }],
  pure: false,
  call: (_, value, ...items) => {
    if (value === undefined) return null;
    const set = setArgument('SET_REMOVE', value);
    for (const item of items) if (!absent(item)) setDelete(set, item);
    return set;
  },
};

const setMerge: StellarFunction = {
  name: 'SET_MERGE',
  category: 'sets',
  description: 'The union of sets (or lists), as a new set.',
  parameters: [optional('sets', 'list', 'The sets; nulls are left out')],
  returns: { type: 'set', description: 'The union' },
  examples: [{ expression: 'SET_MERGE([SET_INIT([1]), [1, 2]])', result: [1, 2] }],
  pure: true,
  call: (_, sets) => {
    if (sets === undefined) return null;
    const union = new Set<unknown>();
    if (sets === null) return union;
    for (const set of iterableArgument('SET_MERGE', 'sets', sets)) {
      if (absent(set)) continue;
      for (const item of iterableArgument('SET_MERGE', 'sets', set)) setAdd(union, item);
    }
    return union;
  },
};

type Multiset = Map<unknown, unknown> | Record<string, unknown>;

function multisetArgument(name: string, value: unknown): Multiset {
  if (absent(value)) return new Map();
  if ((value instanceof Map && !(value instanceof LiteralMap)) || isRecord(value)) return value;
  throw typeError(`${name} needs a multiset, not ${describe(value)}`, 'MULTISET_INIT makes one of a list');
}

function countOf(name: string, multiset: Multiset, item: unknown): number {
  const held = mapGet(multiset, item);
  if (held === null) return 0;
  const count = numberOf(held);
  if (count === undefined || kindOf(held) !== 'int')
    throw typeError(`${name} needs whole counts, not ${describe(held)}`);
  return count;
}

const multisetInit: StellarFunction = {
  name: 'MULTISET_INIT',
  category: 'sets',
  description: 'Makes a multiset: a map from each element of a list to how often it is there.',
  parameters: [optional('items', 'list', 'The elements')],
  returns: { type: 'map', description: 'The multiset' },
  examples: [{ expression: "MULTISET_INIT(['a', 'b', 'a'])", result: { a: 2, b: 1 } }],
  pure: true,
  call: (_, items) => {
    const multiset = new Map<unknown, unknown>();
    if (absent(items)) return multiset;
    for (const item of iterableArgument('MULTISET_INIT', 'items', items)) {
      mapSet(multiset, item, countOf('MULTISET_INIT', multiset, item) + 1);
    }
    return multiset;
  },
};

const multisetAdd: StellarFunction = {
  name: 'MULTISET_ADD',
  category: 'sets',
  description: 'Counts elements up in a multiset, in place. Nulls are left out.',
  parameters: [
    optional('multiset', 'map', 'The multiset; null makes a new one'),
    variadic('elements', 'any', 'What to add'),
  ],
  returns: { type: 'map', description: 'The multiset' },
  examples: [{ expression: "MULTISET_ADD(MULTISET_INIT(['a']), 'a')", result: { a: 2 } }],
  pure: false,
  call: (_, value, ...items) => {
    if (value === undefined) return null;
    const multiset = multisetArgument('MULTISET_ADD', value);
    for (const item of items) {
      if (!absent(item)) put('MULTISET_ADD', multiset, item, countOf('MULTISET_ADD', multiset, item) + 1);
    }
    return multiset;
  },
};

const multisetRemove: StellarFunction = {
  name: 'MULTISET_REMOVE',
  category: 'sets',
  description: 'Counts elements down in a multiset, in place; one whose count would reach 0 goes.',
  parameters: [
    optional('multiset', 'map', 'The multiset; null makes a new one'),
    variadic('elements', 'any', 'What to take out'),
  ],
  returns: { type: 'map', description: 'The multiset' },
  examples: [{ expression: "MULTISET_REMOVE(MULTISET_INIT(['a', 'a']), 'a')", result: { a: 1 } }],
  pure: false,
  call: (_, value, ...items) => {
    if (value === undefined) return null;
    const multiset = multisetArgument('MULTISET_REMOVE', value);
    for (const item of items) {
      if (absent(item) || !mapHas(multiset, item)) continue;
      const count = countOf('MULTISET_REMOVE', multiset, item);
      if (count > 1) put('MULTISET_REMOVE', multiset, item, count - 1);
      else if (multiset instanceof Map) mapDelete(multiset, item);
      else if (typeof item === 'string') delete multiset[item];
    }
    return multiset;
  },
};

const multisetMerge: StellarFunction = {
  name: 'MULTISET_MERGE',
  category: 'sets',
  description: 'Adds the counts of multisets up, as a new one.',
  parameters: [optional('multisets', 'list', 'The multisets; nulls are left out')],
  returns: { type: 'map', description: 'The sum' },
  examples: [
    {
      expression: "MULTISET_MERGE([MULTISET_INIT(['a']), MULTISET_INIT(['a', 'b'])])",
      result: { a: 2, b: 1 },
    },
  ],
  pure: true,
  call: (_, multisets) => {
    if (multisets === undefined) return null;
    const merged = new Map<unknown, unknown>();
    for (const multiset of iterableArgument('MULTISET_MERGE', 'multisets', multisets)) {
      if (absent(multiset)) continue;
      const map = mapArgument('MULTISET_MERGE', 'multisets', multiset);
      for (const [item, count] of mapEntries(map)) {
        const more = numberOf(count);
        if (more === undefined) throw typeError(`MULTISET_MERGE needs counts, not ${describe(count)}`);
        mapSet(merged, item, countOf('MULTISET_MERGE', merged, item) + more);
      }
    }
    return merged;
  },
};

const multisetToSet: StellarFunction = {
  name: 'MULTISET_TO_SET',
  category: 'sets',
  description: 'The set of the elements that a multiset counts.',
  parameters: [optional('multiset', 'map', 'The multiset; only a single argument counts')],
  returns: { type: 'set', description: 'The set' },
  examples: [{ expression: "MULTISET_TO_SET(MULTISET_INIT(['a', 'a']))", result: ['a'] }],
  pure: true,
  call: (_, multiset, surplus) => {
    if (multiset === undefined) return null;
    const set = new Set<unknown>();
    if (multiset === null || surplus !== undefined) return set;
    for (const [item] of mapEntries(mapArgument('MULTISET_TO_SET', 'multiset', multiset))) setAdd(set, item);
    return set;
  },
};

export const setFunctions: readonly StellarFunction[] = [
  setInit,
  setAddFunction,
  setRemove,
  setMerge,
  multisetInit,
  multisetAdd,
  multisetRemove,
  multisetMerge,
  multisetToSet,
];
