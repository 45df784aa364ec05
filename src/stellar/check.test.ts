import { expect, it } from 'vitest';
import { checkExpression } from './check.ts';
import { standardRegistry } from './functions/index.ts';

it('finds nothing wrong with an expression that compiles', () => {
  expect(checkExpression("TO_UPPER(a) == 'X'", standardRegistry)).toEqual([]);
  expect(checkExpression('', standardRegistry)).toEqual([]);
});

it('tells a syntax error with its place', () => {
  expect(checkExpression('1 +', standardRegistry)).toEqual([
    {
      code: 'SKP_STELLAR_SYNTAX',
      message: 'the expression ends where a value was expected',
      hint: undefined,
      position: { offset: 3, line: 1, column: 4 },
    },
  ]);
});

it('tells all calls that cannot work, also in parts that are skipped', () => {
  const problems = checkExpression('true or NOPE(1)\n or GET(a)', standardRegistry);
  expect(problems.map(({ code, position }) => [code, position.line, position.column])).toEqual([
    ['SKP_STELLAR_UNKNOWN_FUNCTION', 1, 9],
    ['SKP_STELLAR_ARGUMENTS', 2, 5],
  ]);
});
