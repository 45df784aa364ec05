/** Threat triage to try, for THREAT_TRIAGE_SCORE: the engine that the pipeline runs. */
import { formatProblem, parseDocument } from '../config/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import { argumentError, type Capabilities, type TriageEngine } from '../stellar/index.ts';
import { createTriage } from '../triage/index.ts';

export function createTriageEngine(capabilities: Capabilities): TriageEngine {
  return {
    async score(configuration, message) {
      const { value, problems } = parseDocument('enrichment', configuration, { file: 'enrichment.json' });
      if (value === null) {
        const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
        throw argumentError(`the configuration cannot be used: ${errors.slice(0, 10).join('\n')}`);
      }
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
