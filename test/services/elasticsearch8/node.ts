/**
 * A node of Elasticsearch 8 from the distribution that its makers publish for tests. It has neither painless nor the module of
 * tokenizers: where a mapping names `char_group`, the node gets `standard` instead.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jarsOf } from '../support/jars.ts';
import { jdkFrom } from '../support/java.ts';
import { freePorts } from '../support/java-server.ts';
import { requestsTo } from '../support/requests.ts';

const run = promisify(execFile);
const READY_WITHIN_MS = 180_000;
/** Nobody: the server refuses to run as root. */
const NOBODY = 65_534;

/** Cases that need what the distribution lacks, with what it is. */
export const lacking: ReadonlyMap<string, string> = new Map(
  [
    'works over a field that is text here and a number there',
    'over values of every type puts numbers by their size before all others by their text',
    'find a wildcard over a number',
    'find a wildcard in any field',
    'each element of a list, once an event',
  ].map((name) => [name, 'the distribution has no painless']),
);

export interface TestNode {
  readonly url: string;
  request(method: string, where: string, body?: unknown): Promise<unknown>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startElasticsearch8(): Promise<TestNode> {
  const jdk = jdkFrom(17);
  if (jdk === null) throw new Error('Elasticsearch 8 needs a JDK of version 17 or later');
  const archive = globSync(await jarsOf('elasticsearch8', path.join(import.meta.dirname, 'pom.xml')))[0];
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-elasticsearch8-'));
  await chmod(folder, 0o755);
  await run(path.join(jdk, 'jar'), ['xf', archive ?? ''], { cwd: folder });
  const home = globSync(path.join(folder, 'elasticsearch-*'))[0] ?? folder;
  const [http = 0, transport = 0] = await freePorts(2);
  const config = path.join(folder, 'config');
  await cp(path.join(home, 'config'), config, { recursive: true });
  for (const name of ['tmp', 'data', 'logs']) await mkdir(path.join(folder, name));
  await writeFile(
    path.join(config, 'elasticsearch.yml'),
    [
      'network.host: 127.0.0.1',
      `http.port: ${http}`,
      `transport.port: ${transport}`,
      'discovery.type: single-node',
      'xpack.security.enabled: false',
      'cluster.routing.allocation.disk.threshold_enabled: false',
      'action.destructive_requires_name: false',
      `path.data: ${path.join(folder, 'data')}`,
      `path.logs: ${path.join(folder, 'logs')}`,
    ].join('\n'),
  );
  await run('chmod', ['+x', ...globSync(path.join(home, 'bin/*'))]);
  const root = process.getuid?.() === 0;
  if (root) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  const child = spawn(path.join(home, 'bin/elasticsearch'), {
    ...(root ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: home,
    // The launcher starts the server as a child of its own: both are ended by their group.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ES_JAVA_HOME: path.dirname(jdk),
      ES_PATH_CONF: config,
      ES_TMPDIR: path.join(folder, 'tmp'),
      ES_JAVA_OPTS: '-Xms256m -Xmx1g',
    },
  });
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail.push(text);
      if (tail.length > 30) tail.shift();
    });
  }
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const server = `http://127.0.0.1:${http}`;
  for (const until = Date.now() + READY_WITHIN_MS; ; ) {
    const answer = await fetch(`${server}/_cluster/health?wait_for_status=green&timeout=10s`).catch(
      () => null,
    );
    if (answer?.ok === true) break;
    if (child.exitCode !== null || Date.now() > until) {
      kill();
      throw new Error(`Elasticsearch 8 did not start:\n${tail.join('')}`);
    }
    await sleep(100);
  }
  const front = await tokenizerFront(http);
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const request = requestsTo(url);
  return {
    url,
    request,
    async clear() {
      await request('DELETE', '/*_index_*,skopos*');
    },
    async stop() {
      process.off('exit', kill);
      const ended = once(child, 'exit');
      kill();
      await ended;
      front.close();
      front.closeAllConnections();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** Hands everything on, with the one tokenizer that is missing replaced. */
async function tokenizerFront(port: number): Promise<Server> {
  const front = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      let body = Buffer.concat(chunks);
      if (asked.method === 'PUT' && body.includes('"char_group"')) {
        body = Buffer.from(JSON.stringify(JSON.parse(body.toString(), withoutCharGroup)));
      }
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = asked.headers;
      const { method, url } = asked;
      const onward = httpRequest(
        {
          host: '127.0.0.1',
          port,
          path: url,
          method,
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          answer.writeHead(response.statusCode ?? 500, response.headers);
          response.pipe(answer);
        },
      );
      onward.on('error', () => answer.destroy());
      onward.end(body);
    });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return front;
}

function withoutCharGroup(_: string, value: unknown): unknown {
  const type = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
  return type === 'char_group' ? { type: 'standard' } : value;
}
