/** HBase killed under load: with either setting every event arrives once, and says what was not looked up for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createNotifier, type EventLog, openLmdbEventLog } from '../../../src/bus/index.ts';
import { embedded } from '../../../src/engines/index.ts';
import type { EventIndex, IndexBatch } from '../../../src/index/index.ts';
import { createMetrics, type Metrics } from '../../../src/metrics/index.ts';
import { IndexSink, Topology } from '../../../src/pipeline/index.ts';
import { snapshotOf } from '../../../src/pipeline/testing.ts';
import { type OnStoreFailure, openHBaseKeyValueStore, ReferenceData } from '../../../src/store/index.ts';
import { type HBaseServer, startHBase } from './server.ts';

/** How long HBase stays away, without the time of its start. */
const awaySeconds = Number(process.env['SKOPOS_OUTAGE_SECONDS'] ?? 3);
const sensor = {
  'parsers/a.json': { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} },
  'enrichments/a.json': {
    enrichment: {
      fieldMap: {
        hbaseEnrichment: ['ip'],
        stellar: { config: { seen: "ENRICHMENT_EXISTS('malicious_ip', ip, 'threatintel', 't')" } },
      },
      fieldToTypeMap: { ip: ['user'] },
    },
    threatIntel: { fieldMap: { hbaseThreatIntel: ['ip'] }, fieldToTypeMap: { ip: ['malicious_ip'] } },
  },
};

interface Running {
  readonly log: EventLog;
  readonly topology: Topology;
  readonly metrics: Metrics;
  readonly written: Record<string, unknown>[];
  readonly problems: string[];
  stop(): Promise<void>;
}

let server: HBaseServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-outage-'));
  server = await startHBase({ thrift: true });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const addressOf = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

async function start(onStoreFailure: OnStoreFailure): Promise<Running> {
  const dataFolder = path.join(folder, onStoreFailure);
  const notifier = createNotifier();
  const log = openLmdbEventLog(path.join(dataFolder, 'log'), { notifier });
  const written: Record<string, unknown>[] = [];
  const problems: string[] = [];
  const index = {
    write: async (batches: readonly IndexBatch[]) => {
      for (const { events } of batches)
        for (const { ndjson } of events)
          for (const line of Buffer.from(ndjson).toString().split('\n'))
            if (line !== '') written.push(JSON.parse(line) as Record<string, unknown>);
      return { written: 0, duplicates: 0, refused: [] };
    },
  } as unknown as EventIndex;
  const clock = { now: () => 0 };
  const metrics = createMetrics({ process: false });
  const sink = new IndexSink({ index, log, clock });
  const options = { servers: [`127.0.0.1:${server.thriftPort}`], onStoreFailure, requestTimeoutMs: 2_000 };
  const topology = await Topology.start(
    {
      log,
      cluster: { ...embedded, store: { type: 'hbase', options } },
      dataFolder,
      notifier,
      logId: onStoreFailure,
      sink,
      metrics,
      clock,
      workers: 1,
      // Far less than the outage: a worker that waits for a server is no worker that hangs.
      hungSeconds: 5,
      positions: [],
      partitions: 1,
      retention: {},
      onRefused: (name, message) => problems.push(`${name} ${message}`),
      onDatabasesWanted: () => undefined,
      onGeoV6Wanted: () => undefined,
      onWorkerDied: (error) => problems.push(error.message),
      onUnreadable: ({ message }) => problems.push(message),
      onSetAside: ({ reason }) => problems.push(reason.message),
    },
    await snapshotOf(sensor),
  );
  topology.setDatabases({});
  return {
    log,
    topology,
    metrics,
    written,
    problems,
    async stop() {
      await topology.stop();
      await sink.stop();
      await log.close();
    },
  };
}

