import { expect, it } from 'vitest';
import { parseAssignment } from './assignment.ts';

it('cuts a statement at its first := and trims both sides', () => {
  expect(parseAssignment(' x :=  1 + 1 ')).toEqual({ target: 'x', expression: '1 + 1' });
  expect(parseAssignment("a.b := 'c := d'")).toEqual({ target: 'a.b', expression: "'c := d'" });
});

it('finds no target where none is', () => {
  expect(parseAssignment('1 + 1')).toBeUndefined();
  expect(() => parseAssignment(' := 1')).toThrow(/nothing stands before/);
});
