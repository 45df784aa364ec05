/** An installation of several processes on one Kafka: its configuration, its processes, and the load on it. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type EventLog, type LogRecord, openKafkaEventLog } from '../../../src/bus/index.ts';
import { type RunningSkopos, startSkopos } from '../../support/running-skopos.ts';

/** As short as brokers allow by default: what a member that is gone holds up. */
export const sessionTimeoutMs = 6_000;

export interface Installation {
  readonly folder: string;
  /** A client of its own, for the test. */
  readonly log: EventLog;
  /** Starts a process; the same name has the same data folder again. */
  start(name: string, role: string, environment?: Readonly<Record<string, string>>): Promise<RunningSkopos>;
  stop(): Promise<void>;
}

export async function installation(
  brokers: readonly string[],
  options: {
    readonly parsers: Readonly<Record<string, object>>;
    readonly global?: object;
    readonly group?: string;
    /** Of the bus, beside or instead of what it has here. */
    readonly bus?: object;
    /** Further sections of cluster.json. */
    readonly cluster?: object;
    /** Copied into the configuration folder. */
    readonly files?: readonly string[];
  },
): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-cluster-'));
  const config = path.join(folder, 'config');
  await mkdir(path.join(config, 'parsers'), { recursive: true });
  const write = (file: string, value: unknown): Promise<void> =>
    writeFile(path.join(config, file), JSON.stringify(value));
  await write('cluster.json', {
    ...options.cluster,
    bus: {
      type: 'kafka',
      brokers,
      group: options.group ?? 'skopos',
      sessionTimeoutMs,
      heartbeatIntervalMs: 500,
      ...options.bus,
    },
  });
  for (const file of options.files ?? []) await copyFile(file, path.join(config, path.basename(file)));
  await write('listeners.json', [{ name: 'http', type: 'http' }]);
  await write('global.json', { pipeline: { workers: 1 }, ...options.global });
  for (const [sensor, parser] of Object.entries(options.parsers))
    await write(`parsers/${sensor}.json`, parser);
  const log = await openKafkaEventLog({
    brokers,
    clientId: 'test',
    heartbeatIntervalMs: 500,
    sessionTimeoutMs: 30_000,
  });
  const running = new Set<RunningSkopos>();
  return {
    folder,
    log,
    async start(name, role, environment = {}) {
      const started = await startSkopos({ data: path.join(folder, name), config, role, environment });
      running.add(started);
      return started;
    },
    async stop() {
      await Promise.all([...running].map((one) => one.kill()));
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** So far may the workers be behind, whatever they and the machine do: what is sent meanwhile is nothing that they are tested by. */
const mostAhead = 50_000;

/** Sends numbered events until it is told to stop, no faster than the group works them. */
export function sendEvents(
  log: EventLog,
  topic: string,
  {
    partitions,
    group,
    everyMs = 50,
  }: { readonly partitions: number; readonly group: string; readonly everyMs?: number },
): Load {
  let next = 0;
  let stopping = false;
  const worked = async (): Promise<number> => {
    const positions = (await log.committed(group)).filter((one) => one.topic === topic);
    return positions.reduce((sum, { nextOffset }) => sum + nextOffset, 0);
  };
  const running = (async () => {
    let done = 0;
    for (let batch = 0; !stopping; batch++) {
      await log.append(
        topic,
        batch % partitions,
        Array.from({ length: 500 }, () => eventOf(next++)),
      );
      // The pace of the load, by default about 10,000 a second: the machine is the brokers' and the workers' too. Nothing is waited for.
      await pause(everyMs);
      while (!stopping && next - done > mostAhead) {
        done = await worked();
        if (next - done > mostAhead) await pause(200);
      }
    }
  })();
  return {
    sent: () => next,
    async more(count) {
      const from = next;
      await expect.poll(() => next).toBeGreaterThan(from + count);
    },
    async stop() {
      stopping = true;
      await running;
      return next;
    },
  };
}

export interface Load {
  sent(): number;
  /** When so many more were sent. */
  more(count: number): Promise<void>;
  stop(): Promise<number>;
}

export function eventOf(n: number): LogRecord {
  const event = { n, ip_src_addr: `10.0.${(n >> 8) & 255}.${n & 255}`, timestamp: 1_700_000_000_000 + n };
  return { value: Buffer.from(JSON.stringify(event)) };
}
