/** An installation of several processes on one Kafka: its configuration, its processes, and the counting of events by their guid. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EventLog, openKafkaEventLog } from '../../../src/bus/index.ts';
import { type RunningSkopos, startSkopos } from '../../support/running-skopos.ts';

/** As short as brokers allow by default: what a member that is gone holds up. */
export const sessionTimeoutMs = 6_000;

export interface Installation {
  readonly folder: string;
  /** A client of its own, for the test. */
  readonly log: EventLog;
  /** Starts a process; the same name has the same data folder again. */
  start(name: string, role: string): Promise<RunningSkopos>;
  stop(): Promise<void>;
}

export async function installation(
  brokers: readonly string[],
  options: {
    readonly parsers: Readonly<Record<string, object>>;
    readonly global?: object;
    readonly group?: string;
  },
): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-cluster-'));
  const config = path.join(folder, 'config');
  await mkdir(path.join(config, 'parsers'), { recursive: true });
  const write = (file: string, value: unknown): Promise<void> =>
    writeFile(path.join(config, file), JSON.stringify(value));
  await write('cluster.json', {
    bus: {
      type: 'kafka',
      brokers,
      group: options.group ?? 'skopos',
      sessionTimeoutMs,
      heartbeatIntervalMs: 500,
    },
  });
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
    async start(name, role) {
      const started = await startSkopos({ data: path.join(folder, name), config, role });
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

/** What stands in a topic: how often each guid, and each number (`n`) of an event. */
export interface Counted {
  readonly guids: ReadonlyMap<string, number>;
  readonly numbers: ReadonlyMap<number, number>;
}

/** Reads all of a topic that is committed. */
export async function countEvents(log: EventLog, topic: string): Promise<Counted> {
  const guids = new Map<string, number>();
  const numbers = new Map<number, number>();
  const { partitions } = await log.describe(topic);
  for (const { partition } of partitions) {
    for (let offset = 0; ; ) {
      const batch = await log.read(topic, partition, offset, { maxRecords: 50_000, maxBytes: 16 << 20 });
      if (batch === null) break;
      for (let at = 0; at < batch.count; at++) {
        const event = JSON.parse(batch.value(at).toString()) as { guid: string; n?: number };
        guids.set(event.guid, (guids.get(event.guid) ?? 0) + 1);
        // Error events have none.
        const n = event.n ?? Number.NaN;
        numbers.set(n, (numbers.get(n) ?? 0) + 1);
      }
      offset = batch.nextOffset;
    }
  }
  return { guids, numbers };
}

/** `lost` and `doubled` numbers of 0 to `sent`. */
export function compare(
  { guids, numbers }: Counted,
  sent: number,
): { lost: number; doubled: number; guids: number } {
  let lost = 0;
  let doubled = 0;
  for (let n = 0; n < sent; n++) {
    const times = numbers.get(n) ?? 0;
    if (times === 0) lost++;
    if (times > 1) doubled++;
  }
  return { lost, doubled, guids: guids.size };
}

/** Sends numbered events until it is told to stop. */
export function sendEvents(
  log: EventLog,
  topic: string,
  partitions: number,
): { readonly sent: () => number; stop(): Promise<number> } {
  let next = 0;
  let stopping = false;
  const running = (async () => {
    for (let batch = 0; !stopping; batch++) {
      const records = Array.from({ length: 500 }, () => ({ value: eventOf(next++) }));
      await log.append(topic, batch % partitions, records);
      // The pace of the load, about 10,000 a second: the machine is the brokers' and the workers' too. Nothing is waited for here.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    sent: () => next,
    async stop() {
      stopping = true;
      await running;
      return next;
    },
  };
}

export function eventOf(n: number): Buffer {
  return Buffer.from(
    JSON.stringify({ n, ip_src_addr: `10.0.${(n >> 8) & 255}.${n & 255}`, timestamp: 1_700_000_000_000 + n }),
  );
}
