/** A real Solr on loopback: standalone, or a SolrCloud of one with its own ZooKeeper. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jarsOf } from '../support/jars.ts';
import { freePorts, isFree, type JavaServer, startJava } from '../support/java-server.ts';

const run = promisify(execFile);
const here = import.meta.dirname;

export interface SolrNode {
  /** `http://127.0.0.1:PORT/solr` */
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again over its own data; resolves when it answers, which may be before its log is replayed. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  request(path: string, body?: unknown): Promise<unknown>;
}

export async function startSolr(options: { readonly cloud?: boolean } = {}): Promise<SolrNode> {
  const cloud = options.cloud ?? false;
  const jars = await jarsOf('solr', path.join(here, 'pom.xml'));
  const classes = await compiled(jars);
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-solr-'));
  const home = path.join(folder, 'home');
  const port = cloud ? await portWithNext() : ((await freePorts(1))[0] ?? 0);
  await mkdir(home);
  await cp(path.join(here, 'conf'), path.join(home, 'configsets', '_default', 'conf'), { recursive: true });
  await writeFile(
    path.join(home, 'solr.xml'),
    `<solr><solrcloud><str name="host">127.0.0.1</str><int name="hostPort">${port}</int><str name="hostContext">solr</str><int name="zkClientTimeout">30000</int></solrcloud></solr>`,
  );
  if (cloud)
    await writeFile(
      path.join(home, 'zoo.cfg'),
      'tickTime=2000\ninitLimit=10\nsyncLimit=5\nclientPortAddress=127.0.0.1\n4lw.commands.whitelist=mntr,conf,ruok\n',
    );
  const url = `http://127.0.0.1:${port}/solr`;
  const start = (): Promise<JavaServer> =>
    startJava({
      classPath: `${classes}${path.delimiter}${jars}`,
      mainClass: 'SolrNode',
      args: [home, String(port)],
      jvm: [
        `-Dlog4j2.configurationFile=${path.join(here, 'log4j2.properties')}`,
        '-Djava.awt.headless=true',
        '-Djetty.testMode=true',
        '-XX:+UseG1GC',
        ...(cloud
          ? ['-DzkRun', `-Dbootstrap_confdir=${path.join(here, 'conf')}`, '-Dcollection.configName=_default']
          : []),
      ],
      heapMb: 1024,
      ready: /READY on /,
      logFile: path.join(folder, 'node.log'),
    });
  let server = await start();
  return {
    url,
    kill: () => server.kill(),
    async restart() {
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
    async request(where, body) {
      for (let attempt = 0; ; attempt++) {
        const response = await fetch(url + where, {
          ...(body === undefined
            ? {}
            : {
                method: 'POST',
                body: JSON.stringify(body),
                headers: { 'content-type': 'application/json' },
              }),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text);
        if (attempt >= 5) throw new Error(`${where}: ${text}`);
        await sleep(200);
      }
    },
  };
}

/** The ZooKeeper within takes the port that is 1,000 higher. */
async function portWithNext(): Promise<number> {
  for (;;) {
    const [port = 0] = await freePorts(1);
    if (await isFree(port + 1000)) return port;
  }
}

/** The main class, compiled once against the server's jars. */
async function compiled(jars: string): Promise<string> {
  const classes = path.join(path.dirname(jars), '..', 'classes');
  if (existsSync(classes)) return classes;
  const building = `${classes}.${process.pid}`;
  await mkdir(building, { recursive: true });
  await run('javac', ['-cp', jars, '-d', building, path.join(here, 'SolrNode.java')]);
  await rm(classes, { recursive: true, force: true });
  await rename(building, classes);
  return classes;
}
