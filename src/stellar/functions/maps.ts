import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet, mapHas, mapSet } from '../members.ts';
import { AllFields, describe, isMap, isRecord, mapEntries, setOwn } from '../values.ts';
import { absent, iterableArgument, mapArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Maps. What changes a map changes it in place. */

const many = Number.POSITIVE_INFINITY;

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
export function put(name: string, map: unknown, key: unknown, value: unknown): void {
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

export const mapFunctions: readonly StellarFunction[] = [mapGetFunction, mapExists, mapPut, mapMerge];
