/**
 * `hbaseEnrichment` and `hbaseThreatIntel`: reference data and indicators from the key-value store, under Metron's names.
 * The types to look up for a field stand in `fieldToTypeMap`.
 */
import {
  type EnrichmentAdapter,
  emptyFragment,
  type Fragment,
  type OpenAdapter,
  type StageBlock,
} from './adapter.ts';

/** The table of a type: a column family other than Metron's default `t` is a table of its own here. */
export function tableOf(table: string, family: string): string {
  return family === 't' || family === '' ? table : `${table}:${family}`;
}

interface Target {
  readonly type: string;
  readonly table: string;
}

function targetsByField(block: StageBlock, table: string): Map<string, readonly Target[]> {
  const families = block.config['typeToColumnFamily'];
  const familyOf = (type: string): string => {
    const family =
      typeof families === 'object' && families !== null
        ? (families as Record<string, unknown>)[type]
        : undefined;
    return typeof family === 'string' ? family : 't';
  };
  return new Map(
    Object.entries(block.fieldToTypeMap).map(([field, types]) => [
      field,
      types.map((type) => ({ type, table: tableOf(table, familyOf(type)) })),
    ]),
  );
}

function referenceAdapter(
  name: string,
  timingName: string,
  stage: 'enrichment' | 'threatIntel',
  table: string,
  description: string,
  toEntries: (type: string, metadata: unknown) => Fragment,
): EnrichmentAdapter {
  return {
    name,
    stages: [stage],
    description,
    timingName,
    open(block, services): OpenAdapter {
      const targets = targetsByField(block, table);
      const tables = [
        ...new Set([...targets.values()].flatMap((list) => list.map((target) => target.table))),
      ];
      return {
        lookUp(field, value) {
          const wanted = targets.get(field);
          if (wanted === undefined) return emptyFragment;
          const found = wanted.map((target) => services.reference.get(target.table, target.type, value));
          return found.some((one) => one instanceof Promise)
            ? Promise.all(found).then((values) => join(wanted, values, toEntries))
            : join(wanted, found, toEntries);
        },
        version: () => tables.reduce((sum, one) => sum + services.reference.version(one), 0),
      };
    },
  };
}

function join(
  targets: readonly Target[],
  found: readonly unknown[],
  toEntries: (type: string, metadata: unknown) => Fragment,
): Fragment {
  const keys: string[] = [];
  const values: unknown[] = [];
  for (const [index, metadata] of found.entries()) {
    if (metadata === undefined) continue;
    const entries = toEntries(targets[index]!.type, metadata);
    keys.push(...entries.keys);
    values.push(...entries.values);
  }
  return keys.length === 0 ? emptyFragment : { keys, values };
}

export const referenceDataAdapter: EnrichmentAdapter = referenceAdapter(
  'hbaseEnrichment',
  'simplehbaseadapter',
  'enrichment',
  'enrichment',
  'Reference data: the metadata of an indicator, one field an entry',
  (type, metadata) => {
    if (typeof metadata !== 'object' || metadata === null) return emptyFragment;
    const names = Object.keys(metadata);
    return {
      keys: names.map((name) => `${type}.${name}`),
      values: names.map((name) => (metadata as Record<string, unknown>)[name]),
    };
  },
);

export const threatIntelAdapter: EnrichmentAdapter = referenceAdapter(
  'hbaseThreatIntel',
  'threatinteladapter',
  'threatIntel',
  'threatintel',
  'Threat intelligence: whether a value is a known indicator',
  (type) => ({ keys: [type], values: ['alert'] }),
);
