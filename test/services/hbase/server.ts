/** A real HBase on loopback: master, region server and ZooKeeper in one process, the Thrift2 and the REST server beside it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jarsOf } from '../support/jars.ts';
import { freePorts, type JavaServer, startJava } from '../support/java-server.ts';

const here = import.meta.dirname;

export interface HBaseServer {
  readonly thriftPort: number;
  readonly restPort: number;
  /** kill -9 of the database; the Thrift and REST servers stay. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  killThrift(): Promise<void>;
  startThrift(): Promise<void>;
  stop(): Promise<void>;
}

export interface HBaseServerOptions {
  readonly thrift?: boolean;
  readonly rest?: boolean;
  readonly heapMb?: number;
}

export async function startHBase(options: HBaseServerOptions = { thrift: true }): Promise<HBaseServer> {
  const jars = await jarsOf('hbase', path.join(here, 'pom.xml'));
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-hbase-'));
  const [zooKeeper = 0, master = 0, region = 0, thriftPort = 0, restPort = 0] = await freePorts(5);
  const conf = path.join(folder, 'conf');
  await mkdir(conf);
  await writeFile(path.join(conf, 'hbase-site.xml'), site(folder, { zooKeeper, master, region }));
  const jvm = [
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    `-Dlog4j.configuration=file:${path.join(here, 'log4j.properties')}`,
    `-Dhbase.log.dir=${folder}`,
  ];
  const start = (
    name: string,
    mainClass: string,
    args: readonly string[],
    ready: RegExp,
    heapMb: number,
    port?: number,
  ): Promise<JavaServer> =>
    startJava({
      classPath: `${conf}:${jars}`,
      mainClass,
      args,
      jvm,
      heapMb,
      ready,
      ...(port === undefined ? {} : { port }),
      logFile: path.join(folder, `${name}.log`),
    });
  const startDatabase = (): Promise<JavaServer> =>
    start(
      'master',
      'org.apache.hadoop.hbase.master.HMaster',
      ['start'],
      /Master has completed initialization/,
      options.heapMb ?? 768,
    );
  const startThrift = (): Promise<JavaServer> =>
    start(
      'thrift',
      'org.apache.hadoop.hbase.thrift2.ThriftServer',
      ['start', '-b', '127.0.0.1', '-p', String(thriftPort)],
      /Starting(?: HBase)? .*(?:server|Server).* on|starting HBase .* on .*:\d+|Started .*ThriftServer/i,
      384,
      thriftPort,
    );
  const startRest = (): Promise<JavaServer> =>
    start(
      'rest',
      'org.apache.hadoop.hbase.rest.RESTServer',
      ['start', '-p', String(restPort)],
      /Started Server@|Started ServerConnector|Started @/,
      384,
      restPort,
    );
  let database: JavaServer | null = await startDatabase();
  let thrift: JavaServer | null = options.thrift === true ? await startThrift() : null;
  const rest: JavaServer | null = options.rest === true ? await startRest() : null;
  return {
    thriftPort,
    restPort,
    async killDatabase() {
      await database?.kill();
      database = null;
    },
    async startDatabase() {
      database = await startDatabase();
    },
    async killThrift() {
      await thrift?.kill();
      thrift = null;
    },
    async startThrift() {
      thrift = await startThrift();
    },
    async stop() {
      // Nothing of it is kept, and an orderly end takes the database 25 s.
      await Promise.all([thrift, rest, database].map((server) => server?.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function site(
  folder: string,
  ports: { readonly zooKeeper: number; readonly master: number; readonly region: number },
): string {
  const properties: Record<string, string | number> = {
    'hbase.rootdir': `file://${folder}/data`,
    'hbase.tmp.dir': `${folder}/tmp`,
    'hbase.cluster.distributed': 'false',
    'hbase.unsafe.stream.capability.enforce': 'false',
    'hbase.wal.provider': 'filesystem',
    'hbase.procedure.store.wal.use.hsync': 'false',
    'hbase.zookeeper.property.dataDir': `${folder}/zk`,
    'hbase.zookeeper.property.clientPort': ports.zooKeeper,
    'hbase.zookeeper.property.clientPortAddress': '127.0.0.1',
    'hbase.zookeeper.quorum': '127.0.0.1',
    'hbase.master.hostname': 'localhost',
    'hbase.regionserver.hostname': 'localhost',
    'hbase.master.ipc.address': '127.0.0.1',
    'hbase.regionserver.ipc.address': '127.0.0.1',
    'hbase.localcluster.assign.random.ports': 'false',
    'hbase.master.port': ports.master,
    'hbase.regionserver.port': ports.region,
    'hbase.master.info.port': -1,
    'hbase.regionserver.info.port': -1,
    'hbase.rest.host': '127.0.0.1',
    'hbase.rest.info.port': -1,
    'hbase.thrift.info.port': -1,
    'hbase.regionserver.thrift.ipaddress': '127.0.0.1',
    // A server that cannot reach the database says so within seconds, not within minutes.
    'hbase.client.retries.number': 3,
    'hbase.client.pause': 100,
  };
  const lines = Object.entries(properties).map(
    ([name, value]) => ` <property><name>${name}</name><value>${value}</value></property>`,
  );
  return `<configuration>\n${lines.join('\n')}\n</configuration>\n`;
}
