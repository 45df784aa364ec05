/**
 * The reference system's own enrichment benchmark, memory to memory: a geo look-up, a reference-data look-up and a subnet test
 * for each event; 10,000 addresses, a tenth of them drawn four times in five. JSON bytes in, JSON bytes out.
 */
import { Worker } from 'node:worker_threads';
import { addressMix, proxyEvents } from './events.ts';

export interface EnrichmentShape {
  readonly name: string;
  readonly fieldMap: Readonly<Record<string, unknown>>;
}

const inSubnet = "IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')";

const shapes: readonly EnrichmentShape[] = [
  {
    name: 'adapters',
    fieldMap: {
      geo: ['ip_dst_addr'],
      hbaseEnrichment: ['ip_dst_addr'],
      stellar: { config: { is_local: inSubnet } },
    },
  },
  {
    name: 'Stellar functions',
    fieldMap: {
      stellar: {
        config: {
          geo: 'GEO_GET(ip_dst_addr)',
          asset: "ENRICHMENT_GET('asset', ip_dst_addr, 'enrichment', 't')",
          is_local: inSubnet,
        },
      },
    },
  },
];

export interface EnrichmentBenchOptions {
  readonly events?: number;
  readonly workers?: number;
  readonly rounds?: number;
}

/** Events per second, by shape. */
export async function run({
  events = 250_000,
  workers = 2,
  rounds = 4,
}: EnrichmentBenchOptions = {}): Promise<Record<string, number>> {
  const mix = addressMix(1);
  const next = proxyEvents(2, mix);
  const texts = Array.from({ length: events }, () => Buffer.from(JSON.stringify(next())));
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const ends = new Uint32Array(new SharedArrayBuffer(events * 4));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    bytes.set(text, at);
    at += text.length;
    ends[index] = at;
  }
  const results: Record<string, number> = {};
  for (const shape of shapes) {
    const pool = Array.from(
      { length: workers },
      (_, number) =>
        new Worker(new URL('./enrichment-worker.ts', import.meta.url), {
          workerData: { bytes, ends, batch: 1000, shape, addresses: mix.addresses, number, workers, rounds },
        }),
    );
    await Promise.all(pool.map((worker) => message(worker)));
    const started = performance.now();
    const done = pool.map((worker) => message(worker) as Promise<{ events: number; bytesOut: number }>);
    for (const worker of pool) worker.postMessage('go');
    const totals = await Promise.all(done);
    const seconds = (performance.now() - started) / 1000;
    const worked = totals.reduce((sum, total) => sum + total.events, 0);
    const out = totals.reduce((sum, total) => sum + total.bytesOut, 0);
    results[`enrichment, ${shape.name}, events/s`] = Math.round(worked / seconds);
    results[`enrichment, ${shape.name}, bytes in`] = Math.round(size / events);
    results[`enrichment, ${shape.name}, bytes out`] = Math.round(out / worked);
  }
  return results;
}

function message(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (import.meta.main) console.log(await run());
