import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type TestFolder, testFolder } from '../config/testing.ts';
import { changesBetween, hashesOf, readFileSet, removeFiles, writeFiles } from './file-set.ts';
import { readFolderBase, writeFolderBase } from './folder-base.ts';
import { fileSet } from './testing.ts';
import { isSafePath, mayTravel } from './travelling-path.ts';
import { unifiedDiff } from './unified-diff.ts';

const opened: TestFolder[] = [];
afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.clean();
});

async function folderOf(files: Readonly<Record<string, unknown>>): Promise<TestFolder> {
  const folder = await testFolder(files);
  opened.push(folder);
  return folder;
}

describe('What travels of a configuration folder', () => {
  it('is its documents, the data folders, and the files that documents name', async () => {
    const folder = await folderOf({
      'global.json': '// with a comment\n{ "enrichment.host.known_hosts_file": "lists/hosts.json", }',
      'lists/hosts.json': '[]',
      'lists/other.json': '[]',
      'listeners.json': '[]',
      'profiler.json': '{}',
      'parsers/door.json': {
        parserClassName: 'grok',
        parserConfig: { grokPath: ['/apps/patterns/door', 'more/door'], patternLabel: 'DOOR' },
      },
      'apps/patterns/door': 'DOOR %{WORD:door}',
      'more/door': 'X %{WORD}',
      'enrichments/door.json': '{}',
      'indexing/door.json': '{}',
      'objects/deep/table.json': '{}',
      'patterns/pix': 'PIX x',
    });
    const { files, staying } = await readFileSet(folder.path);
    expect([...files.keys()]).toEqual([
      'apps/patterns/door',
      'enrichments/door.json',
      'global.json',
      'indexing/door.json',
      'listeners.json',
      'lists/hosts.json',
      'more/door',
      'objects/deep/table.json',
      'parsers/door.json',
      'patterns/pix',
      'profiler.json',
    ]);
    expect(staying).toEqual(['apps/', 'lists/', 'more/']);
  });

  it('is no code, no secret, no cluster.json, nothing hidden, no sample', async () => {
    const folder = await folderOf({
      'cluster.json': '{}',
      'plugins/parser.ts': 'export {}',
      'functions/f.ts': 'export {}',
      'certs/skopos.pem': 'PRIVATE',
      'secrets/reputation': 'hush',
      password: 'hush',
      'parsers/.asa.json.swp': 'x',
      'parsers/asa.json~': 'x',
      'parsers/asa.samples/a.log': 'x',
      'parsers/asa.json': { parserClassName: 'asa', parserConfig: { keyPath: 'secrets/reputation' } },
      'patterns/run.sh': 'rm',
      'patterns/tls.key': 'PRIVATE',
      'objects/code.mjs': 'export {}',
      '.git/config': 'x',
      '.skopos-version.json': '{}',
    });
    const { files, staying } = await readFileSet(folder.path);
    expect([...files.keys()]).toEqual(['parsers/asa.json']);
    expect(staying).toEqual([
      'certs/',
      'cluster.json',
      'functions/',
      'objects/code.mjs',
      'parsers/asa.samples/',
      'password',
      'patterns/run.sh',
      'patterns/tls.key',
      'plugins/',
      'secrets/',
    ]);
  });

  it('is not what a document names outside of the folder, by a path or by a link', async () => {
    const outside = await folderOf({ 'private.txt': 'mine' });
    const folder = await folderOf({
      'parsers/a.json': {
        parserConfig: { grokPath: [`../${path.basename(outside.path)}/private.txt`, 'linked', 'absent'] },
      },
    });
    await symlink(path.join(outside.path, 'private.txt'), path.join(folder.path, 'linked'));
    expect([...(await readFileSet(folder.path)).files.keys()]).toEqual(['parsers/a.json']);
  });

  it('is followed through links, as mounted folders have them', async () => {
    const folder = await folderOf({ '..data/asa.json': '{}' });
    await mkdir(path.join(folder.path, 'parsers'));
    await symlink('../..data/asa.json', path.join(folder.path, 'parsers/asa.json'));
    expect([...(await readFileSet(folder.path)).files.keys()]).toEqual(['parsers/asa.json']);
  });

  it('has a largest size, which is told with the file', async () => {
    const folder = await folderOf({});
    await mkdir(path.join(folder.path, 'objects'));
    await writeFile(path.join(folder.path, 'objects/large.json'), Buffer.alloc(17 << 20));
    await expect(readFileSet(folder.path)).rejects.toMatchObject({
      code: 'SKP_VERSIONS_SIZE',
      message: expect.stringContaining('objects/large.json'),
    });
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    'a/./b',
    '.hidden',
    'a/.git/x',
    'a\\b',
    'c:x',
    'a\0',
    'a/b.',
    'x'.repeat(301),
  ])('has no path like %j', (file) => {
    expect(isSafePath(file)).toBe(false);
    expect(mayTravel(file)).toBe(false);
  });
});

describe('A set of files', () => {
  it('is written and removed below its folder, and nowhere else', async () => {
    const folder = await folderOf({ 'parsers/a.json': 'old', 'parsers/b.json': 'b', 'keep/x': 'x' });
    await writeFiles(folder.path, fileSet({ 'parsers/a.json': 'new', 'objects/d/e.json': '1' }), {
      durable: true,
    });
    await removeFiles(folder.path, ['parsers/b.json', 'absent/c.json']);
    const { files } = await readFileSet(folder.path);
    expect(Object.fromEntries([...files].map(([file, bytes]) => [file, bytes.toString()]))).toEqual({
      'objects/d/e.json': '1',
      'parsers/a.json': 'new',
    });
    await expect(writeFiles(folder.path, fileSet({ '../x': 'x' }), { durable: true })).rejects.toMatchObject({
      code: 'SKP_VERSIONS_DAMAGED',
    });
    await expect(removeFiles(folder.path, ['../x'])).rejects.toMatchObject({ code: 'SKP_VERSIONS_DAMAGED' });
  });

  it('differs from another by hashes, and as a unified diff', () => {
    const before = fileSet({ a: '1\n2\n3\n', b: 'gone\n', c: 'same\n' });
    const after = fileSet({ a: '1\nzwei\n3\n', c: 'same\n', d: 'new' });
    expect(changesBetween(hashesOf(before), hashesOf(after))).toEqual({
      added: ['d'],
      changed: ['a'],
      removed: ['b'],
    });
    expect(unifiedDiff(before, after)).toBe(
      `--- a/a
+++ b/a
@@ -1,3 +1,3 @@
 1
-2
+zwei
 3
--- a/b
+++ /dev/null
@@ -1,1 +0,0 @@
-gone
--- /dev/null
+++ b/d
@@ -0,0 +1,1 @@
+new
\\ No newline at end of file
`,
    );
    expect(unifiedDiff(before, before)).toBe('');
    const binary = new Map([['x', Buffer.from([0, 1])]]);
    expect(unifiedDiff(new Map(), binary)).toBe('Binary files /dev/null and b/x differ\n');
  });

  it('notes in its folder which version it was made from, for one topic', async () => {
    const folder = await folderOf({});
    expect(await readFolderBase(folder.path, 'a')).toBeNull();
    const base = { topic: 'a', id: 'x', version: 3 };
    await writeFolderBase(folder.path, base);
    expect(await readFolderBase(folder.path, 'a')).toEqual(base);
    expect(await readFolderBase(folder.path, 'b')).toBeNull();
    await folder.write('.skopos-version.json', '{ broken');
    expect(await readFolderBase(folder.path, 'a')).toBeNull();
  });
});
