import type { StellarFunction } from './expression.ts';

/** What is wrong with a number of arguments, undefined when nothing is. */
export function argumentCountProblem(definition: StellarFunction, count: number): string | undefined {
  if (definition.arity === undefined) return undefined;
  const [least, most] = definition.arity;
  if (count >= least && count <= most) return undefined;
  const expected =
    least === most
      ? `${least}`
      : most === Number.POSITIVE_INFINITY
        ? `at least ${least}`
        : `${least} to ${most}`;
  return `${definition.name} takes ${expected} argument${expected === '1' || expected === 'at least 1' ? '' : 's'}, not ${count}`;
}

/** `NAME(a, b?, c…)`. */
export function usage(definition: StellarFunction): string {
  const parameters = definition.parameters.map(
    (p) => `${p.name}${p.optional === true ? '?' : ''}${p.variadic === true ? '…' : ''}`,
  );
  return `${definition.name}(${parameters.join(', ')})`;
}
