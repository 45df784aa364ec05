/** Threat triage to try, for THREAT_TRIAGE_SCORE: the engine that the pipeline runs. */
import { parseDocument } from '../config/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import type { Capabilities, TriageEngine } from '../stellar/index.ts';
import { createTriage } from '../triage/index.ts';
import { refusal } from './refusal.ts';

export function createTriageEngine(capabilities: Capabilities): TriageEngine {
  return {
    async score(configuration, message) {
      const { value, problems } = parseDocument('enrichment', configuration, { file: 'enrichment.json' });
      if (value === null) throw refusal('the configuration cannot be used', problems);
      const triage = createTriage({
        config: value.threatIntel.triageConfig,
        scopes: [value.configuration, value.threatIntel.config],
        compile: compileStellar,
        capabilities,
      });
      const { score, matched } = await triage.score(message);
      return {
        score,
        aggregator: value.threatIntel.triageConfig.aggregator,
        rules: matched.map((one) => ({
          name: one.rule.name ?? null,
          comment: one.rule.comment ?? null,
          rule: one.rule.rule,
          score: one.rule.scoreExpression,
          reason: one.reason,
        })),
      };
    },
  };
}
