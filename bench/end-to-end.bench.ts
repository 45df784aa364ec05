/**
 * Socket to searchable: JSON lines over TCP into the running program, with enrichment, threat intelligence and five triage rules,
 * until every event can be searched. The sender is a process of its own on the same machine.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { startProgram } from '../src/program/index.ts';
import { threadTimes, timesPerEvent } from './thread-times.ts';

const rules = [
  {
    name: 'Large upload',
    rule: 'bytes_out > 500000',
    score: 40,
    reason: "FORMAT('%d bytes went out', bytes_out)",
  },
  { name: 'Not found', rule: 'status == 404', score: 5 },
  { name: 'Plain HTTP', rule: 'ip_dst_port == 80', score: 10, reason: "'no TLS'" },
  { name: 'From the office network', rule: "IN_SUBNET(ip_src_addr, '10.0.0.0/8')", score: 1 },
  { name: 'Scripted client', rule: "STARTS_WITH(user_agent, 'curl/')", score: 15, reason: 'user_agent' },
];

async function writeConfig(folder: string): Promise<void> {
  await Promise.all(
    ['parsers', 'enrichments'].map((name) => mkdir(path.join(folder, name), { recursive: true })),
  );
  const write = (name: string, value: unknown): Promise<void> =>
    writeFile(path.join(folder, name), JSON.stringify(value));
  await write('listeners.json', [
    { name: 'lines', type: 'syslog', transport: 'tcp', port: 0, sensor: 'proxy', framing: 'newline' },
  ]);
  await write('parsers/proxy.json', { parserClassName: 'org.apache.metron.parsers.json.JSONMapParser' });
  await write('enrichments/proxy.json', {
    enrichment: { fieldMap: { geo: ['ip_dst_addr'], asn: ['ip_dst_addr'], host: ['ip_src_addr'] } },
    threatIntel: {
      fieldMap: { hbaseThreatIntel: ['ip_dst_addr'] },
      fieldToTypeMap: { ip_dst_addr: ['malicious_ip'] },
      triageConfig: { riskLevelRules: rules, aggregator: 'SUM' },
    },
  });
}

export interface EndToEndOptions {
  readonly events?: number;
  /** Events per second of the sender; 0: as fast as they are taken. */
  readonly rate?: number;
}

export interface EndToEndResult {
  readonly eventsPerSecond: number;
  readonly bytesPerEvent: number;
  readonly cpuMicrosecondsPerEvent: number;
  /** The same by the name of the thread. */
  readonly cpuByThread: Readonly<Record<string, number>>;
  /** From accepted (appended) to searchable, ms, over probes every 100 ms. */
  readonly latencyP50: number;
  readonly latencyP99: number;
  /** Of the program's own memory, and with the pages of the log that the system keeps mapped. */
  readonly peakAnonymousMb: number;
  readonly peakResidentMb: number;
}

export async function run({ events = 1_000_000, rate = 0 }: EndToEndOptions = {}): Promise<EndToEndResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-bench-'));
  const configFolder = path.join(folder, 'config');
  await writeConfig(configFolder);
  const program = await startProgram({
    dataFolder: path.join(folder, 'data'),
    configFolder,
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'error' }, pino.destination(2)),
  });
  try {
    const lines = program.listeners().find((one) => one.name === 'lines')!;
    const [host, port] = [
      lines.address.slice(0, lines.address.lastIndexOf(':')),
      lines.address.slice(lines.address.lastIndexOf(':') + 1),
    ];
    // The first events wait for the databases of places, and for the compilers: they are not what is sustained.
    await send(host, port, 50_000, 0, async () => {
      while (program.progress().searchable < 50_000) await pause(20);
    });
    const before = program.progress().searchable;
    let cpu = process.cpuUsage();
    let threads = threadTimes();
    let started = performance.now();
    let looks = 0;
    let peak = 0;
    let peakAnonymous = 0;
    const probe = new LatencyProbe(program.progress);
    const bytesPerEvent = await send(host, port, events, rate, async () => {
      cpu = process.cpuUsage();
      threads = threadTimes();
      started = performance.now();
      while (program.progress().searchable < before + events) {
        await pause(20);
        probe.look();
        // Reading /proc takes time of its own.
        if (looks++ % 10 !== 0) continue;
        peak = Math.max(peak, process.memoryUsage.rss());
        peakAnonymous = Math.max(peakAnonymous, anonymousMemory());
        if (performance.now() - started > 600_000) throw new Error('not through after ten minutes');
      }
    });
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(cpu);
    return {
      eventsPerSecond: Math.round(events / seconds),
      bytesPerEvent: Math.round(bytesPerEvent),
      cpuMicrosecondsPerEvent: Math.round(((used.user + used.system) / events) * 10) / 10,
      cpuByThread: timesPerEvent(threads, events),
      latencyP50: probe.percentile(0.5),
      latencyP99: probe.percentile(0.99),
      peakAnonymousMb: Math.round(peakAnonymous / 1e6),
      peakResidentMb: Math.round(peak / 1e6),
    };
  } finally {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes, 0 where the system does not say. */
function anonymousMemory(): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Sends from a process of its own while `wait` runs; bytes per event. */
async function send(
  host: string,
  port: string,
  events: number,
  rate: number,
  wait: () => Promise<void>,
): Promise<number> {
  const sender = fork(path.join(import.meta.dirname, 'socket-sender.ts'), [
    host,
    port,
    String(events),
    String(rate),
  ]);
  const bytesPerEvent = await new Promise<number>((resolve) =>
    sender.once('message', (said: { bytesPerEvent: number }) => resolve(said.bytesPerEvent)),
  );
  sender.send('go');
  await wait();
  return bytesPerEvent;
}

/** Notes how many events were accepted when; once so many are searchable, that is a latency. */
class LatencyProbe {
  readonly #progress: () => { accepted: number; searchable: number };
  readonly #open: { accepted: number; at: number }[] = [];
  readonly #latencies: number[] = [];

  constructor(progress: () => { accepted: number; searchable: number }) {
    this.#progress = progress;
  }

  look(): void {
    const now = performance.now();
    const { accepted, searchable } = this.#progress();
    while (this.#open.length > 0 && this.#open[0]!.accepted <= searchable)
      this.#latencies.push(now - this.#open.shift()!.at);
    const last = this.#open.at(-1);
    if (last === undefined || last.accepted < accepted) this.#open.push({ accepted, at: now });
  }

  percentile(share: number): number {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  }
}

if (import.meta.main) {
  const [events, rate] = process.argv.slice(2).map(Number);
  console.log(
    await run({ ...(events === undefined ? {} : { events }), ...(rate === undefined ? {} : { rate }) }),
  );
}
