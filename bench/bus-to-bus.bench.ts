/** The enrichment benchmark between two topics of the log: read, enriched, appended durably, position committed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createNotifier, openLmdbEventLog } from '../src/bus/index.ts';
import { addressMix, proxyEvents } from './events.ts';

/** Events per second. */
export async function run({ events = 500_000, workers = 2 } = {}): Promise<Record<string, number>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-bench-'));
  try {
    const notifier = createNotifier();
    const log = openLmdbEventLog(folder, { notifier });
    await log.ensureTopic('enrichments', { partitions: workers });
    await log.ensureTopic('indexing', { partitions: workers });
    const mix = addressMix(1);
    const next = proxyEvents(2, mix);
    for (let sent = 0, batch = 0; sent < events; sent += 1000, batch++) {
      const records = Array.from({ length: 1000 }, () => ({ value: Buffer.from(JSON.stringify(next())) }));
      await log.append('enrichments', batch % workers, records);
    }
    const pool = Array.from(
      { length: workers },
      (_, partition) =>
        new Worker(new URL('./bus-to-bus-worker.ts', import.meta.url), {
          workerData: { folder, notifier, partition, addresses: mix.addresses },
        }),
    );
    const message = (worker: Worker): Promise<unknown> =>
      new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await Promise.all(pool.map(message));
    const started = performance.now();
    const done = pool.map(message);
    for (const worker of pool) worker.postMessage('go');
    const counts = (await Promise.all(done)) as number[];
    const seconds = (performance.now() - started) / 1000;
    await log.close();
    return {
      'bus to bus, durable, events/s': Math.round(counts.reduce((sum, one) => sum + one, 0) / seconds),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await run());
