import { expect, it } from 'vitest';
import { LookupCache } from './lookup-cache.ts';

it('holds what was put in, and knows the newest value', () => {
  const cache = new LookupCache<number>(10);
  cache.set('a', 1);
  cache.set('a', 2);
  expect([cache.get('a'), cache.get('b'), cache.get('__proto__')]).toEqual([2, undefined, undefined]);
});

it('never holds more than twice its capacity', () => {
  const cache = new LookupCache<number>(10);
  for (let at = 0; at < 1000; at++) cache.set(`k${at}`, at);
  const held = Array.from({ length: 1000 }, (_, at) => cache.get(`k${at}`)).filter(
    (one) => one !== undefined,
  );
  expect(held.length).toBeLessThanOrEqual(20);
  expect(held.length).toBeGreaterThanOrEqual(10);
});

it('keeps what is asked for again and again', () => {
  const cache = new LookupCache<number>(10);
  cache.set('often', 1);
  for (let at = 0; at < 1000; at++) {
    cache.set(`k${at}`, at);
    expect(cache.get('often')).toBe(1);
  }
});

it('is empty after clear', () => {
  const cache = new LookupCache<number>(1);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.clear();
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined]);
});
