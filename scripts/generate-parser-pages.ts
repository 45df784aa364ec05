/** Writes docs/reference/parsers: `node scripts/generate-parser-pages.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parserPages } from './parser-pages.ts';

const folder = path.resolve(import.meta.dirname, '../docs/reference/parsers');
await mkdir(folder, { recursive: true });
for (const [file, text] of parserPages()) await writeFile(path.join(folder, file), text);
