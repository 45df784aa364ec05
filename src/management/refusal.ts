import { type ConfigProblem, formatProblem } from '../config/index.ts';
import { argumentError, type StellarError } from '../stellar/index.ts';

const mostShown = 10;

/** The error of a function whose argument is a configuration with errors in it. */
export function refusal(what: string, problems: readonly ConfigProblem[]): StellarError {
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  return argumentError(
    `${what}: ${errors.slice(0, mostShown).join('\n')}`,
    errors.length > mostShown ? `and ${errors.length - mostShown} more` : undefined,
  );
}
