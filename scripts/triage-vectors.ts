/** Runs the cases of enrichment and triage against the stages themselves. Cases of later capabilities are skipped. */
import { isDeepStrictEqual } from 'node:util';
import { parseDocument, type SensorEnrichmentConfig, type StellarBlock } from '../src/config/index.ts';
import {
  builtInAdapters,
  compileStellarGroups,
  createStage,
  type EnrichmentServices,
  type GeoLocation,
  KnownHostList,
  type ReferenceLookup,
  runGroup,
  type StageBlock,
} from '../src/enrichments/index.ts';
import { compileStellar } from '../src/pipeline/index.ts';
import { type AggregatorName, aggregate, createTriage } from '../src/triage/index.ts';
import type { VectorReport } from './vector-suites.ts';

type Json = Record<string, unknown>;

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly config: Json;
  readonly message: Json;
  readonly expect: Json;
}

/** Where Skopos differs on purpose; each line stands in docs/metron-differences.md. */
export const intendedDifferences: Readonly<Record<string, string>> = {
  'enricher-002': 'the failure of a group is noted on the event as well (enrichment_errors)',
  'enricher-005': 'Stellar groups are compiled instead of cached',
  'enricher-010': '{"type": "LIST"} works as the plain list does',
  'gate-006':
    'an is_alert that says neither yes nor no makes an alert with enrichment_errors; the event is not dropped',
};

type Check = (vector: Vector) => Promise<void>;

class Mismatch extends Error {}

const checks: Readonly<Record<string, Check>> = {
  triage: checkTriage,
  'triage-error': checkTriage,
  aggregator: checkAggregator,
  'triage-stage': checkTriageStage,
  'config-parse': checkConfig,
  'stellar-adapter': checkStellarAdapter,
  'enrichment-stage': checkEnrichmentStage,
  adapter: checkAdapter,
};

export async function runTriageVectors(lines: Iterable<string>): Promise<VectorReport> {
  let passed = 0;
  let skipped = 0;
  const failures: { id: string; detail: string }[] = [];
  for (const line of lines) {
    const vector = JSON.parse(line) as Vector;
    const check = checks[vector.kind];
    if (check === undefined || intendedDifferences[vector.id] !== undefined) {
      skipped++;
      continue;
    }
    try {
      await check(vector);
      passed++;
    } catch (error) {
      const text = error instanceof Mismatch ? error.message : String((error as Error).stack);
      failures.push({ id: vector.id, detail: `${text}\n${line}` });
    }
  }
  return { passed, skipped, failures };
}

function same(what: string, found: unknown, expected: unknown): void {
  const plain = JSON.parse(JSON.stringify(found ?? null)) as unknown;
  if (!isDeepStrictEqual(plain, expected)) {
    throw new Mismatch(`${what}: found ${JSON.stringify(plain)}, expected ${JSON.stringify(expected)}`);
  }
}

function sameScore(found: number, expected: unknown): void {
  const number = expected === '-Infinity' ? Number.NEGATIVE_INFINITY : expected;
  if (!Object.is(found, number)) throw new Mismatch(`score: found ${found}, expected ${String(expected)}`);
}

function readConfig(config: Json | null): SensorEnrichmentConfig {
  const checks = {
    enrichmentAdapters: [...builtInAdapters.map((one) => one.name), 'stellar', dummyAdapter.name],
  };
  const parsed = parseDocument('enrichment', JSON.stringify(config ?? {}), { file: 'vector.json', checks });
  if (parsed.value === null)
    throw new Error(parsed.problems.map(({ message, hint }) => `${message}. ${hint ?? ''}`).join('; '));
  return parsed.value;
}

const clock = { now: () => Date.now() };

function triageOf(config: SensorEnrichmentConfig): ReturnType<typeof createTriage> {
  return createTriage({
    config: config.threatIntel.triageConfig,
    scopes: [config.configuration, config.threatIntel.config],
    compile: compileStellar,
    capabilities: { clock },
  });
}

