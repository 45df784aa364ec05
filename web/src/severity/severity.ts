/** Bands of `threat.triage.score`; the bounds are those the server's histogram counts by. */
export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** Most severe first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'none'];

export const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  none: 'No score',
};

/** Band of a score as it came from the index (number or numeric text); anything else has none. */
export function severityOf(score: unknown): Severity {
  const value = scoreOf(score);
  if (value === null) return 'none';
  if (value >= 75) return 'critical';
  if (value >= 50) return 'high';
  if (value >= 25) return 'medium';
  return 'low';
}

/** The score as a number, or null when the value is not one. */
export function scoreOf(score: unknown): number | null {
  const value = typeof score === 'string' && score.trim() !== '' ? Number(score) : score;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** At most one decimal, so that scores stay two or three characters wide. */
export function formatScore(score: number): string {
  return Number.isInteger(score) ? String(score) : score.toFixed(1);
}

/** Lucene test on `threat.triage.score` that selects a band. */
export const SEVERITY_TESTS: Readonly<Record<Severity, string>> = {
  critical: '[75 TO *]',
  high: '[50 TO 75}',
  medium: '[25 TO 50}',
  low: '[* TO 25}',
  none: '*',
};
