/** What is wrong with a configuration, said so that its author can mend it. */
import { SkoposError } from '../errors.ts';

export type ConfigProblemCode =
  /** The file cannot be read. */
  | 'SKP_CONFIG_FILE'
  /** Not JSON (with comments). */
  | 'SKP_CONFIG_SYNTAX'
  | 'SKP_CONFIG_UNKNOWN_KEY'
  /** A value of the wrong kind: text for a number, say. */
  | 'SKP_CONFIG_TYPE'
  /** The right kind, but not an allowed value. */
  | 'SKP_CONFIG_VALUE'
  /** A key that must be there is not. */
  | 'SKP_CONFIG_MISSING'
  | 'SKP_CONFIG_PARSER'
  | 'SKP_CONFIG_ADAPTER'
  /** A plug-in cannot be used. */
  | 'SKP_CONFIG_PLUGIN'
  /** A Stellar expression does not compile. */
  | 'SKP_CONFIG_EXPRESSION'
  /** A Stellar expression that compiles, but may not mean what it seems to. */
  | 'SKP_CONFIG_LINT'
  /** Said twice: a key, a rule, a listener's name. */
  | 'SKP_CONFIG_DUPLICATE'
  /** Accepted, but nothing comes of it. */
  | 'SKP_CONFIG_NO_EFFECT';

export interface ConfigProblem {
  readonly code: ConfigProblemCode;
  /** An error keeps the file from being used; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Relative to the configuration folder, with `/`: `enrichments/snort.json`. */
  readonly file: string;
  /** Where in the file, `threatIntel.triageConfig.riskLevelRules[2].score`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What was expected and what was found. */
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string;
}

/** A configuration was refused. Holds everything that is wrong with it, not only the first. */
export class ConfigError extends SkoposError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options: { cause?: unknown } = {}) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    const shown = errors.slice(0, 20).map(formatProblem);
    if (errors.length > 20) shown.push(`… and ${errors.length - 20} more`);
    super(
      'SKP_CONFIG_INVALID',
      `The configuration has ${plural(errors.length, 'error')}:\n${shown.join('\n')}`,
      options,
    );
    this.problems = problems;
  }
}

/** `enrichments/snort.json:12:14: error: threatIntel.triageConfig: …`, the hint on a line of its own. */
export function formatProblem(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === undefined ? '' : `\n    ${problem.hint}`;
  return `${place}: ${problem.severity}: ${path}${problem.message}${hint}`;
}

export type JsonPath = readonly (string | number)[];

/** `['a', 'b.c', 2]` as `a["b.c"][2]`. */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(shorten(step, 80))}]`;
  }
  return text;
}

/** A value as JSON on one line, cut to be read. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return shorten(JSON.stringify(value) ?? String(value), 60);
}

export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
