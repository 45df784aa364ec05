import { describe, expect, test } from 'vitest';
import { KeyShapes } from './key-shapes.ts';

describe('messages made from names and values', () => {
  test('have the names in order, the last value of a name that comes twice, and no other prototype', () => {
    const shapes = new KeyShapes();
    for (let round = 0; round < 3; round++) {
      const message = shapes.build(['a', '__proto__', 'b', 'a', 'unused'], [1, { x: 1 }, 2, 3], 4);
      expect(Object.entries(message)).toEqual([
        ['a', 3],
        ['__proto__', { x: 1 }],
        ['b', 2],
      ]);
      expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    }
  });

  test('are right for more kinds than are kept, and after those were forgotten', () => {
    const shapes = new KeyShapes();
    for (let i = 0; i < 60_000; i++) {
      const message = shapes.build([`k${i}`, 'z'], [i, 'z'], 2);
      if (message[`k${i}`] !== i || message['z'] !== 'z') expect.fail(`wrong at ${i}`);
    }
    expect(shapes.build(['k1', 'z'], [1, 2], 2)).toEqual({ k1: 1, z: 2 });
  });

  test('may have hundreds of names', () => {
    const names = Array.from({ length: 500 }, (_, i) => `n${i}`);
    expect(Object.keys(new KeyShapes().build(names, names, 500))).toEqual(names);
  });
});
