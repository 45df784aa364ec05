import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe } from '../values.ts';
import { missing } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';

/** Lists. What changes a list changes it in place. */

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

export const listFunctions: readonly StellarFunction[] = [
  get,
  getFirst,
  getLast,
  listAdd,
  zipFunction,
  zipLongest,
];
