/**
 * What a source of context is: an adapter looks one value of one field up and answers with names and values.
 * Built-in adapters and those of plug-ins stand in the same registry.
 */
import type { AsnDatabase } from './asn-database.ts';
import type { GeoDatabase } from './geo-database.ts';
import type { KnownHosts } from './known-hosts.ts';

export type StageName = 'enrichment' | 'threatIntel';

/** One stage's block of a sensor's enrichment configuration, in Metron's form. */
export interface StageBlock {
  readonly fieldMap: Readonly<Record<string, unknown>>;
  readonly fieldToTypeMap: Readonly<Record<string, readonly string[]>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reference data and indicators. Answers at once or later; `undefined` is absent. */
export interface ReferenceLookup {
  get(table: string, type: string, indicator: string): unknown;
  /** Grows with every change of the table. */
  version(table: string): number;
}

/** What adapters may reach: handed in, so that a stage runs in a test and in a backtest as it does live. */
export interface EnrichmentServices {
  readonly geo: GeoDatabase;
  readonly asn: AsnDatabase;
  readonly hosts: KnownHosts;
  readonly reference: ReferenceLookup;
}

/** Names and values to add, parallel arrays: cached and merged without building objects. */
export interface Fragment {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

export const emptyFragment: Fragment = { keys: [], values: [] };

export interface OpenAdapter {
  /** Output names without the adapter's prefix. */
  lookUp(field: string, value: string): Fragment | Promise<Fragment>;
  /** Changes when earlier answers may no longer hold. */
  version(): number;
}

export interface EnrichmentAdapter {
  /** Name in `fieldMap`, and in the names of the fields that it adds. */
  readonly name: string;
  readonly stages: readonly StageName[];
  readonly description: string;
  /** Metron's class name in lower case: part of the names of the timing fields. */
  readonly timingName: string;
  open(block: StageBlock, services: EnrichmentServices): OpenAdapter;
}

/** A fragment of the entries of an object. */
export function fragmentOf(entries: Readonly<Record<string, unknown>>): Fragment {
  const keys = Object.keys(entries);
  return keys.length === 0 ? emptyFragment : { keys, values: keys.map((key) => entries[key]) };
}
