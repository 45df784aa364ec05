/** Writes docs/metron-differences.md: `node scripts/generate-differences.ts`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { differencesPage } from './differences.ts';

await writeFile(path.resolve(import.meta.dirname, '../docs/metron-differences.md'), differencesPage());
