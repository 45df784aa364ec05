/** `skopos import metron` against a real ZooKeeper server that holds a configuration as Metron's tools push it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openZookeeper } from '../../../src/zookeeper/index.ts';
import { startZookeeper, type ZookeeperServer } from './server.ts';

const documents: Readonly<Record<string, unknown>> = {
  global: { 'es.ip': ['search1:9200'], 'parser.error.topic': 'failures', 'office.network': '10.20.0.0/16' },
  profiler: { profiles: [] },
  'parsers/turnstile': {
    parserClassName: 'org.apache.metron.parsers.GrokParser',
    sensorTopic: 'turnstile',
    parserConfig: { grokPath: '/patterns/turnstile', patternLabel: 'TURNSTILE', timestampField: 'timestamp' },
  },
  'parsers/doors': { parserClassName: 'org.apache.metron.parsers.json.JSONMapParser', sensorTopic: 'doors' },
  'enrichments/doors': { enrichment: { fieldMap: { geo: ['ip_src_addr'] } }, threatIntel: { fieldMap: {} } },
  'indexing/doors': { elasticsearch: { index: 'doors', batchSize: 50, enabled: true } },
};
const secret = 'reader:it is a secret';

let server: ZookeeperServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-import-'));
  server = await startZookeeper();
  const text = (value: unknown): string => `'${JSON.stringify(value)}'`;
  const tree = (root: string): string[] => [
    ...(root === '' ? [] : [`create ${root}`]),
    ...[
      '/metron',
      '/metron/topology',
      ...['parsers', 'enrichments', 'indexing'].map((it) => `/metron/topology/${it}`),
    ].map((node) => `create ${root}${node}`),
    ...Object.entries(documents).map(
      ([node, value]) => `create ${root}/metron/topology/${node} ${text(value)}`,
    ),
  ];
  await server.run([
    ...tree(''),
    ...tree('/other'),
    'addauth digest "reader:it is a secret"',
    'setAcl -R /other/metron auth::r',
  ]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function skopos(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const bin = path.resolve(import.meta.dirname, '../../../bin/skopos.js');
  const child = spawn(process.execPath, [bin, 'import', 'metron', ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

describe('skopos import metron', () => {
  it('writes what ZooKeeper holds, says what is missing, and is done when that is brought', async () => {
    const first = await skopos(['--zookeeper', server.address, '--config', 'taken']);
    expect(first.err).toBe('');
    expect(first.out).toContain('parsers/turnstile.json: /patterns/turnstile');
    expect(first.out).toContain('taken: 6 written, 0 overwritten, 0 unchanged, 0 refused');
    expect(first.code).toBe(2);
    for (const [node, value] of Object.entries(documents))
      expect(JSON.parse(await readFile(path.join(folder, 'taken', `${node}.json`), 'utf8'))).toEqual(value);

    const patterns = await mkdtemp(path.join(folder, 'patterns-'));
    await writeFile(path.join(patterns, 'turnstile'), 'TURNSTILE %{NUMBER:timestamp} %{WORD:door}\n');
    const second = await skopos(['--zookeeper', server.address, '--config', 'taken', '--patterns', patterns]);
    expect(second.out).toContain('taken: 1 written, 0 overwritten, 6 unchanged, 0 refused');
    expect(second.code).toBe(0);
  });

  it('reads below a path of its own, with credentials where the nodes ask for them', async () => {
    const address = `${server.address}/other`;
    const without = await skopos(['--zookeeper', address, '--config', 'guarded']);
    expect(without.err).toContain('/other/metron/topology');
    expect(without.err).toContain('--auth digest:USER:PASSWORD');
    expect(without.code).toBe(1);
    const args = ['--zookeeper', address, '--config', 'guarded', '--json'];
    const { out } = await skopos(args, { SKOPOS_ZOOKEEPER_AUTH: `digest:${secret}` });
    expect(JSON.parse(out).files.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(6).fill('written'),
    );
  });

  it('says that nothing of Metron is there', async () => {
    const { code, err } = await skopos(['--zookeeper', `${server.address}/nowhere`, '--config', 'none']);
    expect(err).toContain('has no node /metron/topology');
    expect(code).toBe(1);
  });
});

describe('a reader of ZooKeeper', () => {
  it('passes over a server that refuses, and tells what each one said when none answers', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const address = closed.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const reader = await openZookeeper(`127.0.0.1:${port},${server.address}`);
    expect(reader.server).toBe(server.address);
    expect(await reader.children('/metron/topology/parsers')).toEqual(['doors', 'turnstile']);
    expect(await reader.data('/metron/topology/parsers/nothing')).toBeNull();
    expect(await reader.data('/metron/topology/parsers')).toHaveLength(0);
    await reader.close();
  });

  it('goes on after the server was killed and came back', async () => {
    const reader = await openZookeeper(server.address);
    await reader.data('/metron/topology/global');
    await server.kill();
    await expect(reader.data('/metron/topology/global')).rejects.toMatchObject({
      code: 'SKP_ZOOKEEPER_UNREACHABLE',
    });
    await server.restart();
    expect(JSON.parse(String(await reader.data('/metron/topology/global')))).toEqual(documents['global']);
    await reader.close();
  });
});