async function checkTriage({ config, message, expect }: Vector): Promise<void> {
  let result: Awaited<ReturnType<ReturnType<typeof createTriage>['score']>>;
  try {
    result = await triageOf(readConfig(config)).score(message);
  } catch (error) {
    if (expect['error'] === undefined) throw error;
    const text = (error as Error).message;
    if (typeof expect['error'] === 'string' && !text.includes(expect['error'])) {
      throw new Mismatch(`error: found ${text}, expected ${expect['error']}`);
    }
    return;
  }
  if (expect['error'] !== undefined) throw new Mismatch(`no error, expected ${String(expect['error'])}`);
  sameScore(result.score, expect['score']);
  const { matched } = result;
  if (expect['rules'] !== undefined)
    same(
      'rules',
      matched.map((one) => one.rule.name),
      expect['rules'],
    );
  if (expect['matchedCount'] !== undefined) same('matched', matched.length, expect['matchedCount']);
  if (expect['reasons'] !== undefined)
    same(
      'reasons',
      matched.map((one) => one.reason),
      expect['reasons'],
    );
  if (expect['scoreExpressions'] !== undefined) {
    same(
      'score expressions',
      matched.map((one) => one.rule.scoreExpression),
      expect['scoreExpressions'],
    );
  }
}

async function checkAggregator({ config, message, expect }: Vector): Promise<void> {
  const found = aggregate(
    config['aggregator'] as AggregatorName,
    (message['scores'] as (number | string)[]).map(Number),
    (config['aggregationConfig'] ?? {}) as Json,
  );
  sameScore(found, expect['score']);
}

async function checkTriageStage({ config, message, expect }: Vector): Promise<void> {
  const errors: string[] = [];
  await triageOf(readConfig(config)).run([message], (error) => errors.push(error.error.message));
  if (expect['error'] !== undefined && errors.length === 0) throw new Mismatch('no error was reported');
  checkFields(message, expect);
}

function checkFields(message: Json, expect: Json): void {
  for (const [field, value] of Object.entries((expect['fields'] ?? {}) as Json))
    same(field, message[field], value);
  for (const field of (expect['present'] ?? []) as string[]) {
    if (!Object.hasOwn(message, field))
      throw new Mismatch(`${field} is missing from ${Object.keys(message).join(', ')}`);
  }
  for (const field of (expect['absent'] ?? []) as string[]) {
    if (Object.hasOwn(message, field)) throw new Mismatch(`${field} is there`);
  }
  if (expect['fieldCount'] !== undefined)
    same('number of fields', Object.keys(message).length, expect['fieldCount']);
}

async function checkConfig({ config, message, expect }: Vector): Promise<void> {
  const kind =
    config['type'] === 'ENRICHMENT' ? 'enrichment' : config['type'] === 'INDEXING' ? 'indexing' : 'parser';
  const parsed = parseDocument(kind, JSON.stringify(message), { file: 'vector.json' });
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  same('valid', errors.length === 0, expect['valid']);
  if (parsed.value === null || kind !== 'enrichment') return;
  const value = parsed.value as SensorEnrichmentConfig;
  if (expect['rules'] !== undefined)
    same('rules', value.threatIntel.triageConfig.riskLevelRules, expect['rules']);
  if (expect['normalised'] !== undefined) same('normal form', value, expect['normalised']);
}

async function checkStellarAdapter({ config, message, expect }: Vector): Promise<void> {
  const block = config as unknown as StageBlock;
  const stellar = block.fieldMap['stellar'];
  const groups = compileStellarGroups(
    (Array.isArray(stellar) ? stellar : (stellar as Json)['config']) as StellarBlock,
    compileStellar,
  );
  const found: Json = {};
  for (const group of groups) {
    const fragment = await runGroup(group, message, [], { clock });
    found[group.name] = Object.fromEntries(fragment.keys.map((name, at) => [name, fragment.values[at]]));
  }
  same('groups', found, expect);
}