it(`HBase is killed for ${awaySeconds} s under load: events wait, or go on marked; none is lost or doubled`, {
  timeout: 600_000 + awaySeconds * 1_000,
}, async () => {
  const store = openHBaseKeyValueStore({
    servers: [`127.0.0.1:${server.thriftPort}`],
    requestTimeoutMs: 30_000,
  });
  /** So many addresses, of which every other one is known. They come again when a slow machine takes longer than 80 s. */
  const most = 40_000;
  await new ReferenceData(store).importMany(
    'threatintel',
    Array.from({ length: most / 2 }, (_, i) => ({
      type: 'malicious_ip',
      indicator: addressOf(2 * i + 1),
      metadata: { source: 'test' },
    })),
  );
  await store.close();
  const running = { wait: await start('wait'), mark: await start('mark') };
  const both = Object.values(running);
  let sent = 0;
  let sending = true;
  const load = (async () => {
    while (sending) {
      const values = Array.from({ length: 20 }, () => {
        const n = sent++;
        return { value: Buffer.from(JSON.stringify({ n, ip: addressOf(n % most) })) };
      });
      for (const { log } of both) await log.append('a', 0, values);
      // No waiting for something: the load's pace, 500 events a second, so that it lasts for the whole outage.
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  const settled = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 100_000, interval: 50 });
  try {
    await settled(() => {
      for (const { written } of both) expect(written.length).toBeGreaterThan(400);
    });
    await server.killDatabase();
    const sentAtKill = sent;
    await settled(() => {
      for (const { topology } of both) expect(topology.storeAway).not.toBeNull();
    });
    const markedAt = running.mark.written.length;
    const until = performance.now() + awaySeconds * 1_000;
    await settled(() => expect(performance.now()).toBeGreaterThan(until));
    // One goes on, the other does not.
    await settled(() => expect(running.mark.written.length).toBeGreaterThan(markedAt + 100));
    expect(running.wait.written.filter(({ n }) => Number(n) >= sentAtKill)).toEqual([]);
    expect(await running.wait.metrics.registry.metrics()).toMatch(/skopos_store_up\{worker="0"\} 0/);
    await server.startDatabase();
    await settled(() => {
      for (const { topology } of both) expect(topology.storeAway).toBeNull();
    });
    const sentBefore = sent;
    await settled(() => {
      const last = running.mark.written.at(-1)!;
      expect(last['n']).toBeGreaterThan(sentBefore + 400);
      expect(last).not.toHaveProperty('not_enriched');
    });
    sending = false;
    await load;
    await settled(() => {
      for (const { written } of both) expect(written.length).toBeGreaterThanOrEqual(sent);
    });
    const marked = running.mark.written.filter((event) => 'not_enriched' in event);
    for (const { written, problems } of both) {
      expect(problems).toEqual([]);
      expect(new Set(written.map(({ guid }) => guid)).size).toBe(sent);
      expect(written.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: sent }, (_, n) => n),
      );
      for (const event of written) {
        if ('not_enriched' in event) continue;
        const known = (event['n'] as number) % 2 === 1;
        expect(event['threatintels.hbaseThreatIntel.ip.malicious_ip']).toBe(known ? 'alert' : undefined);
        expect(event['seen']).toBe(known);
      }
    }
    expect(running.wait.written.some((event) => 'not_enriched' in event)).toBe(false);
    expect(marked.length).toBeGreaterThan(100);
    expect(marked.at(-1)?.['not_enriched']).toContain('hbaseThreatIntel');
    expect(await running.mark.metrics.registry.metrics()).toMatch(
      new RegExp(`skopos_errors_total\\{[^}]*name="not enriched"[^}]*\\} ${marked.length}\\n`),
    );
    console.log(
      `${sent} events, HBase away for ${awaySeconds} s and its start: wait ${running.wait.written.length} arrived once, 0 marked; mark ${running.mark.written.length} arrived once, ${marked.length} marked`,
    );
  } finally {
    sending = false;
    await load;
    await Promise.all(both.map((one) => one.stop()));
  }
});
