/** What a configuration is checked against that this folder does not know by itself: parsers, adapters, Stellar. */

import type { JsonPath } from './problem.ts';
import type { Snapshot } from './snapshot.ts';

export interface ExpressionProblem {
  readonly message: string;
  /** Character of the expression, counted from 0. */
  readonly offset?: number;
  readonly hint?: string;
}

export interface ParserConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}

/** What is absent is not checked. */
export interface ConfigChecks {
  /** Names that `parserClassName` may have: short names and class names. */
  readonly parserClassNames?: readonly string[];
  /**
   * What is wrong with the keys of a `parserConfig`. `isUsed`: whether an expression of the sensor names a variable, which `parserConfig`
   * may hold.
   */
  readonly parserConfigCheck?: (
    parserClassName: string,
    parserConfig: Readonly<Record<string, unknown>>,
    isUsed: (name: string) => boolean,
  ) => readonly ParserConfigProblem[];
  /** Adapters of the enrichment stage; `knownEnrichmentAdapters` when absent. */
  readonly enrichmentAdapters?: readonly string[];
  /** Adapters of the threat intelligence stage; `knownThreatIntelAdapters` when absent. */
  readonly threatIntelAdapters?: readonly string[];
  /** Null for an expression that compiles. */
  readonly compileCheck?: (expression: string) => ExpressionProblem | null;
  /** What of an expression that compiles will surprise its author; `predicate` for one that is a condition as a whole. */
  readonly lint?: (
    expression: string,
    options: { readonly predicate: boolean },
  ) => readonly ExpressionProblem[];
  /** Names in expressions that no message of their sensor can have; for sensors whose fields are all known beforehand. */
  readonly unknownFields?: (snapshot: Snapshot) => readonly UnknownField[];
}

export interface UnknownField {
  /** `enrichments/<sensor>.json` or `parsers/<sensor>.json`. */
  readonly file: string;
  readonly path: JsonPath;
  readonly message: string;
  readonly hint: string;
}

export const knownEnrichmentAdapters: readonly string[] = [
  'geo',
  'asn',
  'host',
  'hbaseEnrichment',
  'stellar',
];
export const knownThreatIntelAdapters: readonly string[] = ['hbaseThreatIntel', 'stellar'];
