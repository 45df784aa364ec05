import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configChecks } from '../program/index.ts';
import { applyImport } from './apply.ts';
import { readMetronFromFolder } from './folder-source.ts';
import { readPatternFolder } from './patterns.ts';
import { type ImportPlan, planImport } from './plan.ts';
import { readMetronFromZookeeper } from './zookeeper-source.ts';

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-metron-'));
  target = path.join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Nodes by their path below /metron/topology, as ZooKeeper has them. */
function ensemble(nodes: Readonly<Record<string, string | Buffer>>) {
  const all = new Map(Object.entries(nodes).map(([node, value]) => [`/metron/topology/${node}`, value]));
  return {
    server: 'zk1:2181',
    data: async (node: string) => (all.has(node) ? Buffer.from(all.get(node)!) : null),
    async children(node: string) {
      const below = [...all.keys()].filter((each) => each.startsWith(`${node}/`));
      return [...new Set(below.map((each) => each.slice(node.length + 1).split('/')[0]!))].sort();
    },
  };
}

const grok = (grokPath: string): string =>
  JSON.stringify({ parserClassName: 'grok', parserConfig: { grokPath, patternLabel: 'DOOR' } });

async function plan(
  nodes: Readonly<Record<string, string | Buffer>>,
  patterns?: string,
): Promise<ImportPlan> {
  return planImport(await readMetronFromZookeeper(ensemble(nodes)), {
    folder: target,
    checks: configChecks,
    ...(patterns === undefined ? {} : { patterns: await readPatternFolder(patterns) }),
  });
}

const apply = async (made: ImportPlan, options: { force?: boolean; dryRun?: boolean } = {}) =>
  (
    await applyImport(made, {
      folder: target,
      force: options.force === true,
      dryRun: options.dryRun === true,
    })
  ).map(({ file, outcome }) => `${file.file} ${outcome}`);

describe('the tree in ZooKeeper', () => {
  it('becomes the files of a configuration folder, byte for byte', async () => {
    const odd = '{ "parserClassName" : "json" }  \n\n';
    const made = await plan({
      global: '{}',
      'parsers/doors': odd,
      'enrichments/doors': '{}',
      'indexing/doors': '{}',
    });
    expect(await apply(made)).toEqual([
      'global.json written',
      'parsers/doors.json written',
      'enrichments/doors.json written',
      'indexing/doors.json written',
    ]);
    expect(await readFile(path.join(target, 'parsers/doors.json'), 'utf8')).toBe(odd);
  });

  it.each(['..', '.hidden', 'a b', '../../etc/passwd', 'x'.repeat(101), 'nul\0', 'a\\b'])(
    'has no way out of the folder by a sensor named %j',
    async (name) => {
      const source = {
        server: 'zk1:2181',
        data: async () => Buffer.from('{}'),
        children: async (node: string) => (node === '/metron/topology' ? ['parsers'] : [name]),
      };
      const configuration = await readMetronFromZookeeper(source);
      expect(configuration.documents).toEqual([]);
      expect(configuration.leftOut).toHaveLength(1);
    },
  );

  it('is left out where it is empty, or nothing of Metron', async () => {
    const made = await plan({ 'parsers/doors': '', brokers: '{}', global: '{}' });
    expect(made.leftOut.map(({ origin }) => origin)).toEqual([
      '/metron/topology/parsers/doors',
      '/metron/topology/brokers',
    ]);
  });

  it('that is not there is told with where a path would stand', async () => {
    const nothing = { server: 'zk1:2181', data: async () => null, children: async () => null };
    await expect(readMetronFromZookeeper(nothing)).rejects.toMatchObject({ code: 'SKP_IMPORT_NOTHING' });
  });

  it('without end is refused', async () => {
    const big = {
      server: 'zk1',
      data: async () => Buffer.alloc(40 << 20, 32),
      children: async () => ['parsers', 'profiler', 'x'],
    };
    await expect(readMetronFromZookeeper(big)).rejects.toMatchObject({ code: 'SKP_IMPORT_SIZE' });
  });
});

