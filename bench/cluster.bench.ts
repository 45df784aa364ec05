/**
 * From one topic of a real Kafka to another through parsing, enrichment and triage, by worker processes of one group. What a worker costs is
 * the processor time of its process (all threads) over the events that it worked, without its start: from a fifth of the events on.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openKafkaEventLog } from '../src/bus/index.ts';
import { startKafka } from '../test/services/kafka/brokers.ts';
import { type RunningSkopos, startSkopos } from '../test/support/running-skopos.ts';
import { addressMix, proxyEvents } from './events.ts';

interface Options {
  readonly events?: number;
  readonly partitions?: readonly number[];
}

export async function run({
  events = 300_000,
  partitions = [4],
}: Options = {}): Promise<Record<string, number>> {
  const kafka = await startKafka();
  const results: Record<string, number> = {};
  try {
    for (const count of partitions) {
      const one = await measure(kafka.brokers, `proxy${count}`, count, events, 1);
      results[`${count} partitions, events per CPU second of the worker`] = one.perCpuSecond;
      results[`${count} partitions, one worker, events/s`] = one.perSecond;
    }
    const two = await measure(kafka.brokers, 'proxytwo', 4, events, 2);
    results['4 partitions, two workers, events/s'] = two.perSecond;
    results['4 partitions, two workers, events per CPU second of both'] = two.perCpuSecond;
    return results;
  } finally {
    await kafka.stop();
  }
}

async function measure(
  brokers: readonly string[],
  sensor: string,
  partitions: number,
  events: number,
  workers: number,
): Promise<{ readonly perSecond: number; readonly perCpuSecond: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-bench-'));
  const running: RunningSkopos[] = [];
  const log = await openKafkaEventLog({ brokers });
  try {
    const config = await configure(path.join(folder, 'config'), brokers, sensor);
    await log.ensureTopic(sensor, { partitions });
    for (let at = 0; at < workers; at++)
      running.push(await startSkopos({ data: path.join(folder, `worker-${at}`), config, role: 'work' }));
    const sending = fill(log, sensor, partitions, events);
    const from = await reached(running, sensor, events / 5);
    await sending;
    const to = await reached(running, sensor, events);
    return {
      perSecond: Math.round((to.events - from.events) / (to.at - from.at)),
      perCpuSecond: Math.round((to.events - from.events) / (to.cpu - from.cpu)),
    };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function configure(config: string, brokers: readonly string[], sensor: string): Promise<string> {
  for (const area of ['parsers', 'enrichments']) await mkdir(path.join(config, area), { recursive: true });
  const write = (file: string, value: unknown): Promise<void> =>
    writeFile(path.join(config, file), JSON.stringify(value));
  await write('cluster.json', { bus: { type: 'kafka', brokers, group: `bench-${sensor}` } });
  await write('listeners.json', []);
  await write('global.json', { pipeline: { workers: 1 } });
  await write(`parsers/${sensor}.json`, { parserClassName: 'json', sensorTopic: sensor, parserConfig: {} });
  await write(`enrichments/${sensor}.json`, {
    enrichment: {
      fieldMap: {
        geo: ['ip_dst_addr'],
        stellar: { config: { is_local: "IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')" } },
      },
    },
    threatIntel: {
      triageConfig: {
        riskLevelRules: [
          { rule: "method == 'POST' and bytes_out > 100000", score: 10 },
          { rule: "ENDS_WITH(domain, '.example.net')", score: 5 },
        ],
        aggregator: 'MAX',
      },
    },
  });
  return config;
}

async function fill(
  log: Awaited<ReturnType<typeof openKafkaEventLog>>,
  topic: string,
  partitions: number,
  events: number,
): Promise<void> {
  const next = proxyEvents(2, addressMix(1));
  const records = Array.from({ length: 5_000 }, () => ({ value: Buffer.from(JSON.stringify(next())) }));
  for (let sent = 0, batch = 0; sent < events; batch++) {
    const some = records.slice(0, Math.min(1_000, events - sent));
    await log.append(topic, batch % partitions, some);
    sent += some.length;
  }
}

interface Mark {
  readonly events: number;
  /** Seconds. */
  readonly at: number;
  readonly cpu: number;
}

async function reached(running: readonly RunningSkopos[], sensor: string, events: number): Promise<Mark> {
  for (;;) {
    let worked = 0;
    let cpu = 0;
    for (const { url, child } of running) {
      const text = await (await fetch(new URL('/metrics', url))).text();
      const line = new RegExp(
        `^skopos_received_events_total\\{component="stage",name="pipeline",sensor="${sensor}"\\} (\\d+)`,
        'm',
      );
      worked += Number(line.exec(text)?.[1] ?? 0);
      cpu += await cpuSeconds(child.pid ?? 0);
    }
    if (worked >= events) return { events: worked, at: performance.now() / 1000, cpu };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** User and system time of a process, all threads (proc(5), stat: fields 14 and 15, in hundredths of a second). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

if (import.meta.main) console.log(await run({ events: 200_000 }));
