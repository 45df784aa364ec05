import { scoreOf } from '../severity/severity.ts';

export type Source = Readonly<Record<string, unknown>>;

/** One reason of a score: `threat.triage.rules.N.*`. */
export interface TriageRule {
  readonly index: number;
  readonly name: string;
  readonly comment: string;
  readonly reason: string;
  /** Points, where the score is a number. */
  readonly points: number | null;
  /** The score as it was written. */
  readonly score: string;
}

const RULE_FIELD = /^threat[.:]triage[.:]rules[.:](\d{1,4})[.:](name|comment|score|reason)$/;

/** The rules that fired, most points first. */
export function triageRules(source: Source): readonly TriageRule[] {
  const rules = new Map<number, Record<string, string>>();
  for (const field of Object.keys(source)) {
    const match = RULE_FIELD.exec(field);
    if (!match) continue;
    const index = Number(match[1]);
    const value = source[field];
    const rule = rules.get(index) ?? {};
    rule[match[2] ?? ''] = value === null || value === undefined ? '' : String(value);
    rules.set(index, rule);
  }
  return [...rules]
    .map(([index, rule]) => ({
      index,
      name: rule['name'] || `Rule ${index + 1}`,
      comment: rule['comment'] ?? '',
      reason: rule['reason'] ?? '',
      points: scoreOf(rule['score']),
      score: rule['score'] ?? '',
    }))
    .sort((a, b) => (b.points ?? -1) - (a.points ?? -1) || a.index - b.index);
}

export function triageScore(source: Source): number | null {
  return scoreOf(source['threat.triage.score'] ?? source['threat:triage:score']);
}

export function isAlert(source: Source): boolean {
  return String(source['is_alert']).toLowerCase() === 'true';
}

/** Text of a field, or an empty text. */
export function fieldText(source: Source, field: string): string {
  const value = source[field];
  return value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
