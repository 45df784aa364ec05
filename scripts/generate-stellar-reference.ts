/** Writes docs/reference/stellar.md: `node scripts/generate-stellar-reference.ts`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stellarReference } from './stellar-reference.ts';

await writeFile(path.resolve(import.meta.dirname, '../docs/reference/stellar.md'), stellarReference());
