import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadInNode } from '../src/plugins/testing/load-in-node.ts';

it('the plug-ins of the guide can be loaded as they stand there', async () => {
  const guide = readFileSync(path.resolve(import.meta.dirname, '../docs/guides/plugins.md'), 'utf8');
  const folder = mkdtempSync(path.join(tmpdir(), 'skopos-guide-'));
  try {
    mkdirSync(path.join(folder, 'plugins'));
    for (const [at, [, code = '']] of [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].entries())
      writeFileSync(path.join(folder, `plugins/${at}.ts`), code);
    expect(await loadInNode(folder)).toEqual({
      plugins: [
        { file: 'plugins/0.ts', kind: 'function', name: 'SHOUT', result: 'HEY!' },
        { file: 'plugins/1.ts', kind: 'parser', name: 'doorlog', result: null },
        { file: 'plugins/2.ts', kind: 'engine', name: 'json-files', result: null },
      ],
      problems: [],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
