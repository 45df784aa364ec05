/**
 * Runs files of observed cases: `npm run vectors -- SUITE FILE... [--failures]`. Ends with `N passed, M failed, K skipped`;
 * the exit code is 1 when any failed.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { suites } from './vector-suites.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failures: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const [name, ...files] = positionals;
const suite = name === undefined ? undefined : suites[name];

if (values.help || suite === undefined || files.length === 0) {
  console.log(`Usage: npm run vectors -- SUITE FILE... [--failures]

Suites: ${Object.keys(suites).join(', ')}

  --failures   print each failure in full

Example: npm run vectors -- triage ../shared/vectors/triage.jsonl`);
  if (name !== undefined && suite === undefined)
    console.error(`\nThere is no suite ${JSON.stringify(name)}.`);
  process.exit(values.help ? 0 : 2);
}

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files) {
  if (!existsSync(file)) {
    console.error(`There is no file ${file}.`);
    process.exit(2);
  }
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) }))
    if (line.trim() !== '') lines.push(line);
  const report = await suite(lines, file);
  passed += report.passed;
  failed += report.failures.length;
  skipped += report.skipped;
  for (const failure of report.failures) {
    const detail = values.failures ? failure.detail : (failure.detail.split('\n', 1)[0] ?? '').slice(0, 160);
    console.log(`✗ ${failure.id}: ${detail}`);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
