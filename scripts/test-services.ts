/**
 * Runs the suites against real servers: `npm run test:services [-- --only kafka]`. The servers' jars are fetched once by Maven into a
 * cache folder (`SKOPOS_SERVICES_CACHE`); they run on loopback and end with the suite.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { jarsOf } from '../test/services/support/jars.ts';

const root = path.resolve(import.meta.dirname, '..');
const services = readdirSync(path.join(root, 'test/services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'support')
  .map(({ name }) => name);

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    fetch: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only.filter((name) => !services.includes(name));
if (values.help || unknown.length > 0) {
  console.log(`Usage: npm run test:services [-- --only NAME...]
       npm run test:services -- --fetch      only fetches the servers

Suites: ${services.join(', ')}
They need java (17 or later) and mvn.`);
  if (unknown.length > 0) console.error(`\nThere is no suite ${unknown.join(', ')}.`);
  process.exit(values.help ? 0 : 2);
}

for (const [command, flag] of [
  ['java', '-version'],
  ['mvn', '--version'],
] as const) {
  if (spawnSync(command, [flag], { stdio: 'ignore' }).status === 0) continue;
  console.error(`${command} is missing: the servers are Java programs that Maven fetches.
On Debian and Ubuntu: apt-get install openjdk-17-jdk-headless maven`);
  process.exit(2);
}

if (values.fetch) {
  for (const name of services) {
    const pom = path.join(root, 'test/services', name, 'pom.xml');
    if (existsSync(pom)) await jarsOf(name, pom);
  }
  process.exit(0);
}

const filters = values.only.map((name) => `test/services/${name}/`);
const child = spawn(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'test/services/vitest.config.ts',
    ...filters,
  ],
  { cwd: root, stdio: 'inherit' },
);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
