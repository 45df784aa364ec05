import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../config/index.ts';
import { parserRegistry } from '../parsers/index.ts';
import {
  changeFile,
  type FileSet,
  openSharedConfig,
  readReports,
  reportsTopic,
  type SharedConfig,
  startReporting,
} from './index.ts';
import { fileSet, type TestVersions, testTopic, testVersions } from './testing.ts';

let opened: TestVersions;
let shared: SharedConfig | null = null;
beforeEach(async () => {
  opened = await testVersions();
});
afterEach(async () => {
  await shared?.close();
  shared = null;
  await opened.clean();
});

const parser = (className: string): FileSet =>
  fileSet({
    'parsers/own.json': { parserClassName: className, parserConfig: { grokPath: '/patterns/own' } },
    'patterns/own': 'OWN x',
  });
const checks = {
  parserClassNames: parserRegistry.list().flatMap(({ name, classNames }) => [name, ...classNames]),
};

async function push(files: FileSet, why = 'because'): Promise<number> {
  return (await opened.another().push(files, { who: 'ada', why, base: 'newest' })).version.version;
}

async function open(home: string | null = null): Promise<SharedConfig> {
  shared = await openSharedConfig({
    versions: opened.another(),
    folder: path.join(opened.folder, 'process'),
    home,
    checks,
  });
  return shared;
}

const classOf = (snapshot: Snapshot): string | undefined => snapshot.parsers.get('own')?.parserClassName;

describe('A process that follows the versions', () => {
  it('does not start before there is one, and says what to do', async () => {
    await expect(open()).rejects.toMatchObject({
      code: 'SKP_VERSIONS_EMPTY',
      hint: expect.stringContaining('skopos config push'),
    });
  });

  it('has the newest whole, in a folder of its own, over what ships', async () => {
    await push(parser('csv'));
    await push(parser('json'));
    await open('/etc/home');
    const snapshot = shared!.current();
    expect(snapshot).toMatchObject({ version: 2, home: '/etc/home' });
    expect(classOf(snapshot)).toBe('json');
    expect(snapshot.parsers.has('asa')).toBe(true);
    expect(await readFile(path.join(snapshot.folder!, 'patterns/own'), 'utf8')).toBe('OWN x');
    expect(shared!.status()).toMatchObject({ version: 2, newest: 2, refused: null, trouble: null });
  });

  it('takes each over as it comes, and keeps the files of the one before for what is under way', async () => {
    await push(parser('csv'));
    const config = await open();
    const changes = config.changes()[Symbol.asyncIterator]();
    const before = config.current().folder!;
    await push(parser('json'));
    const { value } = await changes.next();
    expect(value).toMatchObject({ version: 2 });
    expect(classOf(value)).toBe('json');
    expect(existsSync(before)).toBe(true);
    for (let version = 3; version <= 6; version++) {
      await push(fileSet({ 'global.json': { version } }));
      expect((await changes.next()).value).toMatchObject({ version });
    }
    expect((await readdir(path.join(opened.folder, 'process'))).map((name) => name[0]).sort()).toEqual([
      '4',
      '5',
      '6',
    ]);
  });

  it('keeps what it has where a version does not work here, says so, and goes on with the next', async () => {
    await push(parser('csv'));
    const config = await open();
    const changes = config.changes()[Symbol.asyncIterator]();
    await push(parser('plugged'), 'needs a plug-in');
    await config.refresh();
    expect(config.current().version).toBe(1);
    expect(config.status()).toMatchObject({
      version: 1,
      newest: 2,
      refused: expect.stringMatching(/version 2 does not work here: parsers\/own.json: .*plugged/),
    });
    expect(config.problems().map(({ message }) => message)[0]).toMatch(
      /version 2 \(ada: needs a plug-in\) does not work here; version 1 stays/,
    );
    await push(parser('json'));
    expect((await changes.next()).value).toMatchObject({ version: 3 });
    expect(config.status().refused).toBeNull();
    expect(config.problems()).toEqual([]);
  });

  it('starts with the newest that works here', async () => {
    await push(parser('csv'));
    await push(parser('plugged'));
    await push(parser('plugged2'));
    const config = await open();
    expect(config.status()).toMatchObject({
      version: 1,
      newest: 3,
      refused: expect.stringContaining('version 3'),
    });
  });

  it('does not start where none works', async () => {
    await push(parser('plugged'));
    await expect(open()).rejects.toMatchObject({
      code: 'SKP_CONFIG_INVALID',
      message: expect.stringMatching(/version 1 \(ada: because\) does not work here[\s\S]*plugged/),
    });
  });

  it('goes on when the topic cannot be read, and says so until it can', async () => {
    await push(parser('csv'));
    const versions = opened.another();
    let away = false;
    const refresh = versions.refresh.bind(versions);
    versions.refresh = () => (away ? Promise.reject(new Error('brokers are away')) : refresh());
    shared = await openSharedConfig({
      versions,
      folder: path.join(opened.folder, 'process'),
      home: null,
      checks,
    });
    const changes = shared.changes()[Symbol.asyncIterator]();
    away = true;
    await push(parser('json'));
    await shared.refresh();
    expect(shared.status()).toMatchObject({ version: 1, trouble: 'brokers are away' });
    away = false;
    expect((await changes.next()).value).toMatchObject({ version: 2 });
    await shared.refresh();
    expect(shared.status().trouble).toBeNull();
  });
});

