import { strictEquals } from './compare.ts';
import { StellarError } from './errors.ts';
import {
  AllFields,
  isRecord,
  mapEntries,
  StellarChar,
  StellarDouble,
  StellarFloat,
  StellarLong,
} from './values.ts';

/**
 * Members of sets and keys of maps, found by type-strict equality. Native maps and sets find plain values themselves. Boxed
 * numbers are found through an index beside the collection; collections within collections are compared one by one.
 */
type Collection = Set<unknown> | Map<unknown, unknown>;

const boxedMembers = new WeakMap<
  ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>,
  Map<string, unknown>
>();

/** One text for all equal boxed values, undefined for any other value. */
function boxedText(key: unknown): string | undefined {
  if (key instanceof StellarLong) return `l${key.value}`;
  if (key instanceof StellarDouble) return Object.is(key.value, -0) ? 'd-0' : `d${key.value}`;
  if (key instanceof StellarFloat) return Object.is(key.value, -0) ? 'f-0' : `f${key.value}`;
  return key instanceof StellarChar ? `c${key.value}` : undefined;
}

function boxedIndex(collection: ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>): Map<string, unknown> {
  let index = boxedMembers.get(collection);
  if (index === undefined) {
    index = new Map();
    for (const member of collection.keys()) {
      const text = boxedText(member);
      if (text !== undefined) index.set(text, member);
    }
    boxedMembers.set(collection, index);
  }
  return index;
}

const longestSearch = 4000;

/** The member that equals `key`, in a box of its own; undefined when there is none. */
function held(
  collection: ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>,
  key: unknown,
  depth: number,
): { readonly member: unknown } | undefined {
  if (collection.has(key)) return { member: key };
  if (typeof key !== 'object' || key === null) return undefined;
  const text = boxedText(key);
  if (text !== undefined) {
    const member = boxedIndex(collection).get(text);
    return member !== undefined && collection.has(member) ? { member } : undefined;
  }
  if (collection.size > longestSearch) {
    throw new StellarError(
      'SKP_STELLAR_BUDGET',
      `a collection of ${collection.size} elements is too large to be searched for another collection`,
      { hint: 'TO_STRING gives keys that are found at once' },
    );
  }
  for (const member of collection.keys()) if (strictEquals(member, key, depth)) return { member };
  return undefined;
}

function remember(collection: Collection, key: unknown): void {
  const text = boxedText(key);
  if (text !== undefined) boxedIndex(collection).set(text, key);
}

function isPlain(key: unknown): boolean {
  return typeof key !== 'object' || key === null;
}

export function setHas(set: ReadonlySet<unknown>, item: unknown, depth = 0): boolean {
  return isPlain(item) ? set.has(item) : held(set, item, depth) !== undefined;
}

export function setAdd(set: Set<unknown>, item: unknown): void {
  if (isPlain(item)) {
    set.add(item);
  } else if (!setHas(set, item)) {
    set.add(item);
    remember(set, item);
  }
}

export function setDelete(set: Set<unknown>, item: unknown): void {
  const found = isPlain(item) ? { member: item } : held(set, item, 0);
  if (found !== undefined) set.delete(found.member);
}

type AnyMap = Map<unknown, unknown> | Record<string, unknown> | AllFields;

/** The value under a key, null when absent. Only own keys of records count. */
export function mapGet(map: AnyMap, key: unknown, depth = 0): unknown {
  if (map instanceof Map) {
    if (isPlain(key)) return map.get(key) ?? null;
    const found = held(map, key, depth);
    return found === undefined ? null : (map.get(found.member) ?? null);
  }
  if (typeof key !== 'string') return null;
  if (map instanceof AllFields) return map.get(key);
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

export function mapHas(map: AnyMap, key: unknown, depth = 0): boolean {
  if (map instanceof Map) return isPlain(key) ? map.has(key) : held(map, key, depth) !== undefined;
  if (typeof key !== 'string') return false;
  return map instanceof AllFields ? map.has(key) : Object.hasOwn(map, key);
}

export function mapSize(map: AnyMap): number {
  if (map instanceof Map) return map.size;
  if (isRecord(map)) return Object.keys(map).length;
  let size = 0;
  for (const _ of mapEntries(map)) size += 1;
  return size;
}

export function mapSet(map: Map<unknown, unknown>, key: unknown, value: unknown): void {
  const found = isPlain(key) ? undefined : held(map, key, 0);
  map.set(found === undefined ? key : found.member, value);
  if (found === undefined) remember(map, key);
}

export function mapDelete(map: Map<unknown, unknown>, key: unknown): void {
  const found = isPlain(key) ? { member: key } : held(map, key, 0);
  if (found !== undefined) map.delete(found.member);
}
