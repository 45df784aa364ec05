/**
 * What every documented parser makes of its own samples stands in `expected/<name>.json` beside it. `UPDATE_SAMPLES=1` writes them anew: read
 * the difference before it is committed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';
import { documentedParsers } from './documented-parsers.ts';

const update = process.env['UPDATE_SAMPLES'] === '1';

interface Expected {
  readonly record: string;
  readonly messages: readonly unknown[];
}

describe.each(documentedParsers.map(({ parser, folder }) => [parser.name, parser, folder] as const))(
  '%s',
  (name, parser, folder) => {
    const file = join(import.meta.dirname, '..', folder, 'expected', `${name}.json`);
    const outcomes = parser.samples.map((record) => ({
      record,
      outcome: runParser(name, { ...parser.sampleConfig }, record),
    }));

    test('reads its samples whole', () => {
      expect(parser.samples.length).toBeGreaterThanOrEqual(5);
      for (const { record, outcome } of outcomes) {
        expect(outcome.failures.map(String), record).toEqual([]);
        expect(outcome.rejected, record).toEqual([]);
        expect(outcome.messages.length, record).toBeGreaterThan(0);
      }
    });

    test('makes of its samples what is written', () => {
      // As JSON: fields that are undefined do not count.
      const found = outcomes.map(({ record, outcome }) => ({ record, messages: outcome.messages }));
      const text = `${JSON.stringify(found, null, 1)}\n`;
      if (update) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      expect(existsSync(file), `no ${file}`).toBe(true);
      const expected = JSON.parse(readFileSync(file, 'utf8')) as Expected[];
      expect(JSON.parse(text)).toEqual(expected);
    });

    test('describes every field that its samples have, its options and where its format is described', () => {
      const described = parser.fields.map((one) => one.name);
      const exact = new Set(described);
      const prefixes = described
        .filter((one) => one.includes('*'))
        .map((one) => one.slice(0, one.indexOf('*')));
      const missing = new Set<string>();
      for (const { outcome } of outcomes) {
        for (const message of outcome.messages) {
          for (const key of Object.keys(message)) {
            if (key === 'timestamp' || key === 'original_string' || exact.has(key)) continue;
            if (!prefixes.some((prefix) => key.startsWith(prefix))) missing.add(key);
          }
        }
      }
      expect([...missing]).toEqual([]);
      expect(parser.references.length).toBeGreaterThan(0);
      for (const reference of parser.references) expect(reference).toMatch(/https:\/\//);
    });

    test('sets the time and the text of every message', () => {
      for (const { outcome } of outcomes) {
        for (const message of outcome.messages) {
          expect(message['timestamp']).toBeTypeOf('number');
          expect(Number.isSafeInteger(message['timestamp'])).toBe(true);
          expect(message['original_string']).toBeTypeOf('string');
        }
      }
    });
  },
);
