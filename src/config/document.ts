/** One configuration file: from its text to its normal form, with everything that is wrong with it. */

import type * as z from 'zod';
import type { ConfigChecks } from './checks.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type GlobalConfig, globalSchema, type KnownHost, knownHostsSchema } from './global.ts';
import { inspectEnrichment } from './inspect-enrichment.ts';
import { inspectGlobal, inspectIndexing, inspectListeners, inspectParser } from './inspect-others.ts';
import { Inspection } from './inspection.ts';
import { type JsonText, parseJsonText } from './json-text.ts';
import { type ListenerConfig, listenersSchema } from './listeners.ts';
import type { ConfigProblem } from './problem.ts';
import { type KeyHints, schemaProblems } from './schema-problems.ts';
import {
  normalEnrichmentConfig,
  type SensorEnrichmentConfig,
  sensorEnrichmentSchema,
} from './sensor-enrichment.ts';
import { normalIndexingConfig, type SensorIndexingConfig, sensorIndexingSchema } from './sensor-indexing.ts';
import { normalParserConfig, type SensorParserConfig, sensorParserSchema } from './sensor-parser.ts';

export interface Documents {
  readonly global: GlobalConfig;
  readonly listeners: readonly ListenerConfig[];
  readonly parser: SensorParserConfig;
  readonly enrichment: SensorEnrichmentConfig;
  readonly indexing: SensorIndexingConfig;
  readonly knownHosts: readonly KnownHost[];
}

export type DocumentKind = keyof Documents;

export interface ParsedDocument<K extends DocumentKind> {
  /** Null when a problem is an error. */
  readonly value: Documents[K] | null;
  readonly problems: readonly ConfigProblem[];
}

/** Schemas by kind: what is published for editors. */
export const documentSchemas = {
  global: globalSchema,
  listeners: listenersSchema,
  parser: sensorParserSchema,
  enrichment: sensorEnrichmentSchema,
  indexing: sensorIndexingSchema,
  knownHosts: knownHostsSchema,
} as const;

/**
 * Reads one file of a configuration.
 *
 * @param file name for messages, `enrichments/snort.json`
 * @param sensor name of the sensor, for the kinds that have one
 */
export function parseDocument<K extends DocumentKind>(
  kind: K,
  text: string,
  options: { readonly file: string; readonly sensor?: string; readonly checks?: ConfigChecks },
): ParsedDocument<K> {
  const json = parseJsonText(options.file, text);
  if (json.value === undefined) return { value: null, problems: json.problems };
  const inspection = new Inspection(json, options.checks ?? {});
  const readers: { [Kind in DocumentKind]: () => Documents[Kind] | null } = {
    global: () =>
      checked(json, inspection, globalSchema, {}, (value) => {
        const { $schema: _, ...config } = value;
        inspectGlobal(inspection, config);
        return config;
      }),
    listeners: () =>
      checked(json, inspection, listenersSchema, {}, (value) => {
        inspectListeners(inspection, value);
        return value;
      }),
    parser: () =>
      checked(json, inspection, sensorParserSchema, parserKeyHints, (value, written) => {
        const config = normalParserConfig(options.sensor ?? '', value);
        inspectParser(inspection, written, config);
        return config;
      }),
    enrichment: () =>
      checked(json, inspection, sensorEnrichmentSchema, enrichmentKeyHints, (value) => {
        const config = normalEnrichmentConfig(value);
        inspectEnrichment(inspection, value, config);
        return config;
      }),
    indexing: () =>
      checked(json, inspection, sensorIndexingSchema, {}, (value) => {
        const config = normalIndexingConfig(value);
        inspectIndexing(inspection, config);
        return config;
      }),
    knownHosts: () => checked(json, inspection, knownHostsSchema, {}, (value) => value),
  };
  const value = readers[kind]();
  const problems = [...json.problems, ...inspection.problems];
  if (value === null || problems.some((problem) => problem.severity === 'error'))
    return { value: null, problems };
  return { value: deepFreeze(value), problems };
}

function checked<S extends z.ZodType, T>(
  json: JsonText,
  inspection: Inspection,
  schema: S,
  hints: KeyHints,
  finish: (value: z.output<S>, written: Readonly<Record<string, unknown>>) => T,
): T | null {
  const written = withoutNulls(json.value);
  const result = schema.safeParse(written);
  if (result.success) return finish(result.data, isObject(written) ? written : {});
  inspection.problems.push(...schemaProblems(json, written, schema, result.error.issues, hints));
  // A key that is only misspelt does not keep the rest from being looked at.
  if (result.error.issues.every((issue) => issue.code === 'unrecognized_keys')) {
    const known = withoutKeys(
      written,
      result.error.issues.map((issue) => ({ path: issue.path, keys: new Set(issue.keys) })),
    );
    const again = schema.safeParse(known);
    if (again.success) finish(again.data, isObject(known) ? known : {});
  }
  return null;
}

interface UnknownKeys {
  readonly path: readonly PropertyKey[];
  readonly keys: ReadonlySet<string>;
}

function withoutKeys(value: unknown, unknown: readonly UnknownKeys[]): unknown {
  if (unknown.length === 0 || typeof value !== 'object' || value === null) return value;
  const inner = (step: string | number) =>
    unknown
      .filter(({ path }) => path.length > 0 && String(path[0]) === String(step))
      .map(({ path, keys }) => ({ path: path.slice(1), keys }));
  if (Array.isArray(value)) return value.map((entry, index) => withoutKeys(entry, inner(index)));
  const here = unknown.filter(({ path }) => path.length === 0);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !here.some(({ keys }) => keys.has(key)))
      .map(([key, entry]) => [key, withoutKeys(entry, inner(key))]),
  );
}

/** The reference system writes null for a key that is not set. Not for `parserConfig`, which it then fails to start with. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key, entry]) => entry !== null || key === 'parserConfig'),
  );
}

const enrichmentKeyHints: KeyHints = {
  index: "Move it to the writers of the sensor's file in indexing/.",
  batchSize: "Move it to the writers of the sensor's file in indexing/.",
  comments: 'Did you mean "comment"?',
  triageConfig: 'It belongs into "threatIntel".',
};

const removed = 'Remove it: the reference system no longer has it either.';
const parserKeyHints: KeyHints = {
  invalidWriterClassName: removed,
  invalidWriterParallelism: removed,
  invalidWriterNumTasks: removed,
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
