import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventLog, openLmdbEventLog } from '../bus/index.ts';
import { ConfigError, type ConfigFolder, openConfigFolder } from '../config/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import { compile, StellarError, standardRegistry, toPlain } from '../stellar/index.ts';
import { createEditor } from './editor.ts';
import { createManagement, type Management } from './management.ts';

let folder: string;
let config: ConfigFolder;
let log: EventLog;
let management: Management;
const clock = { now: () => 1_790_000_000_000 };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-management-'));
  await mkdir(path.join(folder, 'config/objects'), { recursive: true });
  config = await openConfigFolder(path.join(folder, 'config'));
  log = openLmdbEventLog(path.join(folder, 'log'));
  management = createManagement({
    snapshot: () => config.current(),
    dataFolder: folder,
    log: () => log,
    clock,
    stream: { clock, timeZone: 'UTC', globalConfig: () => config.current().global },
    local: true,
    onConfigured: () => config.reload(),
  });
});
afterEach(async () => {
  management.close();
  await config.close();
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

async function evaluate(expression: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const compiled = compile(expression, standardRegistry);
  const value = await compiled.evaluate([{ folder, ...variables }], management.capabilities);
  return JSON.parse(JSON.stringify(toPlain(value) ?? null));
}

describe('the topics of the bus', () => {
  const quick = "{'stellar.kafka.max.wait.millis': 0, 'auto.offset.reset': 'earliest'}";
  beforeEach(() => log.ensureTopic('events', { partitions: 2 }));

  it('are written, in order, and read on from where the last call ended', async () => {
    expect(await evaluate("KAFKA_PUT('events', ['a', 'b', 'c'])")).toBe(3);
    expect(await evaluate(`KAFKA_GET('events', 2, ${quick})`)).toEqual(['a', 'b']);
    expect(await evaluate(`KAFKA_GET('events', 2, ${quick})`)).toEqual(['c']);
    expect(await evaluate(`KAFKA_GET('events', 2, ${quick})`)).toEqual([]);
  });

  it('are begun at their end unless told otherwise', async () => {
    await evaluate("KAFKA_PUT('events', 'old')");
    expect(await evaluate("KAFKA_GET('events', 1, {'stellar.kafka.max.wait.millis': 0})")).toEqual([]);
  });

  it('show place and time in the rich view', async () => {
    const rich = "{'stellar.kafka.message.view': 'rich'}";
    const [place] = (await evaluate(`KAFKA_PUT('events', 'é', ${rich})`)) as [Record<string, unknown>];
    expect(place).toEqual({ topic: 'events', partition: 0, offset: 0, timestamp: expect.any(Number) });
    expect(await evaluate(`KAFKA_SEEK('events', 0, 0, ${rich})`)).toEqual({
      ...place,
      key: null,
      value: 'é',
    });
    expect(await evaluate("KAFKA_SEEK('events', 0, 0)")).toBe('é');
    for (const offset of ['7', '-5', '9223372036854775807L'])
      expect(await evaluate(`KAFKA_SEEK('events', 0, ${offset})`)).toBeNull();
    await expect(evaluate("KAFKA_SEEK('events', 9, 0)")).rejects.toThrow(/no partition 9/);
  });

  it('are followed: what comes in meanwhile is there at once', async () => {
    await evaluate("KAFKA_PUT('events', 'before')");
    const tail = evaluate("KAFKA_TAIL('events', 2)");
    await evaluate("KAFKA_PUT('events', ['x', 'y'])");
    expect(await tail).toEqual(['x', 'y']);
  });

  it('are searched by a lambda, over JSON objects only', async () => {
    const find = evaluate("KAFKA_FIND('events', m -> MAP_GET('port', m) == 22, 1)");
    await evaluate("KAFKA_PUT('events', ['text', '[22]', '{\"port\": 80}', '{\"port\": 22}'])");
    const again = setInterval(() => void evaluate("KAFKA_PUT('events', '{\"port\": 22}')"), 20);
    try {
      expect(await find).toEqual(['{"port": 22}']);
    } finally {
      clearInterval(again);
    }
  });

  it('that do not exist are told, with those that do', async () => {
    await expect(evaluate("KAFKA_GET('event')")).rejects.toThrow(/no topic "event"/);
    const error: unknown = await evaluate("KAFKA_PUT('event', 'a')").catch((one: unknown) => one);
    expect((error as StellarError).hint).toMatch(/events/);
  });

  it('have settings that can be looked at', async () => {
    expect(await evaluate("KAFKA_PROPS({'group.id': 'mine'})")).toMatchObject({
      'group.id': 'mine',
      'auto.offset.reset': 'latest',
      'stellar.kafka.max.wait.millis': 5000,
    });
  });
});

describe('the configuration', () => {
  it('is changed from text to text and takes effect', async () => {
    await evaluate(
      "CONFIG_PUT('PARSER', PARSER_STELLAR_TRANSFORM_ADD(config, {'user': 'TO_LOWER(user)'}), 'badges')",
      { config: '{"parserClassName": "csv", "parserConfig": {"columns": {"user": 0}}}' },
    );
    expect(config.current().parsers.get('badges')?.fieldTransformations).toHaveLength(1);
    expect(await evaluate("PARSER_PARSE(PARSER_INIT('badges'), ['ANN', 'BOB'])")).toEqual([
      expect.objectContaining({ user: 'ann', original_string: 'ANN', 'source.type': 'badges' }),
      expect.objectContaining({ user: 'bob' }),
    ]);
    const text = await readFile(path.join(folder, 'config/parsers/badges.json'), 'utf8');
    expect(await evaluate("CONFIG_GET('PARSER', 'badges')")).toBe(text);
  });

  it('is given as JSON, also where its file has comments and trailing commas', async () => {
    expect(await evaluate("MAP_GET('parserClassName', TO_JSON_MAP(CONFIG_GET('PARSER', 'squid')))")).toMatch(
      /Grok/,
    );
    await mkdir(path.join(folder, 'config/indexing'));
    await writeFile(path.join(folder, 'config/indexing/a.json'), '{ // why\n "solr": { "index": "a", }, }');
    expect(JSON.parse(String(await evaluate("CONFIG_GET('INDEXING', 'a')")))).toEqual({
      solr: { index: 'a' },
    });
  });

  it('is not changed by a document that is wrong, which is told', async () => {
    await expect(evaluate("CONFIG_PUT('PARSER', '{\"parserClasName\": \"csv\"}', 'badges')")).rejects.toThrow(
      /parserClasName/,
    );
    expect(await readdir(path.join(folder, 'config'))).toEqual(['objects']);
  });

  it('is written where the installation keeps it, and told what is wrong with the whole', async () => {
    const written: [string, string][] = [];
    management.close();
    management = createManagement({
      snapshot: () => config.current(),
      dataFolder: folder,
      log: () => log,
      clock,
      stream: { clock, timeZone: 'UTC', globalConfig: () => config.current().global },
      local: true,
      async writeDocument(file, text) {
        if (text.includes('late')) throw new Error('somebody else was first');
        if (text.includes('whole')) {
          const message = 'wrong with the whole';
          throw new ConfigError([
            { code: 'SKP_CONFIG_FILE', severity: 'error', file, path: '', line: 1, column: 1, message },
          ]);
        }
        written.push([file, text]);
      },
    });
    await evaluate(`CONFIG_PUT('PARSER', '{"parserClassName": "csv"}', 'badges')`);
    expect(written).toEqual([['parsers/badges.json', '{"parserClassName": "csv"}\n']]);
    expect(await readdir(path.join(folder, 'config'))).toEqual(['objects']);
    for (const [topic, message] of [
      ['whole', /badges.json was not written: .*wrong with the whole/],
      ['late', /badges.json was not written: somebody else was first/],
    ] as const) {
      const text = `{"parserClassName": "csv", "sensorTopic": "${topic}"}`;
      await expect(evaluate(`CONFIG_PUT('PARSER', '${text}', 'badges')`)).rejects.toThrow(message);
    }
  });

  it.each(["'../../etc/x'", "'a/b'", "'.hidden'", "''"])('has no sensor called %s', async (name) => {
    await expect(evaluate(`CONFIG_PUT('PARSER', '{"parserClassName": "csv"}', ${name})`)).rejects.toThrow(
      /a sensor cannot be called/,
    );
    await expect(evaluate(`CONFIG_GET('PARSER', ${name})`)).rejects.toThrow(/a sensor cannot be called/);
  });

  it('gives the least document for one that does not exist, or null', async () => {
    expect(JSON.parse(String(await evaluate("CONFIG_GET('INDEXING', 'none')")))).toEqual({});
    expect(await evaluate("CONFIG_GET('INDEXING', 'none', false)")).toBeNull();
    expect(await evaluate("CONFIG_GET('PROFILER', false)")).toBeNull();
    await expect(evaluate("CONFIG_GET('parser', 'x')")).rejects.toThrow(/knows no configuration/);
  });

  it('says which capability profile definitions wait for', async () => {
    await expect(evaluate("CONFIG_PUT('PROFILER', '{}')")).rejects.toThrow(/capability "profiler"/);
  });
});

describe('parsers to try', () => {
  it('give messages, then errors', async () => {
    const config = '{"parserClassName": "grok", "parserConfig": {"grokStatement": "%{INT:n}"}}';
    const json = '{"parserClassName": "jsonmap"}';
    expect(await evaluate("PARSER_PARSE(PARSER_INIT('s', c), ['{\"a\": 1}', 'no'])", { c: json })).toEqual([
      expect.objectContaining({ a: 1 }),
      expect.objectContaining({ error_type: 'parser_error', raw_message: 'no', failed_sensor_type: 's' }),
    ]);
    await expect(evaluate("PARSER_INIT('s', c)", { c: config })).rejects.toThrow();
    await expect(evaluate("PARSER_INIT('nobody')")).rejects.toThrow(/no sensor "nobody"/);
    expect(
      await evaluate(
        'PARSER_CONFIG(PARSER_INIT(\'s\', {"parserClassName": "jsonmap"}))'.replaceAll('"', "'"),
      ),
    ).toBe('{"parserClassName":"jsonmap"}');
  });
});

describe('triage to try', () => {
  it('scores as the pipeline does, with an aggregator and reasons', async () => {
    const config = {
      threatIntel: {
        triageConfig: {
          riskLevelRules: [
            { name: 'big', rule: 'bytes > 10', score: 10 },
            { rule: 'bytes > 100', score: 'bytes * 2', reason: "FORMAT('%d', bytes)" },
            { rule: 'bytes > 1000', score: 1 },
          ],
          aggregator: 'SUM',
        },
      },
    };
    expect(
      await evaluate('THREAT_TRIAGE_SCORE(m, THREAT_TRIAGE_INIT(c))', {
        c: JSON.stringify(config),
        m: { bytes: 500 },
      }),
    ).toEqual({
      score: 1010,
      aggregator: 'SUM',
      rules: [
        { name: 'big', rule: 'bytes > 10', score: '10' },
        { rule: 'bytes > 100', score: 'bytes * 2', reason: '500' },
      ],
    });
  });
});

describe('files', () => {
  it('of the platform are written whole, as UTF-8, listed, read and removed', async () => {
    expect(await evaluate("HDFS_WRITE('grüße\\n你好', '/notes/a.txt')")).toBe(true);
    expect(await evaluate("HDFS_READ('notes/a.txt')")).toBe('grüße\n你好');
    expect(await evaluate("HDFS_READ_LINES('notes/a.txt')")).toEqual(['grüße', '你好']);
    expect(await evaluate("HDFS_LS('notes')")).toMatch(/PERMISSION.*NAME[\s\S]*-rw.*a\.txt/);
    expect(await readdir(path.join(folder, 'files/notes'))).toEqual(['a.txt']);
    expect(await evaluate("HDFS_RM('notes')")).toBe(false);
    expect(await evaluate("HDFS_RM('notes', true)")).toBe(true);
    expect(await evaluate("HDFS_RM('notes', true)")).toBe(true);
    expect(await evaluate("HDFS_READ('notes/a.txt')")).toBeNull();
    expect(await evaluate("HDFS_LS('notes')")).toMatch(/\(empty\)/);
  });

  it('of the platform are never outside of their folder', async () => {
    await writeFile(path.join(folder, 'outside.txt'), 'secret');
    await mkdir(path.join(folder, 'files'));
    await symlink(folder, path.join(folder, 'files/link'));
    await symlink(path.join(folder, 'new.txt'), path.join(folder, 'files/dangling'));
    for (const place of ['../outside.txt', 'link/outside.txt', 'a/../../outside.txt', 'link/new/deep.txt']) {
      await expect(evaluate('HDFS_READ(place)', { place })).rejects.toThrow(/lies outside/);
      await expect(evaluate("HDFS_WRITE('x', place)", { place })).rejects.toThrow(/lies outside/);
      await expect(evaluate('HDFS_RM(place, true)', { place })).rejects.toThrow(/lies outside/);
    }
    await expect(evaluate("HDFS_RM('.', true)")).rejects.toThrow(/stays/);
    // A link that leads nowhere yet is replaced, not followed.
    expect(await evaluate("HDFS_WRITE('x', 'dangling')")).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['config', 'files', 'log', 'outside.txt']);
    expect(await readFile(path.join(folder, 'outside.txt'), 'utf8')).toBe('secret');
  });

  it('of this machine are at hand for a person at it', async () => {
    const file = path.join(folder, 'local.txt');
    expect(await evaluate("LOCAL_WRITE('here', file)", { file })).toBe(true);
    expect(await evaluate('LOCAL_READ(file)', { file })).toBe('here');
    expect(await evaluate('LOCAL_LS(folder)')).toContain('local.txt');
    expect(await evaluate('LOCAL_RM(file)', { file })).toBe(true);
    expect(await evaluate('LOCAL_READ(file)', { file })).toBeNull();
    expect(await evaluate('LOCAL_WRITE(null, file)', { file })).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('keep their permissions when they are written anew', async () => {
    const file = path.join(folder, 'private.txt');
    await writeFile(file, 'before', { mode: 0o600 });
    expect(await evaluate("LOCAL_WRITE('after', file)", { file })).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe('after');
  });

  it('of this machine are not there over a network', async () => {
    const remote = createManagement({
      snapshot: () => config.current(),
      dataFolder: folder,
      log: () => log,
      clock,
      stream: {},
      local: false,
    });
    const compiled = compile("LOCAL_READ('/etc/hostname')", standardRegistry);
    await expect(compiled.evaluate([], remote.capabilities)).rejects.toThrow(/capability 'localFiles'/);
    remote.close();
  });
});

describe('objects', () => {
  it('are kept, and read again when their time is over', async () => {
    const file = path.join(folder, 'config/objects/list.json');
    await writeFile(file, '{"a": 1, "__proto__": 2}');
    expect(await evaluate("ENRICHMENT_OBJECT_GET('list.json', 'a')")).toBe(1);
    expect(await evaluate("ENRICHMENT_OBJECT_GET('list.json', '__proto__')")).toBe(2);
    expect(await evaluate("ENRICHMENT_OBJECT_GET('list.json', 'constructor')")).toBeNull();
    await writeFile(file, '{"a": 3}');
    expect(await evaluate("ENRICHMENT_OBJECT_GET('list.json', 'a')")).toBe(1);
  });

  it('are nowhere but in their folder, and no larger than allowed', async () => {
    await writeFile(path.join(folder, 'config/secret.json'), '"secret"');
    await expect(evaluate("OBJECT_GET('../secret.json')")).rejects.toThrow(/there is no object/);
    await expect(evaluate("OBJECT_GET('/etc/hostname')")).rejects.toThrow(/there is no object/);
    await writeFile(path.join(folder, 'config/objects/big.json'), JSON.stringify('x'.repeat(1_100_000)));
    await expect(evaluate("OBJECT_GET('big.json')")).rejects.toThrow(/1048576 are allowed/);
    await writeFile(path.join(folder, 'config/objects/bad.json'), '{');
    await expect(evaluate("OBJECT_GET('bad.json')")).rejects.toThrow(/cannot be read as JSON/);
  });
});

describe('the editor', () => {
  it('is run on the text, and what it saved comes back', async () => {
    const script = path.join(folder, 'edit.sh');
    await writeFile(script, '#!/bin/sh\necho " and more " >> "$1"\n', { mode: 0o755 });
    expect(await createEditor({ EDITOR: script }).edit('text')).toBe('text and more \n');
    await expect(createEditor({ VISUAL: 'false' }).edit('')).rejects.toThrow(/the editor false did not work/);
    await expect(createEditor({ EDITOR: '/no/such/editor' }).edit('')).rejects.toThrow(/did not work/);
  });
});

describe('a rule on the stream', () => {
  it.each([
    ["LOCAL_READ('/etc/passwd') != null", 'localFiles'],
    ["HDFS_RM('/', true)", 'platformFiles'],
    ["x > 1 and MAP([1], y -> KAFKA_PUT('events', 'z')) == []", 'bus'],
    ["CONFIG_PUT('GLOBAL', '{}') == null", 'configuration'],
    ["PARSER_INIT('x') != null", 'parsers'],
    ["if x then SHELL_EDIT('') else ''", 'editor'],
    ["match { x => SYSTEM_ENV_GET('PATH'), default => '' }", 'system'],
    ["PROFILE_GET('p', 'e', PROFILE_FIXED(1, 'HOURS')) == []", 'profiles'],
    ["MAAS_GET_ENDPOINT('m') == {'a': THREAT_TRIAGE_SCORE('{}', null)}", 'models'],
  ])('%s is refused when it is compiled, with the capability %s', (expression, capability) => {
    const raised = (() => {
      try {
        compileStellar(expression);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(raised).toBeInstanceOf(StellarError);
    expect(raised).toMatchObject({ code: 'SKP_STELLAR_CAPABILITY' });
    expect((raised as StellarError).message).toContain(`'${capability}'`);
    expect((raised as StellarError).position).toBeDefined();
    expect((raised as StellarError).hint).toMatch(/to be had/);
  });

  it('may ask for what the stream has', () => {
    for (const expression of [
      "GEO_GET(ip) != null and ENRICHMENT_EXISTS('a', b, 'c', 'd')",
      "REST_GET('https://x.example/') != null",
      "OBJECT_GET('x') == null",
      "GROK_EVAL('%{INT:a}', b) == ''",
    ])
      expect(compileStellar(expression).problems).toEqual([]);
  });
});
