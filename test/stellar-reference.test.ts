import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { stellarReference } from '../scripts/stellar-reference.ts';

it('docs/reference/stellar.md is what the functions say of themselves', () => {
  const file = path.resolve(import.meta.dirname, '../docs/reference/stellar.md');
  expect(readFileSync(file, 'utf8'), 'run node scripts/generate-stellar-reference.ts').toBe(
    stellarReference(),
  );
});
