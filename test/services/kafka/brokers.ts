/** Real Kafka brokers on loopback, in KRaft mode: one, or three that replicate. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { jarsOf } from '../support/jars.ts';
import { freePorts, type JavaServer, startJava } from '../support/java-server.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const logging = `-Dlog4j2.configurationFile=${path.join(here, 'log4j2.xml')}`;

export interface KafkaCluster {
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  /** `host:port` of a further listener of the first broker. */
  listener(name: string): string;
  broker(number: number): JavaServer;
  /** Starts a broker again over its own data. */
  restart(number: number): Promise<void>;
  /** How many members a group has: one that was killed is among them until its session is over. */
  membersOf(group: string): Promise<number>;
  deleteTopics(topics: readonly string[]): Promise<void>;
  /** As the brokers have it now; 0 when there is no such topic. */
  partitionsOf(topic: string): Promise<number>;
  /** Raises the number of partitions of a topic. */
  addPartitions(topic: string, partitions: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly brokers?: number;
  /** Further listeners of a single broker: their protocols (`SSL`, `SASL_SSL`) by their names. */
  readonly listeners?: Readonly<Record<string, string>>;
  /** Beside those that a broker has here; see Kafka's reference of broker configurations. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Users that log in by SCRAM: `SCRAM-SHA-512=[name=…,password=…]`. */
  readonly scram?: readonly string[];
}

export async function startKafka(options: ClusterOptions = {}): Promise<KafkaCluster> {
  const count = options.brokers ?? 1;
  const classPath = await jarsOf('kafka', path.join(here, 'pom.xml'));
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-kafka-'));
  const names = Object.keys(options.listeners ?? {});
  const ports = await freePorts(count * 2 + names.length);
  const further = new Map(names.map((name, at) => [name, `127.0.0.1:${ports[count * 2 + at]}`]));
  const voters = Array.from({ length: count }, (_, i) => `${i + 1}@127.0.0.1:${ports[count + i]}`).join(',');
  const clusterId = newClusterId();
  const servers: JavaServer[] = [];
  const start = (number: number): Promise<JavaServer> =>
    startJava({
      classPath,
      mainClass: 'kafka.Kafka',
      args: [path.join(folder, `broker-${number}.properties`)],
      jvm: [logging, '-XX:+UseG1GC'],
      heapMb: count === 1 ? 1024 : 512,
      ready: /Kafka Server started/,
      logFile: path.join(folder, `broker-${number}.log`),
    });
  for (let i = 0; i < count; i++) {
    const data = path.join(folder, `data-${i}`);
    await mkdir(data);
    const properties = path.join(folder, `broker-${i}.properties`);
    await writeFile(
      properties,
      Object.entries({
        ...withListeners(propertiesOf(i, count, ports, voters, data), options.listeners ?? {}, further),
        ...options.properties,
      })
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    await run('java', [
      logging,
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
      '--ignore-formatted',
      ...(options.scram ?? []).flatMap((user) => ['--add-scram', user]),
    ]);
  }
  // Together: a quorum of three is ready when two are.
  servers.push(...(await Promise.all(Array.from({ length: count }, (_, i) => start(i)))));
  const brokers = ports.slice(0, count).map((port) => `127.0.0.1:${port}`);
  return {
    brokers,
    listener: (name) => {
      const address = further.get(name);
      if (address === undefined) throw new RangeError(`There is no listener ${name}`);
      return address;
    },
    broker: (number) => {
      const server = servers[number];
      if (server === undefined) throw new RangeError(`There is no broker ${number}`);
      return server;
    },
    async restart(number) {
      servers[number] = await start(number);
    },
    membersOf: (group) =>
      administer(brokers, async (admin) => {
        const described = await admin.describeGroups({ groups: [group] });
        return described.get(group)?.members.size ?? 0;
      }),
    async deleteTopics(topics) {
      await administer(brokers, async (admin) => {
        const there = await admin.listTopics();
        const gone = topics.filter((topic) => there.includes(topic));
        if (gone.length > 0) await admin.deleteTopics({ topics: gone });
      });
    },
    partitionsOf: (topic) =>
      administer(brokers, async (admin) => {
        if (!(await admin.listTopics()).includes(topic)) return 0;
        const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
        return topics.get(topic)?.partitionsCount ?? 0;
      }).catch(() => 0),
    async addPartitions(topic, partitions) {
      await administer(brokers, (admin) =>
        admin.createPartitions({
          topics: [{ name: topic, count: partitions, assignments: null }],
          validateOnly: false,
        }),
      );
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function administer<T>(
  bootstrapBrokers: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...bootstrapBrokers] });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

function propertiesOf(
  index: number,
  count: number,
  ports: readonly number[],
  voters: string,
  data: string,
): Record<string, string> {
  const copies = String(Math.min(3, count));
  const inSync = count > 1 ? '2' : '1';
  return {
    'process.roles': 'broker,controller',
    'node.id': String(index + 1),
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${ports[index]},CONTROLLER://127.0.0.1:${ports[count + index]}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports[index]}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': 'false',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '5',
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': '0',
    'log.retention.check.interval.ms': '500',
    'log.segment.delete.delay.ms': '500',
    'log.initial.task.delay.ms': '500',
    'log.cleaner.backoff.ms': '500',
    ...(count > 1
      ? {
          'broker.heartbeat.interval.ms': '500',
          'broker.session.timeout.ms': '3000',
          'log.cleaner.dedupe.buffer.size': '16777216',
        }
      : {}),
  };
}

function withListeners(
  properties: Readonly<Record<string, string>>,
  protocols: Readonly<Record<string, string>>,
  addresses: ReadonlyMap<string, string>,
): Record<string, string> {
  const listeners = [...addresses].map(([name, address]) => `,${name}://${address}`).join('');
  const map = Object.entries(protocols)
    .map(([name, protocol]) => `,${name}:${protocol}`)
    .join('');
  return {
    ...properties,
    listeners: properties['listeners'] + listeners,
    'advertised.listeners': properties['advertised.listeners'] + listeners,
    'listener.security.protocol.map': properties['listener.security.protocol.map'] + map,
  };
}

/** Random, in base64url; never with a hyphen in front, which the tool would take for an option. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
