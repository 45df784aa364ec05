import { expect, it } from 'vitest';
import { mapDelete, mapGet, mapHas, mapSet, setAdd, setDelete, setHas } from './members.ts';
import { double, float, long, StellarChar } from './values.ts';

const values = () => [
  1,
  long(1),
  double(1),
  float(1),
  double(-0),
  double(0),
  Number.NaN,
  'a',
  new StellarChar('a'),
  null,
  true,
  [1],
  [long(1)],
];

it('finds each value by an equal of the same kind, and by no other', () => {
  const set = new Set<unknown>();
  for (const value of values()) setAdd(set, value);
  for (const value of values()) setAdd(set, value);
  expect(set.size).toBe(values().length);
  for (const value of values()) expect(setHas(set, value)).toBe(true);
  expect(
    [long(2), double(2), float(2), new StellarChar('b'), [2], 2].some((value) => setHas(set, value)),
  ).toBe(false);
  for (const value of values()) setDelete(set, value);
  expect(set.size).toBe(0);
});

it('keeps one entry of a map for equal keys', () => {
  const map = new Map<unknown, unknown>();
  for (const [i, key] of values().entries()) mapSet(map, key, i);
  for (const [i, key] of values().entries()) mapSet(map, key, i * 10);
  expect(values().map((key) => mapGet(map, key))).toEqual(values().map((_, i) => i * 10));
  for (const key of values()) mapDelete(map, key);
  expect(values().some((key) => mapHas(map, key))).toBe(false);
  mapSet(map, long(1), 'again');
  expect(mapGet(map, long(1))).toBe('again');
});

it('finds boxed numbers in sets that were made elsewhere', () => {
  expect(setHas(new Set([double(5)]), double(5))).toBe(true);
});

it('looks at own keys of records only', () => {
  expect(mapGet({}, 'constructor')).toBeNull();
  expect(mapHas(JSON.parse('{"__proto__": 1}'), '__proto__')).toBe(true);
});
