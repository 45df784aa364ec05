import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startSkopos } from '../../test/support/running-skopos.ts';
import { openLmdbKeyValueStore, ReferenceData } from '../store/index.ts';
import { commands } from './commands/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as a user does. */
function skopos(args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(root, 'bin/skopos.js'), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, out, err })));
}

describe('started by a Node that cannot become the program', () => {
  it('hands on that it is to stop, and stops with it', { timeout: 60_000 }, async () => {
    const config = path.join(folder, 'older-node-config');
    await mkdir(config);
    // The usual ports may be taken.
    await writeFile(path.join(config, 'listeners.json'), '[]');
    const running = await startSkopos({
      data: path.join(folder, 'older-node'),
      config,
      environment: { NODE_OPTIONS: '--import=data:text/javascript,process.execve=undefined' },
    });
    expect((await fetch(`${running.url}/health/live`)).status).toBe(200);
    expect(await running.stop()).toBe(0);
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
  });
});

describe('help', () => {
  const examined = [
    'up',
    'demo',
    'ingest',
    'search',
    'load',
    'import metron',
    'config check',
    'config push',
    'config pull',
    'config diff',
    'config history',
    'config rollback',
    'config status',
    'replay errors',
    'password',
    'bench',
  ];
  it.each(examined)('of %s says what the command is for, with examples', async (command) => {
    const { code, out } = await skopos([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: skopos/);
    expect(out).toMatch(/Examples:\n {2}\$ /);
  });

  it.each(Object.entries(commands))('knows %s by the name of its file', async (name, load) => {
    const program = new Command();
    (await load())(program);
    expect(program.commands.map((command) => command.name())).toEqual([name]);
  });

  it('is offered for a command that does not exist, with the nearest one', async () => {
    const { code, err } = await skopos(['serch']);
    expect(code).not.toBe(0);
    expect(err).toMatch(/search/);
  });
});

describe('skopos load', () => {
  async function known(data: string, type: string, indicator: string): Promise<unknown> {
    const store = openLmdbKeyValueStore(path.join(data, 'store'));
    try {
      return await new ReferenceData(store).get('threatintel', type, indicator);
    } finally {
      await store.close();
    }
  }

  it('takes names of columns from the first line, and tells which rows it left out', async () => {
    const data = path.join(folder, 'load');
    await writeFile(path.join(folder, 'bad.csv'), 'ip,source\n192.0.2.5,feed\n,nobody\n# comment\n');
    const { code, out, err } = await skopos([
      'load',
      'bad.csv',
      '--type',
      'malicious_ip',
      '--header',
      '--data',
      data,
    ]);
    expect(out).toMatch(/^1 entries in threatintel/);
    expect(err).toMatch(/left out: bad.csv: no indicator/);
    expect(code).toBe(1);
    expect(await known(data, 'malicious_ip', '192.0.2.5')).toEqual({ ip: '192.0.2.5', source: 'feed' });
  });

  it('reads compressed lists and standard input, with columns that are told', async () => {
    const data = path.join(folder, 'load2');
    await writeFile(path.join(folder, 'list.csv.gz'), gzipSync('a.example;x\n'));
    const options = [
      '--type',
      'domain',
      '--columns',
      'name,why',
      '--separator',
      ';',
      '--json',
      '--data',
      data,
    ];
    expect(JSON.parse((await skopos(['load', 'list.csv.gz', ...options])).out)).toMatchObject({
      loaded: 1,
      skipped: 0,
    });
    expect((await skopos(['load', '-', ...options], 'b.example;y\n')).code).toBe(0);
    expect(await known(data, 'domain', 'a.example')).toEqual({ name: 'a.example', why: 'x' });
    expect(await known(data, 'domain', 'b.example')).toEqual({ name: 'b.example', why: 'y' });
  });

  it.each([
    [['load', 'nowhere.csv', '--type', 't', '--header'], /Cannot read nowhere.csv/],
    [['load', 'bad.csv', '--header'], /kind of indicator/],
    [['load', 'bad.csv', '--type', 't'], /columns are missing/],
  ])('%j says what is missing', async (args, message) => {
    const { code, err } = await skopos([...args, '--data', path.join(folder, 'load3')]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

describe('skopos detect', () => {
  it('knows the parsers of plug-ins', async () => {
    const config = path.join(folder, 'with-plugin');
    await mkdir(path.join(config, 'plugins'), { recursive: true });
    await writeFile(
      path.join(config, 'plugins', 'turnstile.ts'),
      `import { definePlugin } from 'skopos';
const form = /^turnstile (\\w+) <(\\d+)>$/;
export default definePlugin({
  kind: 'parser', name: 'turnstile', description: 'Doors', samples: ['turnstile north <12>', 'turnstile south <7>'],
  configure: () => ({
    parse(text, sink) {
      const found = form.exec(text);
      if (found === null) sink.fail(new Error("not of a turnstile"));
      else sink.emit({ door: found[1], badge: found[2], timestamp: 1 });
    },
  }),
});`,
    );
    const { out, err } = await skopos(
      ['detect', '--config', config, '--json'],
      'turnstile east <3>\nturnstile west <4>\n',
    );
    expect(err).toBe('');
    expect(JSON.parse(out)[0]).toMatchObject({ parser: 'turnstile', understood: 1 });
  });
});

describe('skopos import metron', () => {
  it('shows what would change without control characters, keeps what differs, and says so with its exit code', async () => {
    const metron = path.join(folder, 'metron');
    const config = path.join(folder, 'imported');
    for (const each of [metron, config]) await mkdir(path.join(each, 'parsers'), { recursive: true });
    await writeFile(path.join(metron, 'parsers', 'doors.json'), '{ "parserClassName": "json" } // \u001b[2J');
    await writeFile(path.join(config, 'parsers', 'doors.json'), '{ "parserClassName": "csv" }');
    const args = ['import', 'metron', '--folder', metron, '--config', config];
    const shown = await skopos([...args, '--dry-run']);
    expect(shown.out).toContain('-{ "parserClassName": "csv" }\n');
    expect(shown.out).toContain('+{ "parserClassName": "json" } // \\x1b[2J\n');
    expect(shown.out).not.toContain('\u001b');
    expect(shown.code).toBe(2);
    const refused = JSON.parse((await skopos([...args, '--json'])).out);
    expect(refused).toMatchObject({ complete: false, files: [{ outcome: 'refused', reason: 'differs' }] });
    const forced = await skopos([...args, '--force']);
    expect(forced.out).toMatch(/0 written, 1 overwritten, 0 unchanged, 0 refused/);
    expect(forced.code).toBe(0);
  });

  it.each([
    [[], /--zookeeper HOST:PORT, or --folder/],
    [['--folder', 'nowhere'], /There is no folder nowhere/],
    [['--zookeeper', '127.0.0.1:1', '--auth', 'plain:secret'], /digest:USER:PASSWORD/],
    [['--zookeeper', '127.0.0.1:1'], /Cannot read from 127.0.0.1:1/],
  ])('%j ends with 1 and what to do', async (args, message) => {
    const { code, err } = await skopos(['import', 'metron', ...args]);
    expect(err).toMatch(message);
    expect(err).not.toContain('plain:secret');
    expect(code).toBe(1);
  });
});

describe('skopos config check', () => {
  it('accepts what ships, and says where a mistake is and what was meant', async () => {
    const good = path.join(folder, 'good');
    await mkdir(path.join(good, 'parsers'), { recursive: true });
    await writeFile(path.join(good, 'parsers', 'own.json'), '{ "parserClassName": "json" }');
    const fine = await skopos(['config', 'check', good]);
    expect(fine.out).toMatch(/The configuration is good: \d+ sensors/);
    expect(fine.code).toBe(0);
    await writeFile(path.join(good, 'parsers', 'own.json'), '{\n  "parserClasName": "json"\n}');
    const wrong = await skopos(['config', 'check', good]);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/parsers\/own\.json:2:\d+: error: .*parserClasName/s);
    expect(wrong.out).toMatch(/parserClassName/);
    const json = JSON.parse((await skopos(['config', 'check', good, '--json'])).out) as {
      valid: boolean;
      problems: unknown[];
    };
    expect(json.valid).toBe(false);
    expect(json.problems.length).toBeGreaterThan(0);
  });

  it('says what is wrong with cluster.json, and which secret is not there', async () => {
    const place = path.join(folder, 'cluster');
    await mkdir(place, { recursive: true });
    const write = (value: unknown) => writeFile(path.join(place, 'cluster.json'), JSON.stringify(value));
    await write({ bus: { type: 'kafka', broker: ['127.0.0.1:9092'] } });
    const wrong = await skopos(['config', 'check', '--config', place]);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/cluster\.json:1:\d+: error: .*"broker".*Did you mean "brokers"/s);
    const sasl = { mechanism: 'PLAIN', username: 'u', password: { env: 'SKOPOS_NOWHERE' } };
    await write({ bus: { type: 'kafka', brokers: ['127.0.0.1:9092'], sasl } });
    const away = await skopos(['config', 'check', '--config', place]);
    expect(away.code).toBe(1);
    expect(away.out).toMatch(/cluster\.json:1:1: error: .*SKOPOS_NOWHERE/s);
  });
});

describe('skopos config push and its like', () => {
  it.each([['push', '-m', 'why'], ['pull'], ['history'], ['rollback', '1'], ['status']])(
    '%s says that one machine has no versions, and what would give it some',
    async (...args) => {
      const { code, err } = await skopos(['config', ...args, '--config', folder]);
      expect(code).toBe(1);
      expect(err).toMatch(/There are no versions here.*"config": \{ "type": "kafka" \}/s);
    },
  );

  it('diff says with its exit code that nothing can be said', async () => {
    expect((await skopos(['config', 'diff', '--config', folder])).code).toBe(2);
  });

  it('push wants to know why', async () => {
    const { code, err } = await skopos(['config', 'push', '--config', folder]);
    expect(code).toBe(1);
    expect(err).toMatch(/--message/);
  });
});

describe('the life of an event on the command line', () => {
  it('is taken in without a server, worked by one, found with and without it, and replayed when it failed', {
    timeout: 180_000,
  }, async () => {
    const data = path.join(folder, 'life');
    const config = path.join(folder, 'life-config');
    await mkdir(path.join(config, 'parsers'), { recursive: true });
    await writeFile(path.join(config, 'listeners.json'), '[{ "name": "http", "type": "http" }]');
    const parser = path.join(config, 'parsers', 'lines.json');
    await writeFile(parser, '{ "parserClassName": "json" }');
    await writeFile(path.join(folder, 'events.txt.gz'), gzipSync('{"id":"good"}\nid=mended\n'));
    const place = ['--data', data, '--config', config];

    const unknown = await skopos(['ingest', 'events.txt.gz', '--sensor', 'line', ...place]);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/lines/);
    const taken = await skopos(['ingest', 'events.txt.gz', '--sensor', 'lines', '--json', ...place]);
    expect(JSON.parse(taken.out)).toMatchObject({ records: 2, rejected: 0 });

    const running = await startSkopos({ data, config });
    const search = (...more: string[]): Promise<Ended> => skopos(['search', ...more, '--data', data]);
    await eventually(async () => (await search('id:good', '--json')).code === 0);
    await eventually(async () => (await search('*', '--sensor', 'error')).code === 0);
    const mistaken = await search('a:(b');
    expect(mistaken.code).toBe(1);
    expect(mistaken.err).toMatch(/character 5/);

    const replay = (...more: string[]): Promise<Ended> =>
      skopos(['replay', 'errors', '--json', '--data', data, ...more]);
    expect(JSON.parse((await replay('--dry-run')).out)).toMatchObject({ replayed: 1 });
    expect(JSON.parse((await replay('--sensor', 'other')).out)).toMatchObject({ replayed: 0, otherwise: 1 });
    await writeFile(parser, '{ "parserClassName": "csv", "parserConfig": { "columns": { "id": 0 } } }');
    await eventually(async () => {
      const now = await running.request<{ parserClassName: string }>(
        'GET',
        '/api/v1/sensor/parser/config/lines',
      );
      return now.parserClassName === 'csv';
    });
    expect(JSON.parse((await replay()).out)).toMatchObject({ replayed: 1 });
    await eventually(async () => (await search('id:"id=mended"')).code === 0);
    expect(JSON.parse((await replay()).out)).toMatchObject({ replayed: 0 });

    const second = await skopos(['up', '--data', data, '--port', '0']);
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/in use by process/);
    expect(await running.stop()).toBe(0);
    expect((await search('id:good', '--json')).out).toMatch(/"id":"good"/);
    expect((await search('id:nothing')).code).toBe(1);
    // Of an engine that is not there nothing is found, rather than what the data folder has.
    await writeFile(
      path.join(config, 'cluster.json'),
      '{ "index": { "type": "opensearch", "nodes": ["http://127.0.0.1:9"] } }',
    );
    const elsewhere = await search('id:good', '--json', '--config', config);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.err).toMatch(/127\.0\.0\.1:9.*index\.nodes/s);
  });
});

describe('skopos up', () => {
  it('says that a port is in use, and ends', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as { port: number };
    const { code, err } = await skopos(['up', '--data', path.join(folder, 'port'), '--port', String(port)]);
    server.close();
    expect(code).toBe(1);
    expect(err).toMatch(/EADDRINUSE[\s\S]*--port/);
  });
});

describe('skopos password', () => {
  it('sets one that opens a session, and knows the roles', async () => {
    const data = path.join(folder, 'password');
    expect((await skopos(['password', 'ann', '--role', 'emperor', '--data', data])).err).toMatch(
      /viewer, analyst, administrator/,
    );
    expect(
      (await skopos(['password', 'ann', '--role', 'analyst', '--data', data], 'long enough\n')).code,
    ).toBe(0);
    const running = await startSkopos({ data });
    const answer = await fetch(new URL('/api/v1/session', running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ann', password: 'long enough' }),
    });
    expect(await answer.json()).toEqual({ username: 'ann', roles: ['analyst'] });
    expect(await running.stop()).toBe(0);
  });
});
