/** The schemas of the files as JSON Schema (draft 2020-12), for editors. */
import * as z from 'zod';
import { documentSchemas } from './document.ts';

const titles: Readonly<Record<string, string>> = {
  global: 'global.json',
  listeners: 'listeners.json',
  parser: 'parsers/<sensor>.json',
  enrichment: 'enrichments/<sensor>.json',
  indexing: 'indexing/<sensor>.json',
  knownHosts: 'known hosts',
};

/** Text of each schema file by its name, `parser.schema.json`. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [kind, schema] of Object.entries(documentSchemas)) {
    const json = z.toJSONSchema(schema, { io: 'input' });
    // `allowTrailingCommas` is read by editors of the VS Code family.
    const whole = { title: titles[kind], allowTrailingCommas: true, ...json };
    texts.set(`${kind}.schema.json`, `${JSON.stringify(whole, null, 2)}\n`);
  }
  return texts;
}
