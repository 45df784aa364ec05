import { createEditor } from '../management/index.ts';
import { checkExpression } from './check.ts';
import { compile } from './compiler.ts';
import { argumentError } from './errors.ts';
import type { Capabilities, StellarFunction } from './expression.ts';
import { standardRegistry } from './functions/index.ts';
import { languageDifferences } from './language-differences.ts';
import { openTestServices } from './services.testing.ts';
import { double, kindOf, StellarLong, textOf, typeName } from './values.ts';
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
    'StellarStatisticsFunctionsTest.testSumLogsWithWindow#1':
      'contradicts the documentation: the sum of logarithms is there with a window too',
    'OracleProbe.Stats#33': 'contradicts the documentation: the sum of logarithms is there with a window too',
    'OracleProbe.Stats#29': 'contradicts the documentation: the geometric mean is there without a window too',
    'OracleProbe.Stats#30':
      'contradicts the documentation: the population variance is there without a window too',
    'OracleProbe.Stats#56': 'loses data: merging with empty statistics keeps the least and greatest value',
    'OracleProbe.Sketch#3': 'contradicts the documentation: HLLP_ADD adds all its values',
    'AsnEnrichmentFunctionsTest.testGetRemote#1':
      'contradicts the documentation: network is the network that matched, not the address',
    'TextFunctionsTest.testGetAvailableLanguageTags#1': "the list is that of the reference's machine",
  }),
);

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
  const services = await openTestServices({
    obj: 'object get data',
    enr: { key: 'value' },
    bad: 'a text',
  });
  try {
    for (const line of lines) {
      if (line.trim() === '') continue;
      const vector: Vector = JSON.parse(line);
      const outcome = await runVector(vector, services.capabilities);
      if (outcome === 'skipped') skipped += 1;
      else if (outcome === 'passed') passed += 1;
      else failures.push({ id: vector.id, detail: outcome.detail });
    }
  } finally {
    await services.close();
  }
  return { passed, failures, skipped };
}

type Outcome = 'passed' | 'skipped' | { readonly detail: string };

async function runVector(vector: Vector, services: Capabilities): Promise<Outcome> {
  if (vector.shell !== undefined || vector.complete !== undefined) return 'skipped';
  if (vector.validate === true) return runValidation(vector);
  const capabilities = fixtures(vector, services);
  if (capabilities === undefined) return 'skipped';
  let result: unknown;
  try {
    const compiled = compile(vector.expr, registry, {
      predicate: vector.predicate === true,
      calls: 'deferred',
      strictVariables: vector.resolver !== 'lenient',
    });
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
function fixtures(vector: Vector, services: Capabilities): Capabilities | undefined {
  const zone: Capabilities = { ...services, timeZone: vector.tz ?? 'UTC' };
  const { requires } = vector;
  if (requires === undefined) return zone;
  if (requires.startsWith('sysprop:')) {
    const [name = '', value = ''] = requires.slice('sysprop:'.length).split('=');
    return {
      ...zone,
      system: { environment: () => undefined, property: (asked) => (asked === name ? value : undefined) },
    };
  }
  if (requires.startsWith('profiler-client (no storage')) return { ...zone, globalConfig: () => ({}) };
  if (requires.startsWith('enrichment-store')) return { ...zone, enrichmentStore };
  if (/^(?:object-store|geoip-city-db|geoip-asn-db)/.test(requires)) return zone;
  if (requires.startsWith('interactive editor')) return { ...zone, editor: createEditor({ EDITOR: 'true' }) };
  if (requires.startsWith('shell-variables:')) return { ...zone, shell: shellOf(requires) };
  return undefined;
}

/** A session with the variables that a case names: `a=1 via 'b', c='d'`. */
function shellOf(requires: string): NonNullable<Capabilities['shell']> {
  const variables = Array.from(
    requires.matchAll(/(\w+)=('[^']*'|[^\s,]+)(?: via (?:"([^"]*)"|'([^']*)'))?/g),
    ([, name = '', value = '', long, short]) => ({
      name,
      value: value === 'null' ? null : value.startsWith("'") ? value.slice(1, -1) : double(Number(value)),
      expression: long ?? short ?? null,
    }),
  );
  return { variables: () => variables, variable: (name) => variables.find((one) => one.name === name) };
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
