/** One worker of the bus-to-bus benchmark: reads its partition, enriches, appends durably to the next topic, commits. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Notifier, openLmdbEventLog } from '../src/bus/index.ts';
import {
  createStage,
  KnownHostList,
  loadGeo,
  MmdbGeoDatabase,
  SwappableAsnDatabase,
} from '../src/enrichments/index.ts';
import { encodeEvents } from '../src/index/index.ts';
import { compileStellar } from '../src/pipeline/index.ts';

const { folder, notifier, partition, addresses } = workerData as {
  folder: string;
  notifier: Notifier;
  partition: number;
  addresses: readonly string[];
};

const geo = new MmdbGeoDatabase();
geo.swap(await loadGeo(null, ['v4']));
const known = new Map(
  addresses.filter((_, index) => index % 2 === 0).map((ip, index) => [ip, { owner: `team-${index % 50}` }]),
);
const reference = {
  get: (_table: string, _type: string, indicator: string) => known.get(indicator),
  version: () => 0,
};
const stage = createStage({
  stage: 'enrichment',
  block: {
    fieldMap: {
      geo: ['ip_dst_addr'],
      hbaseEnrichment: ['ip_dst_addr'],
      stellar: { config: { is_local: "IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')" } },
    },
    fieldToTypeMap: { ip_dst_addr: ['asset'] },
    config: {},
  },
  scopes: [{}, {}],
  compile: compileStellar,
  capabilities: {},
  services: { geo, asn: new SwappableAsnDatabase(), hosts: new KnownHostList(), reference },
});
const log = openLmdbEventLog(folder, { notifier });
const report = (): void => {
  throw new Error('an enrichment failed');
};

parentPort!.on('message', async () => {
  let offset = 0;
  let events = 0;
  // One append is on its way to the disk while the next batch is worked.
  let appending: Promise<unknown> = Promise.resolve();
  for (;;) {
    const batch = await log.read('enrichments', partition, offset, {
      maxRecords: 4000,
      maxBytes: 4 * 1024 * 1024,
    });
    if (batch === null) break;
    const messages: Record<string, unknown>[] = [];
    for (let at = 0; at < batch.count; at++)
      messages.push(JSON.parse(batch.value(at).toString('utf8')) as Record<string, unknown>);
    const waiting = stage.run(messages, report);
    if (waiting !== undefined) await waiting;
    const { ndjson, lineEnds, count } = encodeEvents('proxy', messages);
    const records = Array.from({ length: count }, (_, at) => ({
      value: ndjson.subarray(at === 0 ? 0 : lineEnds[at - 1]!, lineEnds[at]! - 1),
    }));
    await appending;
    const nextOffset = batch.nextOffset;
    appending = log
      .append('indexing', partition, records)
      .then(() => log.commit('enrichment', [{ topic: 'enrichments', partition, nextOffset }]));
    offset = batch.nextOffset;
    events += count;
  }
  await appending;
  await log.close();
  parentPort!.postMessage(events);
  parentPort!.close();
});
parentPort!.postMessage('ready');
