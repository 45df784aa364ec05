/** Writes the JSON Schemas of the configuration files for editors: `node scripts/generate-schemas.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publishedSchemas } from '../src/config/index.ts';

const folder = path.resolve(import.meta.dirname, '../docs/reference/schemas');
await mkdir(folder, { recursive: true });
for (const [name, text] of publishedSchemas()) await writeFile(path.join(folder, name), text);
