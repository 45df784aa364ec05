import { checkExpression } from './check.ts';
import { compile } from './compiler.ts';
import { argumentError } from './errors.ts';
import type { Capabilities, StellarFunction } from './expression.ts';
import { standardRegistry } from './functions/index.ts';
import { languageDifferences } from './language-differences.ts';
import { kindOf, StellarLong, textOf, typeName } from './values.ts';
import { decodeVariables, matches } from './vector-values.ts';

/** Runs the observed cases of the reference's Stellar (one JSON object a line) against this implementation. */

interface Vector {
  readonly id: string;
  readonly expr: string;
  readonly vars?: Record<string, unknown>;
  readonly expect?: unknown;
  readonly error?: boolean;
  readonly predicate?: boolean;
  readonly resolver?: string;
  readonly validate?: boolean;
  readonly shell?: boolean;
  readonly complete?: boolean;
  readonly tz?: string;
  readonly requires?: string;
  readonly numType?: string;
}

export interface VectorReport {
  readonly passed: number;
  readonly failures: { readonly id: string; readonly detail: string }[];
  readonly skipped: number;
}

/** Cases where the product differs from the reference on purpose, with the reason. */
export const intendedDifferences: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...languageDifferences,
    'OracleProbe.Strings#129':
      'extension: %f and its like take whole numbers, since 128.0 in an event is read as one',
    'OracleProbe.Network#17': 'extension: IN_SUBNET knows IPv6',
    'OracleProbe.Hash#3': 'breaks security: MD2 is not offered',
    'OracleProbe.Hash#20':
      'contradicts the documentation: the hexadecimal text of a digest is not decoded with the charset again',
    'HashFunctionsTest.callingHashFunctionsWithVariablesAsInputHashesSuccessfully#1':
      'contradicts the documentation: other values are hashed by their text, not by their Java serialisation',
    'HashFunctionsTest.nonStringValueThatIsSerializableHashesSuccessfully#1':
      'contradicts the documentation: other values are hashed by their text, not by their Java serialisation',
    'TextFunctionsTest.testGetAvailableLanguageTags#1': "the list is that of the reference's machine",
  }),
);

/** Functions of the reference's library that come later: cases that call one are skipped. */
export const laterFunctions: ReadonlySet<string> = new Set([
  'BLOOM_ADD',
  'BLOOM_EXISTS',
  'BLOOM_INIT',
  'BLOOM_MERGE',
  'BYTEARRAY_MATCHER',
  'DOMAIN_TYPOSQUAT',
  'ENRICHMENT_OBJECT_GET',
  'ENRICHMENT_STELLAR_TRANSFORM_ADD',
  'ENRICHMENT_STELLAR_TRANSFORM_PRINT',
  'ENRICHMENT_STELLAR_TRANSFORM_REMOVE',
  'GROK_EVAL',
  'GROK_PREDICT',
  'HLLP_ADD',
  'HLLP_CARDINALITY',
  'HLLP_INIT',
  'HLLP_MERGE',
  'INDEXING_SET_BATCH',
  'INDEXING_SET_ENABLED',
  'INDEXING_SET_INDEX',
  'OBJECT_GET',
  'OUTLIER_MAD_ADD',
  'OUTLIER_MAD_SCORE',
  'OUTLIER_MAD_STATE_MERGE',
  'PARSER_STELLAR_TRANSFORM_ADD',
  'PARSER_STELLAR_TRANSFORM_PRINT',
  'PARSER_STELLAR_TRANSFORM_REMOVE',
  'PROFILE_FIXED',
  'PROFILE_GET',
  'PROFILE_VERBOSE',
  'PROFILE_WINDOW',
  'SAMPLE_ADD',
  'SAMPLE_GET',
  'SAMPLE_INIT',
  'SAMPLE_MERGE',
  'SHELL_EDIT',
  'SHELL_GET_EXPRESSION',
  'SHELL_LIST_VARS',
  'SHELL_MAP2TABLE',
  'SHELL_VARS2MAP',
  'STATS_ADD',
  'STATS_BIN',
  'STATS_COUNT',
  'STATS_GEOMETRIC_MEAN',
  'STATS_INIT',
  'STATS_KURTOSIS',
  'STATS_MAX',
  'STATS_MEAN',
  'STATS_MERGE',
  'STATS_MIN',
  'STATS_PERCENTILE',
  'STATS_POPULATION_VARIANCE',
  'STATS_QUADRATIC_MEAN',
  'STATS_SD',
  'STATS_SKEWNESS',
  'STATS_SUM',
  'STATS_SUM_LOGS',
  'STATS_SUM_SQUARES',
  'STATS_VARIANCE',
  'THREAT_TRIAGE_ADD',
  'THREAT_TRIAGE_CONFIG',
  'THREAT_TRIAGE_INIT',
  'THREAT_TRIAGE_PRINT',
  'THREAT_TRIAGE_REMOVE',
  'THREAT_TRIAGE_SCORE',
  'THREAT_TRIAGE_SET_AGGREGATOR',
  'TLSH_DIST',
]);

