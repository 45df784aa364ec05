export { type AggregatorName, aggregate, aggregatorNames } from './aggregators.ts';
export { passAlertGate } from './alert-gate.ts';
export type { RiskRule } from './risk-rules.ts';
export {
  addEnrichmentError,
  createTriage,
  type MatchedRule,
  type Triage,
  type TriageConfig,
  type TriageError,
} from './triage.ts';