describe('One file', () => {
  const change = (file: string, text: string) => ({
    file,
    text,
    who: 'an expression',
    why: 'CONFIG_PUT',
    home: null,
    checks,
  });

  it('is changed in the newest version, beside what others change', async () => {
    await push(fileSet({ 'global.json': { a: 1 }, 'parsers/own.json': { parserClassName: 'csv' } }));
    await Promise.all([
      changeFile(opened.another(), change('global.json', '{"a":2}')),
      changeFile(opened.another(), change('indexing/own.json', '{}')),
    ]);
    const { versions } = opened;
    await versions.refresh();
    const files = await versions.files(versions.newest());
    expect(versions.newest()).toMatchObject({ version: 3, who: 'an expression', why: 'CONFIG_PUT' });
    expect(files.get('global.json')?.toString()).toBe('{"a":2}');
    expect(files.has('indexing/own.json')).toBe(true);
  });

  it('is not changed where the whole would be broken, or somebody else changed it meanwhile', async () => {
    await push(fileSet({ 'global.json': { a: 1 } }));
    await expect(
      changeFile(opened.another(), change('parsers/own.json', '{"parserClassName":"plugged"}')),
    ).rejects.toMatchObject({ code: 'SKP_CONFIG_INVALID' });
    const results = await Promise.allSettled([
      changeFile(opened.another(), change('global.json', '{"a":2}')),
      changeFile(opened.another(), change('global.json', '{"a":3}')),
    ]);
    const refused = results.filter((result) => result.status === 'rejected');
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'SKP_VERSIONS_OUTDATED' });
    await opened.versions.refresh();
    expect(opened.versions.versions.length).toBe(3 - refused.length);
  });
});

describe('What processes say of themselves', () => {
  const state = (name: string, version: number) => ({
    process: name,
    host: 'machine',
    roles: ['work'],
    started: 1,
    url: 'http://127.0.0.1:1',
    version,
    id: `id ${version}`,
    workers: [{ name: `${name}-0`, version }],
    refused: null,
  });

  it('is the last thing that each said, until it ends in order', async () => {
    expect(await readReports(opened.log, testTopic, Date.now())).toEqual([]);
    let version = 1;
    const troubles: Error[] = [];
    const report = (name: string) =>
      startReporting(
        opened.log,
        testTopic,
        () => state(name, version),
        (error) => troubles.push(error),
      );
    const a = report('a');
    const b = report('b');
    await expect
      .poll(() => readReports(opened.log, testTopic, Date.now()))
      .toMatchObject([state('a', 1), state('b', 1)]);
    version = 2;
    await expect
      .poll(() => readReports(opened.log, testTopic, Date.now()))
      .toMatchObject([state('a', 2), state('b', 2)]);
    await a.stop();
    expect(await readReports(opened.log, testTopic, Date.now())).toMatchObject([state('b', 2)]);
    await b.stop();
    expect(await readReports(opened.log, testTopic, Date.now())).toEqual([]);
    expect(troubles).toEqual([]);
    // Said when it changed, and not each time that was looked.
    const { partitions } = await opened.log.describe(reportsTopic(testTopic));
    expect(partitions[0]!.endOffset).toBe(6);
  });

  it('is passed over where it is something else', async () => {
    const a = startReporting(
      opened.log,
      testTopic,
      () => state('a', 1),
      () => undefined,
    );
    await expect.poll(() => readReports(opened.log, testTopic, Date.now())).toHaveLength(1);
    await opened.log.append(reportsTopic(testTopic), 0, [
      { value: Buffer.from('{') },
      { value: Buffer.from('{"process":"x"}') },
    ]);
    expect(await readReports(opened.log, testTopic, Date.now())).toHaveLength(1);
    // Who was not heard of for an hour is no process of the installation any longer.
    expect(await readReports(opened.log, testTopic, Date.now() + 3_600_000)).toEqual([]);
    await a.stop();
  });
});