async function checkEnrichmentStage({ config, message, expect }: Vector): Promise<void> {
  const parsed = readConfig(config);
  const errors: string[] = [];
  const stage = createStage({
    stage: 'enrichment',
    block: parsed.enrichment,
    scopes: [parsed.enrichment.config, parsed.configuration],
    compile: compileStellar,
    capabilities: { clock },
    services: servicesOf({}),
    adapters: [...builtInAdapters, dummyAdapter],
    ...((expect['present'] as unknown[] | undefined)?.length || expect['fieldCount'] !== undefined
      ? { timing: clock }
      : {}),
  });
  await stage.run([message], (error) => errors.push(error.error.message));
  checkFields(message, expect);
  if (expect['errorCount'] !== undefined) same('errors', errors.length, expect['errorCount']);
}

/** The reference's tests have an adapter of their own, which answers nothing. */
const dummyAdapter = {
  name: 'dummy',
  stages: ['enrichment'],
  description: 'answers nothing',
  timingName: 'dummyadapter',
  open: () => ({ lookUp: () => ({ keys: [], values: [] }), version: () => 0 }),
} as const satisfies (typeof builtInAdapters)[number];

async function checkAdapter({ config, message, expect }: Vector): Promise<void> {
  const adapter = builtInAdapters.find((one) => one.name === config['adapter']);
  if (adapter === undefined) throw new Mismatch(`no adapter ${String(config['adapter'])}`);
  const sensorConfig = (config['sensorConfig'] ?? {}) as {
    enrichment?: StageBlock;
    threatIntel?: StageBlock;
  };
  const written = adapter.stages[0] === 'enrichment' ? sensorConfig.enrichment : sensorConfig.threatIntel;
  const block: StageBlock = { fieldMap: {}, fieldToTypeMap: {}, config: {}, ...written };
  const open = adapter.open(block, servicesOf(config));
  const fragment = await open.lookUp(String(message['field']), String(message['value']));
  const found: Json = Object.fromEntries(fragment.keys.map((name, at) => [name, fragment.values[at]]));
  if (expect['outputContains'] === undefined) return same('output', found, expect['output'] ?? {});
  for (const [key, value] of Object.entries(expect['outputContains'] as Json)) same(key, found[key], value);
}

/** Services that answer from the case's own tables. */
function servicesOf(config: Json): EnrichmentServices {
  const tables = (config['tables'] ?? {}) as Record<
    string,
    Record<string, { type: string; indicator: string; value: unknown }[]>
  >;
  const family = String(config['defaultColumnFamily'] ?? 't');
  const reference: ReferenceLookup = {
    get(table, type, indicator) {
      // The case names its table and its default family as it likes; ours are fixed.
      const [, other] = table.split(':', 2);
      const rows = tables[String(config['table'])]?.[other ?? family] ?? [];
      return rows.find((row) => row.type === type && row.indicator === indicator)?.value;
    },
    version: () => 0,
  };
  const geo = (config['db'] ?? {}) as Record<string, Json>;
  return {
    reference,
    hosts: new KnownHostList((config['known_hosts'] ?? []) as Json[]),
    geo: { get: (ip) => locate(geo, ip), version: () => 0 },
    asn: { get: () => null, version: () => 0 },
  };
}

function locate(networks: Record<string, Json>, ip: string): GeoLocation | null {
  for (const [network, record] of Object.entries(networks)) {
    const [base = '', prefix] = network.split('/');
    const shift = 32 - Number(prefix);
    if (numberOf(base) >>> shift !== numberOf(ip) >>> shift || !/^\d+(\.\d+){3}$/.test(ip)) continue;
    const text = (key: string): string => (record[key] === undefined ? '' : String(record[key]));
    const point = record['lat'] === undefined ? '' : `${text('lat')},${text('lon')}`;
    return {
      locID: text('geoname_id'),
      country: text('country'),
      city: text('city'),
      postalCode: text('postal'),
      dmaCode: text('metro'),
      latitude: text('lat'),
      longitude: text('lon'),
      location_point: point,
    };
  }
  return null;
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}
