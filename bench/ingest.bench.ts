/**
 * TCP syslog into the durable bus, over loopback, 500-byte lines. The sender is a process of its own; the clock runs from the first
 * message taken until the last one is durable.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbEventLog } from '../src/bus/index.ts';
import { Appender, IngestService } from '../src/ingest/index.ts';

export interface Measurement {
  readonly name: string;
  /** Per second. */
  readonly rate: number;
  readonly unit: string;
  readonly detail: string;
}

const MESSAGE_BYTES = 500;

export async function run(messages = 500_000): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'skopos-bench-'));
  const log = openLmdbEventLog(join(folder, 'bus'));
  const appender = new Appender(log);
  const service = new IngestService({
    appender,
    log,
    configFolder: folder,
    stateFolder: folder,
    sensors: () => [],
    report: (_listener, error) => console.error(error),
  });
  try {
    await service.apply([
      {
        name: 'bench',
        type: 'syslog',
        enabled: true,
        transport: 'tcp',
        host: '127.0.0.1',
        port: 0,
        sensor: 'syslog',
        framing: 'auto',
        maxMessageBytes: 1024 * 1024,
        requestClientCertificate: false,
      },
    ]);
    const { address, metrics } = service.status()[0]!;
    const port = address.slice(address.lastIndexOf(':') + 1);
    const sender = spawn(
      process.execPath,
      [join(import.meta.dirname, 'ingest-sender.ts'), port, String(messages), String(MESSAGE_BYTES)],
      { stdio: 'inherit' },
    );
    let started = 0;
    let cpu = process.cpuUsage();
    const watch = setInterval(() => {
      if (started > 0 || metrics.received === 0) return;
      started = performance.now();
      cpu = process.cpuUsage();
    }, 1);
    await once(sender, 'exit');
    while (metrics.received < messages) await new Promise((resolve) => setTimeout(resolve, 1));
    await appender.flush();
    clearInterval(watch);
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(cpu);
    const microseconds = ((used.user + used.system) / messages).toFixed(2);
    return [
      {
        name: 'TCP syslog to durable bus',
        rate: Math.round(messages / seconds),
        unit: 'events/s',
        detail: `${MESSAGE_BYTES}-byte lines over loopback, ${microseconds} µs of CPU an event in the receiving process`,
      },
    ];
  } finally {
    await service.stop();
    await log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const { name, rate, unit, detail } of await run(Number(process.argv[2] ?? 500_000))) {
    console.log(`${name}: ${rate} ${unit} (${detail})`);
  }
}
