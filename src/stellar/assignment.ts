import { StellarError } from './errors.ts';

/** `target := expression`, as list-style enrichment configuration and the shell have it. */
export interface Assignment {
  readonly target: string;
  readonly expression: string;
}

/**
 * Cuts a statement at its first `:=` (also one inside of a string, as the reference does) and trims both sides. Undefined
 * when there is none: such a statement has a value but no target. Raises `StellarError` when the target is empty.
 */
export function parseAssignment(statement: string): Assignment | undefined {
  const cut = statement.indexOf(':=');
  if (cut < 0) return undefined;
  const target = statement.slice(0, cut).trim();
  if (target === '') {
    throw new StellarError('SKP_STELLAR_ASSIGNMENT', "nothing stands before ':='", {
      source: statement,
      offset: cut,
      hint: 'write name := expression',
    });
  }
  return { target, expression: statement.slice(cut + 2).trim() };
}
