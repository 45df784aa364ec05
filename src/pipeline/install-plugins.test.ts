import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-install-'));
  await mkdir(path.join(folder, 'functions'));
  await mkdir(path.join(folder, 'plugins'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const functionFile = (name: string, result: string) => `import { definePlugin } from 'skopos';
export default definePlugin({ kind: 'function', name: '${name}', description: 'D.', returns: { type: 'string', description: 'R' }, call: () => '${result}' });`;
const engineFile = (name: string) => `import { definePlugin } from 'skopos';
export default definePlugin({ kind: 'engine', of: 'store', name: '${name}', description: 'D', shared: true,
  schema: (z) => z.strictObject({ url: z.string() }), open: ({ url }) => ({ url }) });`;
const parserFile = (name: string) => `import { definePlugin } from 'skopos';
export default definePlugin({ kind: 'parser', name: '${name}', description: 'D', configure: () => ({ parse() {} }) });`;

/** In a Node of its own, as the program does it. Runs twice: a second start in one thread must not trip over the first. */
async function install(): Promise<Record<string, unknown>> {
  const script = `
const { compileStellar, installPlugins, stellarRegistry } = await import(${JSON.stringify(path.resolve(import.meta.dirname, 'index.ts'))});
const { parserRegistry } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../parsers/index.ts'))});
const { loadCluster, openStore } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../engines/index.ts'))});
await installPlugins(${JSON.stringify(folder)});
const problems = await installPlugins(${JSON.stringify(folder)});
console.log(JSON.stringify({
  problems,
  mine: stellarRegistry().get('MINE') && compileStellar('MINE()').evaluate([], {}),
  upper: compileStellar("TO_UPPER('a')").evaluate([], {}),
  parser: parserRegistry.find('mine') !== undefined,
  asa: parserRegistry.get('asa').description,
  opened: await openStore(await loadCluster(${JSON.stringify(folder)}), { dataFolder: ${JSON.stringify(folder)} }).then(({ url }) => url, ({ code }) => code),
}));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout);
}

it('puts functions and parsers beside the built-in ones', async () => {
  await writeFile(path.join(folder, 'functions/mine.ts'), functionFile('MINE', 'yes'));
  await writeFile(path.join(folder, 'plugins/mine.ts'), parserFile('mine'));
  expect(await install()).toMatchObject({ problems: [], mine: 'yes', upper: 'A', parser: true });
});

it('refuses names that are taken, by the program or by another file', async () => {
  await writeFile(path.join(folder, 'functions/a.ts'), functionFile('MINE', 'first'));
  await writeFile(path.join(folder, 'functions/b.ts'), functionFile('MINE', 'second'));
  await writeFile(path.join(folder, 'functions/upper.ts'), functionFile('TO_UPPER', 'no'));
  await writeFile(path.join(folder, 'plugins/asa.ts'), parserFile('asa'));
  const { problems, mine, upper, asa } = await install();
  expect({ mine, upper }).toEqual({ mine: 'first', upper: 'A' });
  expect(asa).not.toBe('D');
  expect(problems).toEqual([
    {
      file: 'functions/b.ts',
      line: 1,
      message: 'the function MINE is in another file already',
      hint: 'Give it another name.',
    },
    {
      file: 'functions/upper.ts',
      line: 1,
      message: 'the function TO_UPPER comes with the program',
      hint: 'Give it another name.',
    },
    { file: 'plugins/asa.ts', line: 1, message: expect.stringMatching(/asa/), hint: 'Give it another name.' },
  ]);
});

it('opens the engine of a plug-in that cluster.json names, and refuses one with the name of another', async () => {
  await writeFile(path.join(folder, 'plugins/store.ts'), engineFile('mine'));
  await writeFile(path.join(folder, 'plugins/taken.ts'), engineFile('lmdb'));
  await writeFile(path.join(folder, 'cluster.json'), '{ "store": { "type": "mine", "url": "here" } }');
  const { problems, opened } = await install();
  expect(opened).toBe('here');
  expect(problems).toEqual([
    {
      file: 'plugins/taken.ts',
      line: 1,
      message: 'There is a store engine "lmdb" already',
      hint: 'Give it another name.',
    },
  ]);
});
