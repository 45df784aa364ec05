/** What is wrong with a configuration, on the terminal. */
import { styleText } from 'node:util';
import { type ConfigProblem, formatProblem } from '../../config/index.ts';

export function errorsIn(problems: readonly ConfigProblem[]): number {
  return problems.filter(({ severity }) => severity === 'error').length;
}

export function showProblems(problems: readonly ConfigProblem[], show: (line: string) => void): void {
  for (const problem of problems)
    show(styleText(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem)));
}
