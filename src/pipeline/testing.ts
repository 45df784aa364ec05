/** Pipelines for tests: real bus, real store, configuration from objects. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EventLog, openLmdbEventLog, type RecordBatch } from '../bus/index.ts';
import { loadConfig, type Snapshot } from '../config/index.ts';
import { testFolder } from '../config/testing.ts';
import { type KeyValueStore, openLmdbKeyValueStore } from '../store/index.ts';
import { createSensorPipelines, type SensorPipelines } from './sensor-pipelines.ts';

export interface PipelineBench {
  readonly folder: string;
  readonly log: EventLog;
  readonly store: KeyValueStore;
  readonly pipelines: SensorPipelines;
  /** Appends the records to the topic and reads them again: a batch as the worker sees it. */
  batch(topic: string, values: readonly (string | Uint8Array)[], key?: string): Promise<RecordBatch>;
  close(): Promise<void>;
}

/** The snapshot of a folder with these files (`parsers/x.json`, …), without what ships. */
export async function snapshotOf(files: Readonly<Record<string, unknown>>): Promise<Snapshot> {
  const folder = await testFolder({ 'global.json': {}, ...files });
  try {
    return (await loadConfig(folder.path, { defaults: null })).snapshot;
  } finally {
    await folder.clean();
  }
}

export async function pipelineBench(files: Readonly<Record<string, unknown>>): Promise<PipelineBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-pipeline-'));
  const log = openLmdbEventLog(path.join(folder, 'log'));
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  const pipelines = createSensorPipelines({ store, clock: { now: () => 1_700_000_000_000 }, logId: 'test' });
  const refused = pipelines.configure(await snapshotOf(files));
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return {
    folder,
    log,
    store,
    pipelines,
    async batch(topic, values, key) {
      await log.ensureTopic(topic, { partitions: 1 });
      const { baseOffset } = await log.append(
        topic,
        0,
        values.map((value) => ({
          value: Buffer.from(value as string),
          ...(key === undefined ? {} : { key: Buffer.from(key) }),
        })),
      );
      const batch = await log.read(topic, 0, baseOffset, { maxRecords: 10_000, maxBytes: 1 << 26 });
      if (batch === null) throw new Error('the records are not there');
      return batch;
    },
    async close() {
      await log.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
