/** A real ZooKeeper server on loopback, alone, and its own command-line client to fill it with. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { openZookeeper } from '../../../src/zookeeper/index.ts';
import { jarsOf } from '../support/jars.ts';
import { freePorts, type JavaServer, startJava } from '../support/java-server.ts';

const here = import.meta.dirname;
const logging = `-Dlog4j2.configurationFile=${path.join(here, 'log4j2.xml')}`;

export interface ZookeeperServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Runs commands of ZooKeeper's own client, one a line, in one session. */
  run(commands: readonly string[]): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startZookeeper(): Promise<ZookeeperServer> {
  const classPath = await jarsOf('zookeeper', path.join(here, 'pom.xml'));
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-zookeeper-'));
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const data = path.join(folder, 'data');
  await mkdir(data);
  const settings = path.join(folder, 'zoo.cfg');
  await writeFile(
    settings,
    [
      `dataDir=${data}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'tickTime=2000',
      'admin.enableServer=false',
      '',
    ].join('\n'),
  );
  const start = (): Promise<JavaServer> =>
    startJava({
      classPath,
      mainClass: 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      args: [settings],
      jvm: [logging],
      heapMb: 256,
      ready: /PrepRequestProcessor \(sid:0\) started/,
      logFile: path.join(folder, 'server.log'),
    });
  /** Its port is open a moment before it takes sessions. */
  const answering = (): Promise<void> =>
    vi.waitFor(async () => (await openZookeeper(address)).close(), { timeout: 30_000, interval: 50 });
  let server = await start();
  await answering();
  return {
    address,
    async run(commands) {
      const child = spawn(
        'java',
        [logging, '-Xmx128m', '-cp', classPath, 'org.apache.zookeeper.ZooKeeperMain', '-server', address],
        { stdio: ['pipe', 'pipe', 'pipe'] },
      );
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
      child.stdin.end(`${commands.join('\n')}\nquit\n`);
      const code = await new Promise((resolve) => child.once('close', resolve));
      const created = said.match(/^Created /gm)?.length ?? 0;
      const wanted = commands.filter((command) => command.startsWith('create ')).length;
      if (code !== 0 || created < wanted)
        throw new Error(`ZooKeeper's client made ${created} of ${wanted} nodes:\n${said.slice(-3000)}`);
    },
    kill: () => server.kill(),
    async restart() {
      server = await start();
      await answering();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