describe('an import', () => {
  it('takes over what cannot be used, and says why', async () => {
    const made = await plan({
      'parsers/broken': '{ not JSON',
      'parsers/latin': Buffer.from([0x7b, 0xff, 0x7d]),
      'parsers/strange': '{"parserClassName":"com.example.OurOwnParser"}',
      'parsers/pattern': JSON.stringify({
        parserClassName: 'grok',
        parserConfig: { grokStatement: 'DOOR %{NOWHERE:x}', patternLabel: 'DOOR' },
      }),
    });
    const codes = made.files.map(({ file, problems }) => [
      file,
      problems.find((it) => it.severity === 'error')?.code,
    ]);
    expect(codes).toEqual([
      ['parsers/broken.json', 'SKP_CONFIG_SYNTAX'],
      ['parsers/latin.json', 'SKP_CONFIG_FILE'],
      ['parsers/pattern.json', 'SKP_CONFIG_PARSER'],
      ['parsers/strange.json', 'SKP_CONFIG_PARSER'],
    ]);
    expect(await apply(made)).toHaveLength(4);
    expect(await readdir(path.join(target, 'parsers'))).toHaveLength(4);
  });

  it('leaves alone what differs until it is forced, and what is the same always', async () => {
    await mkdir(path.join(target, 'parsers'), { recursive: true });
    await writeFile(path.join(target, 'parsers/doors.json'), '{"parserClassName":"csv"}');
    await writeFile(path.join(target, 'global.json'), '{}');
    const made = await plan({ global: '{}', 'parsers/doors': '{"parserClassName":"json"}' });
    expect(await apply(made)).toEqual(['global.json unchanged', 'parsers/doors.json refused']);
    expect(await readFile(path.join(target, 'parsers/doors.json'), 'utf8')).toContain('csv');
    expect(await apply(made, { force: true })).toEqual([
      'global.json unchanged',
      'parsers/doors.json overwritten',
    ]);
    expect(await readFile(path.join(target, 'parsers/doors.json'), 'utf8')).toContain('json');
    expect(await readdir(path.join(target, 'parsers'))).toEqual(['doors.json']);
  });

  it('writes nothing when it is only to be shown', async () => {
    const made = await plan({ global: '{}' });
    expect(await apply(made, { dryRun: true })).toEqual(['global.json written']);
    await expect(readdir(target)).rejects.toThrow(/ENOENT/);
  });

  it('names what belongs to servers, to the profiler, and to files of HDFS', async () => {
    const made = await plan({
      global: JSON.stringify({
        'es.ip': 'x',
        'es.port': 1,
        'geo.hdfs.file': '/apps/metron/geo/nowhere.tar.gz',
        mine: 1,
      }),
      profiler: '{"profiles":[]}',
    });
    expect(made.unused.map(({ file, what }) => `${file} ${what.split(':')[0]}`)).toEqual([
      'global.json geo.hdfs.file',
      'global.json es.ip, es.port',
      'profiler.json kept as it is, unchecked',
    ]);
  });
});

describe('files of Grok patterns', () => {
  const pattern = 'DOOR %{NUMBER:timestamp} %{WORD:door}\n';
  const copied = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const patterns = path.join(folder, 'hdfs');
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(patterns, name)), { recursive: true });
      await writeFile(path.join(patterns, name), text);
    }
    return patterns;
  };

  it('that are missing are named with where they lie in HDFS', async () => {
    const { missingPatterns } = await plan({
      'parsers/a': grok('/patterns/doors'),
      'parsers/b': grok('/apps/metron/patterns/squid'),
    });
    expect(missingPatterns).toMatchObject([
      { file: 'parsers/a.json', path: '/patterns/doors' },
      { file: 'parsers/b.json', path: '/apps/metron/patterns/squid' },
    ]);
    expect(missingPatterns[0]?.hint).toContain('/apps/metron/patterns/doors');
    expect(missingPatterns[1]?.hint).toContain('built-in /patterns/squid');
  });

  it('are copied, also to the place where a parser looks for them', async () => {
    const patterns = await copied({ doors: pattern, 'site/gates': pattern });
    const made = await plan(
      { 'parsers/a': grok('/patterns/doors'), 'parsers/b': grok('/apps/metron/patterns/site/gates') },
      patterns,
    );
    expect(made.missingPatterns).toEqual([]);
    expect(
      made.files.flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error')),
    ).toEqual([]);
    expect((await apply(made)).slice(2)).toEqual([
      'patterns/doors written',
      'patterns/site/gates written',
      'apps/metron/patterns/site/gates written',
    ]);
    const again = await plan({
      'parsers/a': grok('/patterns/doors'),
      'parsers/b': grok('/apps/metron/patterns/site/gates'),
    });
    expect(again.missingPatterns).toEqual([]);
  });

  it('that lead nowhere are told by their names', async () => {
    await symlink(path.join(folder, 'gone'), path.join(folder, 'linked'));
    await expect(readPatternFolder(folder)).rejects.toMatchObject({
      code: 'SKP_IMPORT_FILE',
      message: expect.stringContaining(path.join(folder, 'linked')),
    });
  });

  it('of a built-in name are copied when they add to it', async () => {
    const patterns = await copied({ common: 'WORD \\b\\w+\\b\n', squid: 'OUR_OWN x\n' });
    const { files, leftOut } = await readPatternFolder(patterns);
    expect(files.map(({ file }) => file)).toEqual(['patterns/squid']);
    expect(leftOut).toHaveLength(1);
  });

  it.each(['../../etc/passwd', '/patterns/../../x', 'hdfs://nn/patterns/x', 'a\\b'])(
    'at %j are nowhere',
    async (named) => {
      const patterns = await copied({ x: pattern, passwd: pattern });
      expect((await plan({ 'parsers/a': grok(named) }, patterns)).missingPatterns).toMatchObject([
        { path: named },
      ]);
    },
  );
});

describe('a folder of Metron', () => {
  it('is read like the tree in ZooKeeper', async () => {
    const metron = path.join(folder, 'zookeeper');
    await mkdir(path.join(metron, 'parsers'), { recursive: true });
    await writeFile(path.join(metron, 'global.json'), '{}');
    await writeFile(path.join(metron, 'parsers/doors.json'), '{"parserClassName":"json"}');
    await writeFile(path.join(metron, 'parsers/doors.json.bak'), '');
    const { documents, leftOut } = await readMetronFromFolder(metron);
    expect(documents.map(({ file, kind, sensor }) => `${kind} ${sensor} ${file}`)).toEqual([
      'global  global.json',
      'parser doors parsers/doors.json',
    ]);
    expect(leftOut).toHaveLength(1);
  });

  it('that is none is told', async () => {
    await expect(readMetronFromFolder(folder)).rejects.toMatchObject({ code: 'SKP_IMPORT_NOTHING' });
    await expect(readMetronFromFolder(path.join(folder, 'no'))).rejects.toMatchObject({
      code: 'SKP_IMPORT_NOTHING',
    });
  });
});
