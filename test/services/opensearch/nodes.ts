/** Real nodes of OpenSearch and Elasticsearch on loopback, one at a time. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jarsOf } from '../support/jars.ts';
import { jdkFrom } from '../support/java.ts';
import { freePorts, type JavaServer, startJava } from '../support/java-server.ts';
import { requestsTo } from '../support/requests.ts';

const run = promisify(execFile);
const here = import.meta.dirname;

interface ProductFacts {
  /** The file with its LocalNode, beside its pom.xml where it is not told otherwise. */
  readonly localNode: string;
  readonly leastJava: number;
  readonly jvm: readonly string[];
  readonly translate: (source: string) => string;
}

const v2: ProductFacts = {
  localNode: 'opensearch/LocalNode.java',
  leastJava: 17,
  jvm: [],
  translate: (source) => source,
};
const products = {
  opensearch: v2,
  opensearch3: {
    ...v2,
    localNode: 'opensearch3/LocalNode.java',
    leastJava: 21,
    jvm: ['--enable-native-access=ALL-UNNAMED', '--add-modules', 'jdk.incubator.vector'],
  },
  elasticsearch: {
    ...v2,
    translate: (source: string) => source.replaceAll('org.opensearch', 'org.elasticsearch'),
  },
} as const satisfies Record<string, ProductFacts>;

export type Product = keyof typeof products;

/** Why a product cannot run here; null when it can. */
export function cannotRun(product: Product): string | null {
  const { leastJava } = products[product];
  return jdkFrom(leastJava) === null ? `no JDK of version ${leastJava} or later` : null;
}

export interface SearchNode {
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again over its own data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Every index goes. */
  clear(): Promise<void>;
  request(method: string, path: string, body?: unknown): Promise<unknown>;
}

export interface NodeOptions {
  readonly product?: Product;
  /** `key=value` */
  readonly settings?: readonly string[];
}

export async function startNode(options: NodeOptions = {}): Promise<SearchNode> {
  const product = options.product ?? 'opensearch';
  const facts = products[product];
  const jdk = jdkFrom(facts.leastJava);
  if (jdk === null) throw new Error(`${product} needs a JDK of version ${facts.leastJava} or later`);
  const jars = await jarsOf(product, path.join(here, '..', product, 'pom.xml'));
  const classes = await compiled(facts, jdk, jars);
  const folder = await mkdtemp(path.join(tmpdir(), `skopos-${product}-`));
  const [http = 0, transport = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${http}`;
  const start = async (): Promise<JavaServer> => {
    const server = await startJava({
      java: path.join(jdk, 'java'),
      classPath: `${classes}${path.delimiter}${jars}`,
      mainClass: 'SearchNode',
      args: [path.join(folder, 'home'), String(http), String(transport), ...(options.settings ?? [])],
      jvm: [
        `-Dlog4j2.configurationFile=${path.join(here, 'log4j2.properties')}`,
        '-XX:+UseG1GC',
        ...facts.jvm,
      ],
      heapMb: 1024,
      ready: /READY on /,
      logFile: path.join(folder, 'node.log'),
    });
    await recovered(url);
    return server;
  };
  let server = await start();
  const request = requestsTo(url);
  return {
    url,
    request,
    kill: () => server.kill(),
    async restart() {
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
    async clear() {
      await request('DELETE', '/*_index_*,skopos*');
    },
  };
}

/** The node answers before its shards are read again. */
async function recovered(url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await fetch(
      `${url}/_cluster/health?wait_for_no_initializing_shards=true&timeout=30s`,
    ).catch(() => null);
    const health: unknown = response?.ok === true ? await response.json() : null;
    if (JSON.stringify(health ?? {}).includes('"unassigned_primary_shards":0')) return;
    if (JSON.stringify(health ?? {}).match(/"status":"(green|yellow)"/)) return;
    await sleep(100);
  }
  throw new Error(`${url} did not recover`);
}

/** The main class, compiled once against the server's jars. */
async function compiled(facts: ProductFacts, jdk: string, jars: string): Promise<string> {
  const classes = path.join(path.dirname(jars), '..', 'classes-local');
  if (existsSync(classes)) return classes;
  const building = `${classes}.${process.pid}`;
  await mkdir(building, { recursive: true });
  const files: string[] = [];
  for (const source of ['opensearch/SearchNode.java', facts.localNode]) {
    const file = path.join(building, path.basename(source));
    await writeFile(file, facts.translate(await readFile(path.join(here, '..', source), 'utf8')));
    files.push(file);
  }
  await run(path.join(jdk, 'javac'), ['-cp', jars, '-d', building, ...files]);
  await rm(classes, { recursive: true, force: true });
  await rename(building, classes);
  return classes;
}
