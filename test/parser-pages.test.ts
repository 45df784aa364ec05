import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parserPages } from '../scripts/parser-pages.ts';

const folder = path.resolve(import.meta.dirname, '../docs/reference/parsers');

it('docs/reference/parsers is what the parsers say of themselves', () => {
  const pages = parserPages();
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [file, text] of pages) {
    expect(
      readFileSync(path.join(folder, file), 'utf8'),
      `run node scripts/generate-parser-pages.ts: ${file}`,
    ).toBe(text);
  }
});
