import { mapDelete, mapGet, mapHas, mapSet, setAdd, setDelete } from '../compare.ts';
import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import {
  AllFields,
  describe,
  isMap,
  isRecord,
  kindOf,
  LiteralMap,
  mapEntries,
  numberOf,
  setOwn,
} from '../values.ts';
import { absent, iterableArgument, mapArgument, missing } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';

/** Lists, maps, sets and multisets. What changes a collection changes it in place. */

const many = Number.POSITIVE_INFINITY;

function listArgument(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value === undefined) throw missing(name, 'list');
  throw typeError(`${name} needs a list, not ${describe(value)}`);
}

const get: StellarFunction = {
  name: 'GET',
  category: 'lists',
  description: 'The element of a list at an index, counted from 0.',
  parameters: [parameter('list', 'list', 'The list'), parameter('index', 'integer', 'The index')],
  returns: { type: 'any', description: 'The element, null past the end' },
  examples: [
    { expression: "GET(['a', 'b'], 1)", result: 'b' },
    { expression: "GET(['a', 'b'], 2)", result: null },
  ],
  pure: true,
  arity: [2, many],
  call: (_, value, index) => {
    const list = listArgument('GET', value);
    if (typeof index !== 'number' || (index | 0) !== index)
      throw typeError(`GET needs an int as 'index', not ${describe(index)}`);
    if (index < 0) throw argumentError(`GET needs an index that is not negative, not ${index}`);
    return list[index] ?? null;
  },
};

const getFirst: StellarFunction = {
  name: 'GET_FIRST',
  category: 'lists',
  description: 'The first element of a list.',
  parameters: [parameter('list', 'list', 'The list')],
  returns: { type: 'any', description: 'The element, null when the list is empty' },
  examples: [{ expression: "GET_FIRST(['a', 'b'])", result: 'a' }],
  pure: true,
  arity: [1, many],
  call: (_, list) => listArgument('GET_FIRST', list)[0] ?? null,
};

const getLast: StellarFunction = {
  name: 'GET_LAST',
  category: 'lists',
  description: 'The last element of a list.',
  parameters: [parameter('list', 'list', 'The list')],
  returns: { type: 'any', description: 'The element, null when the list is empty' },
  examples: [{ expression: "GET_LAST(['a', 'b'])", result: 'b' }],
  pure: true,
  arity: [1, many],
  call: (_, list) => listArgument('GET_LAST', list).at(-1) ?? null,
};

const listAdd: StellarFunction = {
  name: 'LIST_ADD',
  category: 'lists',
  description: 'Appends an element to a list, in place.',
  parameters: [optional('list', 'list', 'The list'), optional('element', 'any', 'What to append')],
  returns: { type: 'list', description: 'The list; a first argument that is no list comes back unchanged' },
  examples: [{ expression: "LIST_ADD(['a'], 'b')", result: ['a', 'b'] }],
  pure: false,
  call: (_, list, element) => {
    if (Array.isArray(list) && element !== undefined) list.push(element);
    return list ?? null;
  },
};

const mapGetFunction: StellarFunction = {
  name: 'MAP_GET',
  category: 'maps',
  description: 'The value that a map has under a key. With `_` as the map it reads a field of any name.',
  parameters: [
    parameter('key', 'any', 'The key'),
    parameter('map', 'map', 'The map'),
    optional('default', 'any', 'What to give when the map has no value there'),
  ],
  returns: { type: 'any', description: 'The value, else the default, else null' },
  examples: [
    { expression: "MAP_GET('a', {'a': 1})", result: 1 },
    { expression: "MAP_GET('b', {'a': 1}, 'none')", result: 'none' },
    { expression: "MAP_GET('user-name', _)", result: 'alice', variables: { 'user-name': 'alice' } },
  ],
  pure: true,
  arity: [2, many],
  call: (_, key, map, otherwise) => {
    if (absent(key) || absent(map)) return otherwise ?? null;
    return mapGet(mapArgument('MAP_GET', 'map', map), key) ?? otherwise ?? null;
  },
};

const mapExists: StellarFunction = {
  name: 'MAP_EXISTS',
  category: 'maps',
  description: 'Whether a map has a key, be its value null or not.',
  parameters: [optional('key', 'any', 'The key'), optional('map', 'map', 'The map')],
  returns: { type: 'boolean', description: 'True when it has' },
  examples: [{ expression: "MAP_EXISTS('a', {'a': null})", result: true }],
  pure: true,
  call: (_, key, map) => !absent(key) && isMap(map) && mapHas(map, key),
};

