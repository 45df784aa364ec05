/** Checks of meaning for `enrichments/<sensor>.json`. */

import type * as z from 'zod';
import { knownEnrichmentAdapters, knownThreatIntelAdapters } from './checks.ts';
import type { Inspection } from './inspection.ts';
import type { JsonPath } from './problem.ts';
import type { EnrichmentBlock, SensorEnrichmentConfig, sensorEnrichmentSchema } from './sensor-enrichment.ts';
import { parseStatement, type StellarBlock } from './stellar-block.ts';

type Written = z.output<typeof sensorEnrichmentSchema>;

export function inspectEnrichment(
  inspection: Inspection,
  written: Written,
  normal: SensorEnrichmentConfig,
): void {
  inspectBlock(
    inspection,
    ['enrichment'],
    written.enrichment,
    normal.enrichment,
    inspection.checks.enrichmentAdapters ?? knownEnrichmentAdapters,
    inspection.checks.threatIntelAdapters ?? knownThreatIntelAdapters,
  );
  inspectBlock(
    inspection,
    ['threatIntel'],
    written.threatIntel,
    normal.threatIntel,
    inspection.checks.threatIntelAdapters ?? knownThreatIntelAdapters,
    inspection.checks.enrichmentAdapters ?? knownEnrichmentAdapters,
  );
  inspectTriage(inspection, written.threatIntel.triageConfig);
}

function inspectBlock(
  inspection: Inspection,
  at: JsonPath,
  written: Written['enrichment'],
  normal: EnrichmentBlock,
  adapters: readonly string[],
  adaptersOfOtherStage: readonly string[],
): void {
  for (const [name, adapter] of Object.entries(written.fieldMap)) {
    const path = [...at, 'fieldMap', name];
    if (!adapters.includes(name) && adaptersOfOtherStage.includes(name)) {
      const stage = at[0] === 'enrichment' ? 'threatIntel' : 'enrichment';
      inspection.error(
        'SKP_CONFIG_ADAPTER',
        path,
        `the adapter ${JSON.stringify(name)} belongs to the other stage`,
        `Move it to ${stage}.fieldMap.`,
      );
      continue;
    }
    inspection.oneOf('SKP_CONFIG_ADAPTER', path, 'the name of an adapter', name, adapters);
    if ('config' in adapter && adapter.type === undefined && name !== 'stellar') {
      const given = Array.isArray(adapter.config)
        ? 'Write the list of fields itself.'
        : 'Only `stellar` takes an object.';
      inspection.error(
        'SKP_CONFIG_TYPE',
        path,
        'expected a list of field names, found an object without "type"',
        given,
      );
      continue;
    }
    if ('config' in adapter && adapter.type === 'LIST' && !Array.isArray(adapter.config)) {
      inspection.error(
        'SKP_CONFIG_TYPE',
        [...path, 'config'],
        'expected a list of field names for the type LIST, found an object',
      );
      continue;
    }
    const form = normal.fieldMap[name];
    if (form !== undefined && 'config' in form)
      inspectStellar(inspection, 'config' in adapter ? [...path, 'config'] : path, form.config);
  }
  inspectReferences(inspection, at, normal);
}

function inspectStellar(inspection: Inspection, path: JsonPath, block: StellarBlock): void {
  if (Array.isArray(block)) {
    inspectList(inspection, path, block);
    return;
  }
  for (const [name, entry] of Object.entries(block)) {
    if (Array.isArray(entry)) inspectList(inspection, [...path, name], entry);
    else if (typeof entry === 'object')
      for (const [field, expression] of Object.entries(entry))
        inspection.expression([...path, name, field], expression);
    else inspection.expression([...path, name], entry);
  }
}

function inspectList(inspection: Inspection, path: JsonPath, statements: readonly string[]): void {
  for (const [index, text] of statements.entries()) {
    const { target, expression } = parseStatement(text);
    inspection.expression([...path, index], expression, { before: text.lastIndexOf(expression) });
    if (target === null) {
      inspection.warn(
        'SKP_CONFIG_NO_EFFECT',
        [...path, index],
        'the value of this statement is kept nowhere',
        'Write "field := EXPRESSION".',
      );
    }
  }
}

/** Reference data is looked up where the adapter has the field and `fieldToTypeMap` has its kinds: one without the other does nothing. */
function inspectReferences(inspection: Inspection, at: JsonPath, block: EnrichmentBlock): void {
  const adapter = at[0] === 'enrichment' ? 'hbaseEnrichment' : 'hbaseThreatIntel';
  const fields = block.fieldMap[adapter];
  const listed = fields === undefined || 'config' in fields ? [] : fields;
  for (const [index, field] of listed.entries()) {
    if (Object.hasOwn(block.fieldToTypeMap, field)) continue;
    inspection.warn(
      'SKP_CONFIG_NO_EFFECT',
      [...at, 'fieldMap', adapter, index],
      `nothing is looked up for ${JSON.stringify(field)}, since fieldToTypeMap does not name its kinds of reference data`,
      `Add ${JSON.stringify(field)}: ["some_type"] to ${at[0]}.fieldToTypeMap.`,
    );
  }
  for (const field of Object.keys(block.fieldToTypeMap)) {
    if (listed.includes(field)) continue;
    inspection.warn(
      'SKP_CONFIG_NO_EFFECT',
      [...at, 'fieldToTypeMap', field],
      `nothing is looked up for ${JSON.stringify(field)}, since ${adapter} does not list it`,
      `Add ${JSON.stringify(field)} to ${at[0]}.fieldMap.${adapter}.`,
    );
  }
}

function inspectTriage(inspection: Inspection, triage: Written['threatIntel']['triageConfig']): void {
  const at: JsonPath = ['threatIntel', 'triageConfig', 'riskLevelRules'];
  const first = new Map<string, number>();
  for (const [index, rule] of triage.riskLevelRules.entries()) {
    const path = [...at, index];
    if (rule.rule.trim() !== '') inspection.expression([...path, 'rule'], rule.rule, { predicate: true });
    inspection.expression([...path, 'score'], rule.score);
    if (rule.reason?.trim() !== '') inspection.expression([...path, 'reason'], rule.reason);
    const same = first.get(rule.rule);
    if (same === undefined) first.set(rule.rule, index);
    else {
      inspection.warn(
        'SKP_CONFIG_DUPLICATE',
        [...path, 'rule'],
        `the same text as riskLevelRules[${same}]: only the first of the two is used`,
        'Remove one, or join their scores and reasons in one rule.',
      );
    }
  }
  const trumps = triage.aggregationConfig['negativeValuesTrump'];
  if (trumps !== undefined && typeof trumps !== 'boolean' && trumps !== 'true' && trumps !== 'false') {
    inspection.error(
      'SKP_CONFIG_VALUE',
      ['threatIntel', 'triageConfig', 'aggregationConfig', 'negativeValuesTrump'],
      'expected true or false',
    );
  }
}
