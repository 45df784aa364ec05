/** Triage: scores alerts by the sensor's risk rules and writes Metron's `threat.triage.*` fields. */
import type { Capabilities, CompiledExpression, Scopes } from '../stellar/index.ts';
import { type AggregatorName, aggregate } from './aggregators.ts';
import { passAlertGate } from './alert-gate.ts';
import {
  type CompiledRule,
  compileRules,
  evaluateRule,
  type RiskRule,
  toBoolean,
  toReason,
  toScore,
} from './risk-rules.ts';

type Message = Record<string, unknown>;

export interface TriageConfig {
  readonly riskLevelRules: readonly RiskRule[];
  readonly aggregator: AggregatorName;
  readonly aggregationConfig: Readonly<Record<string, unknown>>;
}

export interface MatchedRule {
  readonly rule: RiskRule;
  readonly score: number;
  readonly reason: string | null;
}

/** A rule that failed on one event, or an `is_alert` that says neither yes nor no (`rule` is null then). */
export interface TriageError {
  readonly index: number;
  readonly rule: RiskRule | null;
  readonly error: Error;
}

export interface TriageOptions {
  readonly config: TriageConfig;
  /** Scopes behind the message: the sensor's `configuration`, then `threatIntel.config`. */
  readonly scopes: Scopes;
  readonly compile: (source: string) => CompiledExpression;
  readonly capabilities: Capabilities;
}

/** Fields of an event that stand beside its message. */
export interface Aside {
  readonly scope: Readonly<Record<string, unknown>>;
  /** Whether it names a known indicator. */
  readonly intel: boolean;
}

export interface Triage {
  /**
   * Passes each message through the alert gate and scores the alerts, in place. Failures are reported, written on the event
   * (`enrichment_errors`, a list of texts), and never thrown. Returns a promise only when a rule had to wait. `asides`: more
   * of each event, kept beside its message.
   */
  run(
    messages: readonly Message[],
    report: (error: TriageError) => void,
    asides?: readonly (readonly Aside[])[],
  ): void | Promise<void>;
  /** Matched rules and score of one message, without gate and without writing. Raises the first rule's error. */
  score(message: Message): Promise<{ readonly score: number; readonly matched: readonly MatchedRule[] }>;
}

export function createTriage(options: TriageOptions): Triage {
  const rules = compileRules(options.config.riskLevelRules, options.compile);
  const anyAsync = rules.some((rule) => rule.isAsync);
  const { capabilities, config } = options;
  const names = ruleFieldNames(rules.length);

  function applySync(
    index: number,
    message: Message,
    aside: Scopes,
    report: (error: TriageError) => void,
  ): void {
    const scopes = [message, ...aside, ...options.scopes];
    let matched: MatchedRule[] | null = null;
    for (const rule of rules) {
      try {
        if (!toBoolean(rule.rule, evaluateRule(rule.predicate, scopes, capabilities))) continue;
        const score = rule.constantScore ?? toScore(rule.rule, rule.score.evaluate(scopes, capabilities));
        const reason = rule.reason === null ? null : toReason(rule.reason.evaluate(scopes, capabilities));
        matched ??= [];
        matched.push({ rule: rule.rule, score, reason });
      } catch (error) {
        fail(index, message, rule.rule, error as Error, report);
      }
    }
    if (matched !== null) write(message, matched);
  }

  async function applyAsync(
    index: number,
    message: Message,
    aside: Scopes,
    report: (error: TriageError) => void,
  ): Promise<void> {
    const scopes = [message, ...aside, ...options.scopes];
    const matched: MatchedRule[] = [];
    for (const rule of rules) {
      try {
        const one = await matchRule(rule, scopes, capabilities);
        if (one !== null) matched.push(one);
      } catch (error) {
        fail(index, message, rule.rule, error as Error, report);
      }
    }
    if (matched.length > 0) write(message, matched);
  }

  function write(message: Message, matched: readonly MatchedRule[]): void {
    message['threat.triage.score'] = aggregate(
      config.aggregator,
      matched.map((one) => one.score),
      config.aggregationConfig,
    );
    for (let at = 0; at < matched.length; at++) {
      const { rule, reason } = matched[at]!;
      const field = names[at]!;
      message[field.name] = rule.name ?? null;
      message[field.comment] = rule.comment ?? null;
      message[field.score] = rule.scoreExpression;
      message[field.reason] = reason;
    }
  }

  return {
    run(messages, report, asides) {
      let waiting: Promise<void>[] | null = null;
      for (let index = 0; index < messages.length; index++) {
        const message = messages[index]!;
        const raw = message['is_alert'];
        const aside = asides?.[index];
        const alert = passAlertGate(message, aside?.some((one) => one.intel) ?? false);
        if (alert === false) continue;
        if (alert === null) {
          const error = new TypeError(
            `is_alert is ${JSON.stringify(raw)}, which says neither yes nor no; the event is treated as an alert.`,
          );
          fail(index, message, null, error, report);
        }
        const beside = aside === undefined ? [] : aside.map((one) => one.scope);
        if (!anyAsync) applySync(index, message, beside, report);
        else (waiting ??= []).push(applyAsync(index, message, beside, report));
      }
      return waiting === null ? undefined : Promise.all(waiting).then(() => undefined);
    },
    async score(message) {
      const scopes = [message, ...options.scopes];
      const matched: MatchedRule[] = [];
      for (const rule of rules) {
        const one = await matchRule(rule, scopes, capabilities);
        if (one !== null) matched.push(one);
      }
      const scores = matched.map((one) => one.score);
      return { score: aggregate(config.aggregator, scores, config.aggregationConfig), matched };
    },
  };
}

async function matchRule(
  rule: CompiledRule,
  scopes: Scopes,
  capabilities: Capabilities,
): Promise<MatchedRule | null> {
  if (!toBoolean(rule.rule, await evaluateRule(rule.predicate, scopes, capabilities))) return null;
  const score = toScore(rule.rule, await rule.score.evaluate(scopes, capabilities));
  const reason = rule.reason === null ? null : toReason(await rule.reason.evaluate(scopes, capabilities));
  return { rule: rule.rule, score, reason };
}

function fail(
  index: number,
  message: Message,
  rule: RiskRule | null,
  error: Error,
  report: (error: TriageError) => void,
): void {
  const label = rule === null ? 'alert gate' : `rule '${rule.name ?? rule.rule}'`;
  addEnrichmentError(message, `triage ${label}: ${error.message}`);
  report({ index, rule, error });
}

/** Notes on the event itself what could not be said of it. */
export function addEnrichmentError(message: Message, text: string): void {
  const list = message['enrichment_errors'];
  if (Array.isArray(list)) list.push(text);
  else message['enrichment_errors'] = [text];
}

function ruleFieldNames(
  count: number,
): readonly { name: string; comment: string; score: string; reason: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const prefix = `threat.triage.rules.${index}`;
    return {
      name: `${prefix}.name`,
      comment: `${prefix}.comment`,
      score: `${prefix}.score`,
      reason: `${prefix}.reason`,
    };
  });
}
