import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ConfigError,
  checkConfig,
  defaultEnrichment,
  formatProblem,
  loadConfig,
  parseDocument,
  sensorConfig,
} from './index.ts';
import { type TestFolder, testFolder } from './testing.ts';

const opened: TestFolder[] = [];
afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.clean();
});

async function folderOf(files: Readonly<Record<string, unknown>>): Promise<TestFolder> {
  const folder = await testFolder(files);
  opened.push(folder);
  return folder;
}

const asa = { parserClassName: 'asa' };

describe('A configuration folder', () => {
  it('has one file for each sensor and kind, and defaults for those without', async () => {
    const folder = await folderOf({
      'global.json': { 'es.port': 9200 },
      'parsers/asa.json': asa,
      'parsers/web.json': { parserClassName: 'json' },
      'enrichments/asa.json': { enrichment: { fieldMap: { geo: ['ip_src_addr'] } } },
      'indexing/asa.json': { hdfs: { enabled: false } },
      'profiler.json': 'not read here',
      'parsers/.hidden.json': 'no',
      'parsers/asa.json~': 'no',
      'parsers/notes.txt': 'no',
    });
    const { snapshot, problems } = await loadConfig(folder.path, { defaults: null });
    expect(problems).toEqual([]);
    expect(snapshot).toMatchObject({
      version: 1,
      folder: folder.path,
      global: { 'es.port': 9200 },
      listeners: [],
    });
    expect([...snapshot.parsers.keys()]).toEqual(['asa', 'web']);
    expect(sensorConfig(snapshot, 'asa')).toMatchObject({
      sensor: 'asa',
      parser: { sensorTopic: 'asa' },
      enrichment: { enrichment: { fieldMap: { geo: ['ip_src_addr'] } } },
      indexing: { hdfs: { enabled: false, batchSize: 1 }, elasticsearch: null },
    });
    expect(sensorConfig(snapshot, 'web').enrichment).toBe(defaultEnrichment);
    expect(sensorConfig(snapshot, 'nobody').parser).toBeNull();
    expect(sensorConfig(snapshot, 'constructor').parser).toBeNull();
  });

  it('without a file in enrichments/ has what an empty one means', () => {
    expect(defaultEnrichment).toEqual(parseDocument('enrichment', '{}', { file: 'x.json' }).value);
  });

  it('is laid over another: keys of global.json one by one, other files as a whole', async () => {
    const defaults = await folderOf({
      'global.json': { a: 1, b: { x: 1, y: 2 } },
      'listeners.json': [{ name: 'h', type: 'http' }],
      'parsers/asa.json': { ...asa, parserConfig: { deviceTimeZone: 'UTC' } },
      'parsers/snort.json': { parserClassName: 'snort' },
    });
    const folder = await folderOf({ 'global.json': { b: { x: 3 } }, 'parsers/asa.json': asa });
    const { snapshot } = await loadConfig(folder.path, { defaults: defaults.path });
    expect(snapshot.global).toEqual({ a: 1, b: { x: 3 } });
    expect(snapshot.listeners).toHaveLength(1);
    expect(snapshot.parsers.get('asa')?.parserConfig).toEqual({});
    expect([...snapshot.parsers.keys()].sort()).toEqual(['asa', 'snort']);
  });

  it('is nothing but data, so that it can be posted to a worker', async () => {
    const { snapshot } = await loadConfig(null);
    expect(structuredClone(snapshot)).toEqual(snapshot);
  });

  it('is refused with all errors of all files at once', async () => {
    const folder = await folderOf({
      'global.json': '{',
      'listeners.json': {},
      'parsers/a.json': {},
      'parsers/b c.json': asa,
      'enrichments/a.json': { enrichmant: {} },
      'indexing/a.json': { hdfs: { batchSize: 'x' } },
    });
    const error = await loadConfig(folder.path, { defaults: null }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const { problems, message, code } = error as ConfigError;
    expect(code).toBe('SKP_CONFIG_INVALID');
    const broken = problems.filter(({ severity }) => severity === 'error');
    expect(new Set(broken.map(({ file }) => file))).toEqual(
      new Set([
        'global.json',
        'listeners.json',
        'parsers/a.json',
        'parsers/b c.json',
        'enrichments/a.json',
        'indexing/a.json',
      ]),
    );
    for (const problem of broken) expect(message).toContain(formatProblem(problem));
  });

  it('that is not there is an error that names it', async () => {
    const folder = await folderOf({});
    const { snapshot, problems } = await checkConfig(path.join(folder.path, 'absent'), { defaults: null });
    expect(snapshot).toBeNull();
    expect(problems).toMatchObject([{ code: 'SKP_CONFIG_FILE', message: expect.stringContaining('absent') }]);
  });

  it('says which file cannot be read', async () => {
    const folder = await folderOf({ 'parsers/asa.json': asa });
    await writeFile(path.join(folder.path, 'global.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    await mkdir(path.join(folder.path, 'parsers', 'dir.json'));
    await symlink('nowhere', path.join(folder.path, 'parsers', 'dangling.json'));
    const { problems } = await checkConfig(folder.path, { defaults: null });
    expect(problems).toMatchObject([
      { file: 'global.json', code: 'SKP_CONFIG_FILE', message: expect.stringContaining('UTF-8') },
      { file: 'parsers/dir.json', code: 'SKP_CONFIG_FILE' },
    ]);
  });

  it('says that the file of known hosts is not there', async () => {
    const folder = await folderOf({ 'global.json': { 'enrichment.host.known_hosts_file': 'hosts.json' } });
    const { problems } = await checkConfig(folder.path, { defaults: null });
    expect(problems).toMatchObject([{ code: 'SKP_CONFIG_FILE', file: 'hosts.json' }]);
  });

  it('warns of names that are nearly right, and of sensors without a parser', async () => {
    const folder = await folderOf({
      'globals.json': {},
      'listeners.json': [{ name: 'x', type: 'tail', paths: ['/a'], sensor: 'assa' }],
      'parsers/asa.json': asa,
      'enrichments/aso.json': {},
    });
    const { problems } = await loadConfig(folder.path, { defaults: null });
    expect(problems).toMatchObject([
      { severity: 'warning', file: 'globals.json', hint: 'Did you mean global.json?' },
      { severity: 'warning', file: 'listeners.json', path: '[0].sensor', hint: 'Did you mean "asa"?' },
      { severity: 'warning', file: 'enrichments/aso.json', hint: 'Did you mean asa.json?' },
    ]);
  });
});

describe('The configuration that ships with the program', () => {
  it('has no errors and no warnings', async () => {
    const { snapshot, problems } = await loadConfig(null);
    expect(problems).toEqual([]);
    for (const sensor of [
      'zeek',
      'bro',
      'asa',
      'snort',
      'squid',
      'yaf',
      'syslog',
      'syslog3164',
      'syslog5424',
      'suricata',
      'json',
    ]) {
      expect(snapshot.parsers.get(sensor), sensor).toBeDefined();
    }
  });

  it('listens to this machine only', async () => {
    const { snapshot } = await loadConfig(null);
    for (const listener of snapshot.listeners) {
      if (listener.type === 'syslog') expect(listener.host).toBe('127.0.0.1');
    }
  });
});
