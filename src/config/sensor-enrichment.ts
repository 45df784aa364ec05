/** `config/enrichments/<sensor>.json`: context, threat intelligence and triage of a sensor's messages. */
import * as z from 'zod';
import type { StellarBlock } from './stellar-block.ts';

const map = z.record(z.string(), z.unknown());
const fields = z.array(z.string());
const literal = z.union([z.string(), z.number(), z.boolean()], { error: 'a Stellar expression (a text)' });
const stellarBlock = z
  .union([fields, z.record(z.string(), z.union([literal, fields, z.record(z.string(), literal)]))], {
    error: 'a map "field": "EXPRESSION" or a list of "field := EXPRESSION"',
  })
  .describe(
    'A map "field": "EXPRESSION" or a list of "field := EXPRESSION"; entries that are maps or lists are groups.',
  );
const adapter = z
  .union(
    [
      fields,
      z.strictObject({
        config: stellarBlock,
        type: z
          .enum(['LIST', 'STELLAR'])
          .exactOptional()
          .describe('Absent: STELLAR, for the adapter `stellar` only.'),
      }),
    ],
    { error: 'a list of field names, or for `stellar` {"config": …}' },
  )
  .describe('A list of field names; for `stellar` an object with `config`.');

const block = {
  fieldMap: z.record(z.string(), adapter).default({}).describe('Adapter → the fields that it looks at.'),
  fieldToTypeMap: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe(
      'Field → the kinds of reference data that are looked up for it (`hbaseEnrichment`, `hbaseThreatIntel`).',
    ),
  config: map
    .default({})
    .describe('Settings of the adapters (`typeToColumnFamily`); also variables of the expressions.'),
};

const aggregators = ['MAX', 'MIN', 'SUM', 'MEAN', 'POSITIVE_MEAN'] as const;

export const riskLevelRuleSchema = z.strictObject({
  name: z.string().exactOptional().describe('Name of the rule, copied into the alert.'),
  comment: z.string().exactOptional().describe('What it is for, copied into the alert.'),
  rule: z.string().describe('Stellar predicate; a blank one is always true.'),
  score: z
    .union([z.number(), z.string().min(1)], { error: 'a number or a Stellar expression (a text)' })
    .describe('A number, or a Stellar expression that gives one.'),
  reason: z.string().exactOptional().describe('Stellar expression whose text tells the analyst why.'),
});

const triageSchema = z.strictObject({
  riskLevelRules: z
    .array(riskLevelRuleSchema)
    .default([])
    .describe('All are evaluated, in order, for each alert.'),
  aggregator: z
    .enum(aggregators)
    .default('MAX')
    .describe('How the scores of the rules that matched become one.'),
  aggregationConfig: map
    .default({})
    .describe('`negativeValuesTrump` (default true): one negative score marks the event as known good.'),
});

export const sensorEnrichmentSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Address of this JSON Schema, for editors.'),
    enrichment: z.strictObject(block).prefault({}).describe('First stage: context.'),
    threatIntel: z
      .strictObject({
        ...block,
        triageConfig: triageSchema.prefault({}).describe('How alerts are scored.'),
      })
      .prefault({})
      .describe('Second stage: threat intelligence; then triage.'),
    configuration: map.default({}).describe('Variables of all expressions; `stellar.slow.threshold.ms`.'),
  })
  .describe('Context, threat intelligence and triage of the messages of one sensor.');

export type Aggregator = (typeof aggregators)[number];

export interface RiskLevelRule {
  readonly name?: string;
  readonly comment?: string;
  readonly rule: string;
  /** A number as its text. */
  readonly scoreExpression: string;
  readonly reason?: string;
}

/** A list of fields, or the Stellar block. `{"type": "LIST", "config": […]}` is brought to the list. */
export type AdapterConfig = readonly string[] | { readonly type: 'STELLAR'; readonly config: StellarBlock };

export interface EnrichmentBlock {
  readonly fieldMap: Readonly<Record<string, AdapterConfig>>;
  readonly fieldToTypeMap: Readonly<Record<string, readonly string[]>>;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface TriageConfig {
  readonly riskLevelRules: readonly RiskLevelRule[];
  readonly aggregator: Aggregator;
  readonly aggregationConfig: Readonly<Record<string, unknown>>;
}

/** The normal form: everything is there, scores are expressions, of rules with the same text the first is kept. */
export interface SensorEnrichmentConfig {
  readonly enrichment: EnrichmentBlock;
  readonly threatIntel: EnrichmentBlock & { readonly triageConfig: TriageConfig };
  readonly configuration: Readonly<Record<string, unknown>>;
}

type Written = z.output<typeof sensorEnrichmentSchema>;

export function normalEnrichmentConfig(written: Written): SensorEnrichmentConfig {
  const { triageConfig } = written.threatIntel;
  const rules = new Map<string, RiskLevelRule>();
  for (const { score, ...rule } of triageConfig.riskLevelRules) {
    if (!rules.has(rule.rule)) rules.set(rule.rule, { ...rule, scoreExpression: scoreText(score) });
  }
  return {
    enrichment: normalBlock(written.enrichment),
    threatIntel: {
      ...normalBlock(written.threatIntel),
      triageConfig: {
        riskLevelRules: [...rules.values()],
        aggregator: triageConfig.aggregator,
        aggregationConfig: triageConfig.aggregationConfig,
      },
    },
    configuration: written.configuration,
  };
}

function normalBlock(written: Written['enrichment']): EnrichmentBlock {
  const fieldMap: Record<string, AdapterConfig> = {};
  for (const [name, adapter] of Object.entries(written.fieldMap)) {
    if (!isList(adapter)) fieldMap[name] = listOf(adapter) ?? { type: 'STELLAR', config: adapter.config };
    else fieldMap[name] = name === 'stellar' ? { type: 'STELLAR', config: adapter } : adapter;
  }
  return { fieldMap, fieldToTypeMap: written.fieldToTypeMap, config: written.config };
}

function listOf(adapter: {
  readonly config: StellarBlock;
  readonly type?: string;
}): readonly string[] | null {
  return adapter.type === 'LIST' && isList(adapter.config) ? adapter.config : null;
}

/** Stellar reads no exponents without a dot (`1e21`), so a number is written out where that is possible. */
function scoreText(score: number | string): string {
  if (typeof score === 'string') return score;
  const text = String(score);
  if (!text.includes('e')) return text;
  return Number.isInteger(score) ? BigInt(score).toString() : score.toFixed(20).replace(/0+$/, '');
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}
