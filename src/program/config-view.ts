/** The configuration as the API shows it: Metron's JSON. */
import type { ConfigView } from '../api/index.ts';
import type { ConfigProblem, ConfigSource, SensorEnrichmentConfig } from '../config/index.ts';

/** `others`: problems that do not come from documents. */
export function configView(source: ConfigSource, others: readonly ConfigProblem[] = []): ConfigView {
  return {
    sensors: () => [...source.current().parsers.keys()].sort(),
    global: () => source.current().global,
    problems: () => [...others, ...source.problems()],
    read(area, sensor) {
      const snapshot = source.current();
      if (area === 'parsers') return snapshot.parsers.get(sensor);
      if (area === 'indexing') return snapshot.indexing.get(sensor);
      const enrichment = snapshot.enrichments.get(sensor);
      return enrichment === undefined ? undefined : asWritten(enrichment);
    },
  };
}

/** Metron names a rule's score `score`. */
function asWritten(config: SensorEnrichmentConfig): unknown {
  const { triageConfig } = config.threatIntel;
  return {
    ...config,
    threatIntel: {
      ...config.threatIntel,
      triageConfig: {
        ...triageConfig,
        riskLevelRules: triageConfig.riskLevelRules.map(({ scoreExpression, ...rule }) => ({
          ...rule,
          score: scoreExpression,
        })),
      },
    },
  };
}
