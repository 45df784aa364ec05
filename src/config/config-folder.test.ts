import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ConfigFolder, type ConfigFolderOptions, openConfigFolder } from './index.ts';
import { type TestFolder, testFolder } from './testing.ts';

const opened: TestFolder[] = [];
const sources: ConfigFolder[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
  for (const folder of opened.splice(0)) await folder.clean();
});

async function openFolder(files: Readonly<Record<string, unknown>>, options: ConfigFolderOptions = {}) {
  const folder = await testFolder(files);
  opened.push(folder);
  const source = await openConfigFolder(folder.path, {
    defaults: null,
    quietMs: 10,
    settleMs: 150,
    ...options,
  });
  sources.push(source);
  return { folder, source };
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });
const parser = (name: string) => ({ parserClassName: name });

describe('A watched folder', () => {
  it('lets changed, added and removed files take effect', async () => {
    const { folder, source } = await openFolder({ 'parsers/a.json': parser('one'), 'global.json': { x: 1 } });
    expect(source.current().version).toBe(1);

    await folder.write('parsers/a.json', parser('two'));
    await until(() => expect(source.current().parsers.get('a')?.parserClassName).toBe('two'));
    await folder.write('enrichments/a.json', { configuration: { y: 1 } });
    await until(() => expect(source.current().enrichments.get('a')?.configuration).toEqual({ y: 1 }));
    await folder.remove('global.json');
    await until(() => expect(source.current().global).toEqual({}));
    await folder.remove('enrichments');
    await until(() => expect(source.current().enrichments.size).toBe(0));
    expect(source.current().version).toBe(5);
    expect(source.problems()).toMatchObject([]);
  });

  it('asks for fields that no message has when somebody wants to know, not at the start', async () => {
    const unknownFields = vi.fn(() => [
      { file: 'parsers/a.json', path: ['parserConfig'], message: 'no field x', hint: '' },
    ]);
    const { source } = await openFolder({ 'parsers/a.json': parser('one') }, { checks: { unknownFields } });
    expect(unknownFields).not.toHaveBeenCalled();
    expect(source.problems()).toMatchObject([{ code: 'SKP_CONFIG_LINT', message: 'no field x' }]);
  });

  it('tells every reader of each change, and ends with the source', async () => {
    const { folder, source } = await openFolder({ 'global.json': { x: 0 } });
    const seen: unknown[][] = [[], []];
    const readers = seen.map(async (values) => {
      for await (const snapshot of source.changes()) values.push(snapshot.global['x']);
    });
    await folder.write('global.json', { x: 1 });
    await until(() => expect(seen).toEqual([[1], [1]]));
    await folder.write('global.json', { x: 2 });
    await until(() =>
      expect(seen).toEqual([
        [1, 2],
        [1, 2],
      ]),
    );
    await source.close();
    await Promise.all(readers);
  });

  it('gives a slow reader the newest configuration', async () => {
    const { folder, source } = await openFolder({ 'global.json': { x: 0 } });
    const changes = source.changes()[Symbol.asyncIterator]();
    for (let x = 1; x <= 3; x++) {
      await folder.write('global.json', { x });
      await source.reload();
    }
    expect((await changes.next()).value.global).toEqual({ x: 3 });
  });

  it('refuses a broken file, keeps its last good value, and takes the others', async () => {
    const reported: string[][] = [];
    const { folder, source } = await openFolder(
      { 'parsers/a.json': parser('one'), 'parsers/b.json': parser('one') },
      { onProblems: (problems) => reported.push(problems.map(({ file }) => file)) },
    );
    await folder.write('parsers/a.json', { parserClassNam: 'two' });
    await folder.write('parsers/b.json', parser('two'));
    await until(() => expect(source.current().parsers.get('b')?.parserClassName).toBe('two'));
    await until(() =>
      expect(source.problems()).toMatchObject([{ file: 'parsers/a.json' }, { file: 'parsers/a.json' }]),
    );
    expect(source.current().parsers.get('a')?.parserClassName).toBe('one');
    expect(reported.at(-1)).toEqual(['parsers/a.json', 'parsers/a.json']);

    await folder.write('parsers/a.json', parser('three'));
    await until(() => expect(source.current().parsers.get('a')?.parserClassName).toBe('three'));
    expect(source.problems()).toEqual([]);
  });

  it('makes no new configuration of a file that was refused, and none of one that did not change', async () => {
    const { folder, source } = await openFolder({ 'parsers/a.json': parser('one') });
    await folder.write('parsers/a.json', '{"parserClassName": 5}');
    await source.reload();
    await folder.write('parsers/a.json', parser('one'));
    await folder.write('parsers/notes.txt', 'x');
    await source.reload();
    expect(source.problems()).toEqual([]);
    const before = source.current();
    await folder.write('parsers/a.json', '{"parserClassName": 5}');
    await source.reload();
    await source.reload();
    expect(source.problems()).toHaveLength(1);
    expect(source.current().parsers).toEqual(before.parsers);
    expect(source.current().version).toBe(1);
  });

  it('sees nothing of a file while an editor truncates and then writes it', async () => {
    let unfinished = 0;
    const { folder, source } = await openFolder(
      { 'parsers/a.json': parser('one') },
      { settleMs: 10_000, onUnfinished: () => unfinished++ },
    );
    const states: (string | undefined)[] = [];
    const reader = (async () => {
      for await (const snapshot of source.changes()) states.push(snapshot.parsers.get('a')?.parserClassName);
    })();
    const file = await open(path.join(folder.path, 'parsers/a.json'), 'w');
    await file.write('{"parserCl');
    await file.sync();
    await until(() => expect(unfinished).toBeGreaterThan(0));
    expect(source.problems()).toEqual([]);
    await file.write('assName": "two"}');
    await file.close();
    await until(() => expect(source.current().parsers.get('a')?.parserClassName).toBe('two'));
    expect(source.problems()).toEqual([]);
    await source.close();
    await reader;
    expect(new Set(states)).toEqual(new Set(['two']));
  });

  it('sees nothing of a file while it is replaced by another one', async () => {
    let unfinished = 0;
    const { folder, source } = await openFolder(
      { 'parsers/a.json': parser('one') },
      { settleMs: 10_000, onUnfinished: () => unfinished++ },
    );
    const file = path.join(folder.path, 'parsers/a.json');
    const states: (string | undefined)[] = [];
    const reader = (async () => {
      for await (const snapshot of source.changes()) states.push(snapshot.parsers.get('a')?.parserClassName);
    })();
    await rename(file, `${file}~`);
    await until(() => expect(unfinished).toBeGreaterThan(0));
    await writeFile(`${file}.new`, JSON.stringify(parser('two')));
    await rename(`${file}.new`, file);
    await rm(`${file}~`);
    await until(() => expect(source.current().parsers.get('a')?.parserClassName).toBe('two'));
    await source.close();
    await reader;
    expect(states).toEqual(['two']);
  });

  it('believes that a file is broken or gone once that lasts', async () => {
    const { folder, source } = await openFolder({
      'parsers/a.json': parser('one'),
      'parsers/b.json': parser('one'),
    });
    await folder.write('parsers/a.json', '');
    await until(() => expect(source.problems()).toMatchObject([{ code: 'SKP_CONFIG_SYNTAX' }]));
    expect(source.current().parsers.get('a')?.parserClassName).toBe('one');
    await folder.remove('parsers/b.json');
    await until(() => expect(source.current().parsers.has('b')).toBe(false));
  });

  it('keeps all that held when the folder itself is gone, and goes on when it is back', async () => {
    const { folder, source } = await openFolder({ 'parsers/a.json': parser('one') });
    await rename(folder.path, `${folder.path}-moved`);
    await until(() => expect(source.problems()).toMatchObject([{ code: 'SKP_CONFIG_FILE' }]));
    expect(source.current().parsers.size).toBe(1);
    await rename(`${folder.path}-moved`, folder.path);
    await source.reload();
    expect(source.problems()).toEqual([]);
  });

  it('watches the file of known hosts wherever it lies', async () => {
    const elsewhere = await testFolder({ 'deep/er/hosts.json': [{ ip: '10.0.0.1', type: 'one' }] });
    opened.push(elsewhere);
    const { folder, source } = await openFolder({
      'global.json': {
        'enrichment.host.known_hosts_file': path.join(elsewhere.path, 'deep/er/hosts.json'),
        'enrichment.host.known_hosts': [{ ip: '10.0.0.2' }],
      },
    });
    const hosts = () => source.current().global['enrichment.host.known_hosts'];
    expect(hosts()).toEqual([{ ip: '10.0.0.2' }, { ip: '10.0.0.1', type: 'one' }]);
    await elsewhere.write('deep/er/hosts.json', [{ ip: '10.0.0.1', type: 'two' }]);
    await until(() => expect(hosts()?.[1]).toEqual({ ip: '10.0.0.1', type: 'two' }));
    await elsewhere.write('deep/er/hosts.json', [{ type: 'no address' }]);
    await until(() =>
      expect(source.problems()).toMatchObject([{ code: 'SKP_CONFIG_MISSING', path: '[0].ip' }]),
    );
    expect(hosts()).toHaveLength(2);
    await folder.write('hosts.json', [{ ip: '10.0.0.3' }]);
    await folder.write('global.json', { 'enrichment.host.known_hosts_file': 'hosts.json' });
    await until(() => expect(hosts()).toEqual([{ ip: '10.0.0.3' }]));
    expect(source.problems()).toEqual([]);
    await folder.write('hosts.json', [{ ip: '10.0.0.4' }]);
    await until(() => expect(hosts()).toEqual([{ ip: '10.0.0.4' }]));
  });

  it('lays what it reads over the folder that ships with the program', async () => {
    const defaults = await testFolder({ 'parsers/a.json': parser('shipped') });
    opened.push(defaults);
    const { folder, source } = await openFolder(
      { 'parsers/a.json': parser('mine') },
      { defaults: defaults.path },
    );
    expect(source.current().parsers.get('a')?.parserClassName).toBe('mine');
    await folder.remove('parsers/a.json');
    await until(() => expect(source.current().parsers.get('a')?.parserClassName).toBe('shipped'));
  });
});

describe('Opening a folder', () => {
  it('that is broken is refused', async () => {
    await expect(openFolder({ 'parsers/a.json': {} })).rejects.toMatchObject({ code: 'SKP_CONFIG_INVALID' });
    await expect(openConfigFolder('/nonexistent/skopos', { defaults: null })).rejects.toMatchObject({
      code: 'SKP_CONFIG_INVALID',
    });
  });

  it('that is broken can be told to go on without the broken files', async () => {
    const { folder, source } = await openFolder(
      { 'parsers/a.json': {}, 'parsers/b.json': parser('one') },
      { refuseBroken: false },
    );
    expect([...source.current().parsers.keys()]).toEqual(['b']);
    expect(source.problems()).toMatchObject([{ file: 'parsers/a.json', severity: 'error' }]);
    await folder.write('parsers/a.json', parser('one'));
    await until(() => expect(source.current().parsers.size).toBe(2));
  });

  it('without a folder of the user gives what ships with the program', async () => {
    const source = await openConfigFolder(null);
    sources.push(source);
    expect(source.current().parsers.has('snort')).toBe(true);
    await source.reload();
    expect(source.current().version).toBe(1);
  });
});
