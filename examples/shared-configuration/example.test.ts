import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkFileSet, readFileSet } from '../../src/config-versions/index.ts';
import { checkCluster } from '../../src/engines/cluster.ts';
import { configChecks } from '../../src/program/index.ts';

const folder = path.join(import.meta.dirname, 'config');

it('is a configuration without a problem, of which cluster.json stays where it is', async () => {
  const { problems } = await checkCluster(readFileSync(path.join(folder, 'cluster.json'), 'utf8'));
  expect(problems).toEqual([]);
  const { files, staying } = await readFileSet(folder);
  expect([...files.keys()]).toEqual(['enrichments/doors.json', 'parsers/doors.json']);
  expect(staying).toEqual(['cluster.json']);
  expect((await checkFileSet(files, { home: folder, checks: configChecks })).problems).toEqual([]);
});