/** Sets a key in a map of any shape. */
function put(name: string, map: unknown, key: unknown, value: unknown): void {
  if (map instanceof Map) mapSet(map, key, value);
  else if (map instanceof AllFields)
    throw typeError(`${name} cannot change all fields of the message`, 'assign to a field instead');
  else if (isRecord(map)) {
    if (typeof key !== 'string')
      throw typeError(`${name} needs a string as the key of a JSON object, not ${describe(key)}`);
    setOwn(map, key, value);
  } else throw typeError(`${name} needs a map, not ${describe(map)}`);
}

const mapPut: StellarFunction = {
  name: 'MAP_PUT',
  category: 'maps',
  description: 'Sets a key of a map, in place.',
  parameters: [
    parameter('key', 'any', 'The key'),
    parameter('value', 'any', 'Its value'),
    parameter('map', 'map', 'The map; null makes a new one'),
  ],
  returns: { type: 'map', description: 'The map' },
  examples: [{ expression: "MAP_PUT('b', 2, {'a': 1})", result: { a: 1, b: 2 } }],
  pure: false,
  arity: [3, many],
  call: (_, key, value, map) => {
    const target = map ?? new Map();
    put('MAP_PUT', target, key, value);
    return target;
  },
};

const mapMerge: StellarFunction = {
  name: 'MAP_MERGE',
  category: 'maps',
  description:
    'Merges maps into a new one; of equal keys the later wins. A single element comes back as it is.',
  parameters: [optional('maps', 'list', 'The maps; nulls are left out')],
  returns: { type: 'map', description: 'The merged map' },
  examples: [{ expression: "MAP_MERGE([{'a': 1, 'b': 1}, {'b': 2}])", result: { a: 1, b: 2 } }],
  pure: true,
  call: (_, maps) => {
    if (maps === undefined) return null;
    if (maps === null) return new Map();
    const items = [...iterableArgument('MAP_MERGE', 'maps', maps)];
    if (items.length === 1) return items[0];
    const merged = new Map<unknown, unknown>();
    for (const item of items) {
      if (absent(item)) continue;
      for (const [key, value] of mapEntries(mapArgument('MAP_MERGE', 'maps', item)))
        mapSet(merged, key, value);
    }
    return merged;
  },
};

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

function zip(lists: readonly unknown[], longest: boolean): unknown[][] {
  const columns = lists.filter((list): list is unknown[] => Array.isArray(list));
  if (columns.length === 0) return [];
  const lengths = columns.map((column) => column.length);
  const count = longest ? lengths.reduce((a, b) => Math.max(a, b)) : lengths.reduce((a, b) => Math.min(a, b));
  return Array.from({ length: count }, (_, row) => columns.map((column) => column[row] ?? null));
}

const zipFunction: StellarFunction = {
  name: 'ZIP',
  category: 'lists',
  description:
    'Lists of the elements that stand at the same place of several lists, as long as the shortest.',
  parameters: [variadic('lists', 'list', 'The lists; what is no list is left out')],
  returns: { type: 'list', description: 'The list of lists' },
  examples: [
    {
      expression: "ZIP([1, 2], ['a', 'b', 'c'])",
      result: [
        [1, 'a'],
        [2, 'b'],
      ],
    },
  ],
  pure: true,
  call: (_, ...lists) => zip(lists, false),
};

const zipLongest: StellarFunction = {
  name: 'ZIP_LONGEST',
  category: 'lists',
  description: 'As ZIP, as long as the longest list; nulls fill up.',
  parameters: [variadic('lists', 'list', 'The lists; what is no list is left out')],
  returns: { type: 'list', description: 'The list of lists' },
  examples: [
    {
      expression: "ZIP_LONGEST([1], ['a', 'b'])",
      result: [
        [1, 'a'],
        [null, 'b'],
      ],
    },
  ],
  pure: true,
  call: (_, ...lists) => zip(lists, true),
};

export const collectionFunctions: readonly StellarFunction[] = [
  get,
  getFirst,
  getLast,
  listAdd,
  mapGetFunction,
  mapExists,
  mapPut,
  mapMerge,
  setInit,
  setAddFunction,
  setRemove,
  setMerge,
  multisetInit,
  multisetAdd,
  multisetRemove,
  multisetMerge,
  multisetToSet,
  zipFunction,
  zipLongest,
];
