/** One worker of the enrichment benchmark: JSON bytes in, JSON bytes out, for its share of the batches. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type Asides,
  createStage,
  KnownHostList,
  loadGeo,
  MmdbGeoDatabase,
  SwappableAsnDatabase,
} from '../src/enrichments/index.ts';
import { encodeEvents } from '../src/index/index.ts';
import { compileStellar } from '../src/pipeline/index.ts';
import type { EnrichmentShape } from './enrichment.bench.ts';

const { bytes, ends, batch, shape, addresses, number, workers, rounds } = workerData as {
  bytes: Uint8Array;
  ends: Uint32Array;
  batch: number;
  shape: EnrichmentShape;
  addresses: readonly string[];
  number: number;
  workers: number;
  rounds: number;
};

const geo = new MmdbGeoDatabase();
geo.swap(await loadGeo(null, ['v4']));
const known = new Map(
  addresses
    .filter((_, index) => index % 2 === 0)
    .map((ip, index) => [ip, { owner: `team-${index % 50}`, criticality: 'medium' }]),
);
const reference = {
  get: (_table: string, _type: string, indicator: string) => known.get(indicator),
  version: () => 0,
};
const stage = createStage({
  stage: 'enrichment',
  block: { fieldMap: shape.fieldMap, fieldToTypeMap: { ip_dst_addr: ['asset'] }, config: {} },
  scopes: [{}, {}],
  compile: compileStellar,
  capabilities: { enrichmentStore: reference, geo: { get: (ip) => ({ ...geo.get(ip) }) } },
  services: { geo, asn: new SwappableAsnDatabase(), hosts: new KnownHostList(), reference },
});

const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const report = (): void => {
  throw new Error('an enrichment failed');
};

async function run(): Promise<{ events: number; bytesOut: number }> {
  let events = 0;
  let bytesOut = 0;
  for (let first = number * batch; first < ends.length; first += workers * batch) {
    const messages: Record<string, unknown>[] = [];
    const last = Math.min(first + batch, ends.length);
    for (let at = first; at < last; at++) {
      messages.push(
        JSON.parse(view.toString('utf8', at === 0 ? 0 : ends[at - 1]!, ends[at]!)) as Record<string, unknown>,
      );
    }
    const asides: Asides = messages.map(() => []);
    const waiting = stage.run(messages, report, asides);
    if (waiting !== undefined) await waiting;
    const encoded = encodeEvents('proxy', messages, asides);
    events += encoded.count;
    bytesOut += encoded.ndjson.length;
  }
  return { events, bytesOut };
}

await run();
parentPort!.postMessage('warm');
parentPort!.on('message', async () => {
  let total = { events: 0, bytesOut: 0 };
  for (let round = 0; round < rounds; round++) {
    const one = await run();
    total = { events: total.events + one.events, bytesOut: total.bytesOut + one.bytesOut };
  }
  parentPort!.postMessage(total);
  parentPort!.close();
});
