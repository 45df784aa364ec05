import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem, globalKeyNames, loadConfig, publishedSchemas, sensorConfig } from './index.ts';
import { testFolder } from './testing.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');

describe('The guide to the configuration', () => {
  const guide = readFileSync(path.join(docs, 'configuration.md'), 'utf8');

  it('has an example that is a configuration without errors and warnings', async () => {
    const examples = [...guide.matchAll(/```jsonc title="([^"]+)"\n(.*?)```/gs)];
    expect(examples).toHaveLength(5);
    const folder = await testFolder(Object.fromEntries(examples.map(([, name, text]) => [name, text])));
    try {
      const { snapshot, problems } = await loadConfig(folder.path);
      expect(problems.map(formatProblem)).toEqual([]);
      expect(sensorConfig(snapshot, 'web').enrichment.threatIntel.triageConfig.riskLevelRules).toHaveLength(
        2,
      );
      expect(snapshot.listeners).toHaveLength(4);
    } finally {
      await folder.clean();
    }
  });

  it('shows a message as it is', async () => {
    const folder = await testFolder({
      'enrichments/web.json': `${'\n'.repeat(13)}{"threatIntel":    {"triageConfig": {"riskLevelRules": [{"rule": "a", "score": 1, "coment": "x"}]}}}`,
    });
    try {
      const refused = await loadConfig(folder.path).catch((error: Error) => error.message);
      const shown = /^ {6}enrichments\/web.json:14:\d+: (error: .*)\n {10}(Did you mean .*)$/m.exec(guide);
      expect(refused).toContain(shown?.[1]);
      expect(refused).toContain(shown?.[2]);
    } finally {
      await folder.clean();
    }
  });

  it('speaks of every key of ours', () => {
    for (const key of ['bus', 'index', 'pipeline', 'enrichment.host.known_hosts_file', 'geo.hdfs.file']) {
      expect(globalKeyNames).toContain(key);
      expect(guide).toContain(`\`${key}\``);
    }
  });
});

describe('The published schemas', () => {
  it('are those of the code (else run: node scripts/generate-schemas.ts)', () => {
    const folder = path.join(docs, 'reference/schemas');
    expect(readdirSync(folder).sort()).toEqual([...publishedSchemas().keys()].sort());
    for (const [name, text] of publishedSchemas())
      expect(readFileSync(path.join(folder, name), 'utf8')).toBe(text);
  });

  it('describe every key', () => {
    const without: string[] = [];
    const visit = (schema: unknown, at: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      const properties: unknown = Reflect.get(schema, 'properties');
      if (typeof properties === 'object' && properties !== null) {
        for (const [key, property] of Object.entries(properties)) {
          if (typeof Reflect.get(property, 'description') !== 'string') without.push(`${at}.${key}`);
        }
      }
      for (const [key, value] of Object.entries(schema)) visit(value, `${at}.${key}`);
    };
    for (const [name, text] of publishedSchemas()) visit(JSON.parse(text), name);
    expect(without).toEqual([]);
  });
});
