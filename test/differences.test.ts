import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { differencesPage } from '../scripts/differences.ts';

it('docs/metron-differences.md is what the tables of intended differences say', () => {
  const file = path.resolve(import.meta.dirname, '../docs/metron-differences.md');
  expect(readFileSync(file, 'utf8')).toBe(differencesPage());
});
