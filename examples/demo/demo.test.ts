import path from 'node:path';
import { expect, it } from 'vitest';
import { checkConfig } from '../../src/config/index.ts';
import { lists, sensors } from '../../src/demo/index.ts';
import { configChecks } from '../../src/program/index.ts';

it('has a configuration without errors and warnings', async () => {
  const { snapshot, problems } = await checkConfig(path.join(import.meta.dirname, 'config'), {
    checks: configChecks,
  });
  expect(problems).toEqual([]);
  for (const sensor of sensors) {
    expect(snapshot?.parsers.has(sensor)).toBe(true);
    const rules = snapshot?.enrichments.get(sensor)?.threatIntel.triageConfig.riskLevelRules ?? [];
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) {
      expect(rule.name, rule.rule).toBeTruthy();
      expect(rule.comment, rule.rule).toBeTruthy();
      expect(rule.reason, rule.rule).toBeTruthy();
    }
  }
});

it('looks up only kinds of reference data that its lists have', async () => {
  const { snapshot } = await checkConfig(path.join(import.meta.dirname, 'config'), { checks: configChecks });
  const kinds = (table: string): string[] =>
    lists.filter((list) => list.table === table).map((list) => list.type);
  for (const sensor of sensors) {
    const { enrichment, threatIntel } = snapshot!.enrichments.get(sensor)!;
    for (const type of Object.values(enrichment.fieldToTypeMap).flat())
      expect(kinds('enrichment')).toContain(type);
    for (const type of Object.values(threatIntel.fieldToTypeMap).flat())
      expect(kinds('threatintel')).toContain(type);
  }
});
