/** What the checks of meaning share: reporting at a path, and trying expressions. */
import type { ConfigChecks } from './checks.ts';
import type { JsonText, Place } from './json-text.ts';
import {
  type ConfigProblem,
  type ConfigProblemCode,
  formatPath,
  type JsonPath,
  shownValue,
} from './problem.ts';
import { nearest } from './schema-problems.ts';

export class Inspection {
  readonly json: JsonText;
  readonly checks: ConfigChecks;
  readonly problems: ConfigProblem[] = [];

  constructor(json: JsonText, checks: ConfigChecks) {
    this.json = json;
    this.checks = checks;
  }

  error(code: ConfigProblemCode, path: JsonPath, message: string, hint?: string): void {
    this.#add('error', code, path, this.json.placeOf(path), message, hint);
  }

  warn(code: ConfigProblemCode, path: JsonPath, message: string, hint: string): void {
    this.#add('warning', code, path, this.json.placeOfKey(path), message, hint);
  }

  /** `name` must be one of `known`. */
  oneOf(code: ConfigProblemCode, path: JsonPath, what: string, name: string, known: readonly string[]): void {
    if (known.includes(name)) return;
    const near = nearest(name, known);
    const hint = near === null ? `Known: ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
    this.#add(
      'error',
      code,
      path,
      this.json.placeOfKey(path),
      `expected ${what}, found ${shownValue(name)}`,
      hint,
    );
  }

  /** `before` characters of the text at `path` stand before the expression; `predicate` when it is a condition as a whole. */
  expression(path: JsonPath, expression: unknown, { before = 0, predicate = false } = {}): void {
    if (typeof expression !== 'string') return;
    const problem = this.checks.compileCheck?.(expression) ?? null;
    if (problem === null) {
      this.#lint(path, expression, before, predicate);
      return;
    }
    // A compiler may show the expression on further lines; here it is shown already.
    const why = problem.message.split('\n', 1)[0];
    const message = `expected a Stellar expression, found ${shownValue(expression)}: ${why}`;
    const place = this.json.placeInText(path, before + (problem.offset ?? 0));
    this.#add('error', 'SKP_CONFIG_EXPRESSION', path, place, message, problem.hint);
  }

  #lint(path: JsonPath, expression: string, before: number, predicate: boolean): void {
    for (const { message, offset, hint } of this.checks.lint?.(expression, { predicate }) ?? []) {
      const place = this.json.placeInText(path, before + (offset ?? 0));
      this.#add('warning', 'SKP_CONFIG_LINT', path, place, message, hint);
    }
  }

  #add(
    severity: 'error' | 'warning',
    code: ConfigProblemCode,
    path: JsonPath,
    place: Place,
    message: string,
    hint: string | undefined,
  ): void {
    this.problems.push({
      code,
      severity,
      file: this.json.file,
      path: formatPath(path),
      line: place.line,
      column: place.column,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
