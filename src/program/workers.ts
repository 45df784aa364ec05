/** The workers of a process: on a log of its own, or as members of the group of a log that processes share. */
import { availableParallelism, hostname } from 'node:os';
import type { Logger } from 'pino';
import type { EventLog, Notifier } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import type { ClusterSettings } from '../engines/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { GroupTopology, type IndexSink, Topology, type WorkerPool } from '../pipeline/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import { drainMsOf } from './bus-options.ts';
import { Databases } from './databases.ts';
import { logIdOf } from './log-id.ts';
import { partitionsOf, retentionOf } from './snapshot-settings.ts';

export interface WorkersOptions {
  readonly cluster: ClusterSettings;
  /** Consumer group where processes share the log; null where they do not. */
  readonly group: string | null;
  readonly dataFolder: string;
  readonly notifier: Notifier;
  readonly log: EventLog;
  /** Null where this process has no index, and sink. */
  readonly index: EventIndex | null;
  readonly sink: IndexSink | null;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: { now(): number };
  readonly snapshot: () => Snapshot;
}

export interface Workers {
  readonly pool: WorkerPool;
  /** Those of a group; null where the log is this process' own. */
  readonly members: GroupTopology | null;
  configure(snapshot: Snapshot): Promise<void>;
  stop(): Promise<void>;
}

/** Letters that a static member's name may have, from the machine's name and the data folder's id. */
export function processName(dataFolder: string): string {
  return `${hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 60)}-${logIdOf(dataFolder).slice(0, 8)}`;
}

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { cluster, group, dataFolder, notifier, log, index, sink, metrics, logger, clock } = options;
  const snapshot = options.snapshot();
  const { pipeline } = snapshot.global;
  let loading: Promise<void> = Promise.resolve();
  const shared = {
    cluster,
    dataFolder,
    metrics,
    workers: pipeline?.workers ?? Math.max(1, availableParallelism() - 1),
    ...(pipeline?.hungSeconds === undefined ? {} : { hungSeconds: pipeline.hungSeconds }),
    onRefused: (sensor: string, message: string, hint: string | null) =>
      logger.error(
        { sensor, hint },
        `the configuration of ${sensor} does not work; the one before stays: ${message}`,
      ),
    onDatabasesWanted: () => {
      loading = databases.want(options.snapshot());
    },
    onGeoV6Wanted: () => void databases.wantV6(),
    onWorkerDied: (error: Error) => logger.error({ err: error }, 'a worker died; it is started again'),
    onStore: ({ name, onFailure, down }: RemoteStatus) => {
      if (down === null) logger.info(`the store answers again: ${name}`);
      else logger.error({ onStoreFailure: onFailure }, `the store does not answer: ${name}: ${down.message}`);
    },
    onSetAside: ({ reason, ...record }: { readonly reason: Error }) =>
      logger.error(
        { ...record, err: reason },
        'a record ended every worker that worked it; it is set aside in the error topic and index',
      ),
  };
  if (group === null && sink === null) throw new TypeError('workers of a log of their own need a sink');
  const members =
    group === null
      ? null
      : await GroupTopology.start(
          {
            ...shared,
            group,
            process: processName(dataFolder),
            sink,
            drainMs: drainMsOf(cluster),
          },
          snapshot,
        );
  const workers: WorkerPool =
    members ??
    (await Topology.start(
      {
        ...shared,
        notifier,
        log,
        logId: logIdOf(dataFolder),
        sink: sink!,
        clock,
        positions: (await index?.positions()) ?? [],
        onUnreadable: ({ message, ...told }) => logger.error(told, `events cannot be read on: ${message}`),
        partitions: partitionsOf(snapshot),
        retention: retentionOf(snapshot),
      },
      snapshot,
    ));
  const databases = new Databases(workers, dataFolder, logger);
  return {
    pool: workers,
    members,
    async configure(next) {
      await workers.configure(next);
      await databases.configure(next);
    },
    async stop() {
      await loading;
      databases.close();
      await workers.stop();
    },
  };
}