// The locality-sensitive hash TLSH comes later too; it is an algorithm of HASH.
const locality = /'tlsh'/i;

const testFunction = {
  category: 'test',
  description: '',
  parameters: [],
  returns: { type: 'any', description: '' },
  examples: [],
  pure: false,
};

const testFunctions: readonly StellarFunction[] = [
  {
    ...testFunction,
    name: 'THROW',
    call: (_, message) => {
      throw argumentError(String(message));
    },
  },
  { ...testFunction, name: 'RET_TRUE', call: () => true },
];

const registry = standardRegistry.with(testFunctions);

export async function runStellarVectors(lines: Iterable<string>): Promise<VectorReport> {
  const failures: { id: string; detail: string }[] = [];
  let passed = 0;
  let skipped = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const vector: Vector = JSON.parse(line);
    const outcome = await runVector(vector);
    if (outcome === 'skipped') skipped += 1;
    else if (outcome === 'passed') passed += 1;
    else failures.push({ id: vector.id, detail: outcome.detail });
  }
  return { passed, failures, skipped };
}

type Outcome = 'passed' | 'skipped' | { readonly detail: string };

async function runVector(vector: Vector): Promise<Outcome> {
  if (vector.shell !== undefined || vector.complete !== undefined) return 'skipped';
  if (vector.validate === true) return runValidation(vector);
  const capabilities = fixtures(vector);
  if (capabilities === undefined) return 'skipped';
  let result: unknown;
  try {
    const compiled = compile(vector.expr, registry, {
      predicate: vector.predicate === true,
      calls: 'deferred',
      strictVariables: vector.resolver !== 'lenient',
    });
    if (compiled.functions.some((name) => laterFunctions.has(name)) || locality.test(vector.expr))
      return 'skipped';
    result = await compiled.evaluate([decodeVariables(vector.vars ?? {})], capabilities);
  } catch (error) {
    if (vector.error === true) return 'passed';
    return { detail: `${vector.expr} raised ${error instanceof Error ? error.message : String(error)}` };
  }
  if (vector.error === true) return { detail: `${vector.expr} gave ${show(result)} where it must raise` };
  if (matches(vector.expect, result) && kindMatches(vector, result)) return 'passed';
  return {
    detail: `${vector.expr} gave ${show(result)}, expected ${JSON.stringify(vector.expect)} ${vector.numType ?? ''}`,
  };
}

function runValidation(vector: Vector): Outcome {
  const valid = checkExpression(vector.expr, registry).length === 0;
  return valid === vector.expect ? 'passed' : { detail: `${vector.expr} validated as ${valid}` };
}

/** The services that a case asks for, undefined when they cannot be had here. */
function fixtures(vector: Vector): Capabilities | undefined {
  const zone = { timeZone: vector.tz ?? 'UTC' };
  const { requires } = vector;
  if (requires === undefined) return zone;
  if (requires.startsWith('sysprop:')) {
    const [name = '', value = ''] = requires.slice('sysprop:'.length).split('=');
    return {
      ...zone,
      system: { environment: () => undefined, property: (asked) => (asked === name ? value : undefined) },
    };
  }
  if (requires.startsWith('enrichment-store')) return { ...zone, enrichmentStore };
  return undefined;
}

const enrichmentStore: NonNullable<Capabilities['enrichmentStore']> = {
  async get(table, type, indicator) {
    const number = /^indicator([0-4])$/.exec(indicator)?.[1];
    if (table !== 'enrichments' || type !== 'et' || number === undefined) return undefined;
    return { [`key${number}`]: `value${number}` };
  },
};

function kindMatches(vector: Vector, result: unknown): boolean {
  if (vector.numType === undefined) return true;
  return (
    vector.numType === kindOf(result) || (vector.numType === 'BigInteger' && result instanceof StellarLong)
  );
}

function show(value: unknown): string {
  return `${typeName(value)} ${textOf(value)}`.slice(0, 200);
}
