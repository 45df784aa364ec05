import { expect, it } from 'vitest';
import { compile, standardRegistry } from '../../../../src/stellar/index.ts';
import workingHours from './working-hours.ts';

if (workingHours.kind !== 'function') throw new Error('a function was expected');
const { function: definition } = workingHours;

it.each(definition.examples)('$expression', ({ expression, result }) => {
  const compiled = compile(expression, standardRegistry.with([definition]));
  expect(compiled.evaluate([], {})).toEqual(result);
});

it('refuses a zone that is none', () => {
  const compiled = compile("IN_WORKING_HOURS(t, 'Moon')", standardRegistry.with([definition]));
  expect(() => compiled.evaluate([{ t: 0 }], {})).toThrow(/knows no zone "Moon"/);
});
