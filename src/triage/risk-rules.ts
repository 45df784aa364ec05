/** Risk rules: a predicate, a score, a reason. Evaluated all, in order; a failing one disables only itself. */
import {
  type Capabilities,
  type CompiledExpression,
  numberOf,
  type Scopes,
  textOf,
} from '../stellar/index.ts';

export interface RiskRule {
  readonly name?: string | null;
  readonly comment?: string | null;
  /** Stellar predicate; blank is always true. */
  readonly rule: string;
  /** Stellar expression text. */
  readonly scoreExpression: string;
  /** Stellar expression text. */
  readonly reason?: string | null;
}

export interface CompiledRule {
  readonly rule: RiskRule;
  readonly predicate: CompiledExpression | null;
  readonly score: CompiledExpression;
  /** The score when its expression is a plain number: not evaluated per event. */
  readonly constantScore: number | null;
  readonly reason: CompiledExpression | null;
  readonly isAsync: boolean;
}

/** Compiles the rules; of several with the same predicate text only the first stays, as in Metron. */
export function compileRules(
  rules: readonly RiskRule[],
  compile: (source: string) => CompiledExpression,
): readonly CompiledRule[] {
  const seen = new Set<string>();
  return rules
    .filter(({ rule }) => !seen.has(rule) && seen.add(rule))
    .map((rule) => {
      const predicate = rule.rule.trim() === '' ? null : compile(rule.rule);
      const score = compile(rule.scoreExpression);
      const reason =
        rule.reason === undefined || rule.reason === null || rule.reason.trim() === ''
          ? null
          : compile(rule.reason);
      const plain = /^\s*-?\d+(\.\d+)?\s*$/.test(rule.scoreExpression);
      return {
        rule,
        predicate,
        score,
        constantScore: plain ? Number(rule.scoreExpression) : null,
        reason,
        isAsync: [predicate, score, reason].some((one) => one?.isAsync),
      };
    });
}

export function toBoolean(rule: RiskRule, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(
    `The rule '${rule.rule}' does not return a boolean value. It returned ${shorten(value)}.`,
  );
}

export function toScore(rule: RiskRule, value: unknown): number {
  const score =
    numberOf(value) ?? (typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN);
  if (!Number.isNaN(score)) return score;
  throw new TypeError(
    `The score '${rule.scoreExpression}' of the rule '${rule.rule}' is ${shorten(value)}, where a number was expected.`,
  );
}

export function toReason(value: unknown): string | null {
  return value === null || value === undefined ? null : textOf(value);
}

export function evaluateRule(
  expression: CompiledExpression | null,
  scopes: Scopes,
  capabilities: Capabilities,
): unknown {
  return expression === null ? true : expression.evaluate(scopes, capabilities);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
