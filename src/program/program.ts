/**
 * The program: every part opened and joined, in order; and closed again in the other order, so that nothing taken in is left
 * between two parts.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer, type Health, type WireIngestHelp } from '../api/index.ts';
import { createNotifier, type EventLog, type Notifier, openLmdbEventLog } from '../bus/index.ts';
import { type ConfigFolder, defaultConfigFolder, openConfigFolder, type Snapshot } from '../config/index.ts';
import { type DataFolderLock, lockDataFolder } from '../data-folder/index.ts';
import { type DuckdbIndexOptions, type EventIndex, openDuckdbIndex } from '../index/index.ts';
import { Appender, IngestService, type ListenerStatus } from '../ingest/index.ts';
import { createMetrics, type Metrics } from '../metrics/index.ts';
import { IndexSink, Topology } from '../pipeline/index.ts';
import { Accounts } from '../security/index.ts';
import { type KeyValueStore, openLmdbKeyValueStore } from '../store/index.ts';
import { version } from '../version.ts';
import { configChecks } from './checks.ts';
import { configView } from './config-view.ts';
import { Databases } from './databases.ts';
import { ingestHelp } from './ingest-help.ts';
import { CommitFeed } from './live-feed.ts';
import { localAccessFile, writeLocalAccess } from './local-access.ts';
import { preparePage } from './page-build.ts';
import type { ProgramSettings } from './settings.ts';

const clock = { now: () => Date.now() };

/** How long a failed append is told of when no other follows. */
const failureHoldsMs = 30_000;

export interface Program {
  /** Where the page is. */
  readonly url: string;
  /** Shown once: the first administrator's password; null when there are users already. */
  readonly firstRun: { readonly username: string; readonly password: string } | null;
  readonly configProblems: ConfigFolder['problems'];
  listeners(): readonly ListenerStatus[];
  /** How to send data to this machine. */
  ingestHelp(): WireIngestHelp['listeners'];
  /** Events accepted (durable in the log) and events searchable since the start. */
  progress(): { readonly accepted: number; readonly searchable: number };
  /** Stops taking in, works what was taken in, closes. Safe to call twice. */
  stop(): Promise<void>;
}

interface Parts {
  readonly lock: DataFolderLock;
  readonly log: EventLog;
  readonly store: KeyValueStore;
  readonly index: EventIndex;
  readonly config: ConfigFolder;
}

export async function startProgram(settings: ProgramSettings): Promise<Program> {
  const { dataFolder, logger } = settings;
  mkdirSync(dataFolder, { recursive: true });
  const lock = await lockDataFolder(dataFolder);
  const folders = {
    log: path.join(dataFolder, 'log'),
    store: path.join(dataFolder, 'store'),
    index: path.join(dataFolder, 'index'),
  };
  const notifier = createNotifier();
  const opened: Partial<Parts> = { lock };
  try {
    const config = await openConfigFolder(settings.configFolder, {
      checks: configChecks,
      onProblems: (problems) => {
        for (const problem of problems)
          logger[problem.severity === 'error' ? 'error' : 'warn']({ problem }, problem.message);
      },
    });
    const snapshot = config.current();
    const log = openLmdbEventLog(folders.log, { notifier });
    const store = openLmdbKeyValueStore(folders.store);
    Object.assign(opened, { config, log, store });
    const index = await openDuckdbIndex(folders.index, indexOptions(snapshot));
    Object.assign(opened, { index });
    return await join({ lock, log, store, index, config }, { ...folders, notifier }, settings);
  } catch (error) {
    await opened.config?.close();
    await opened.index?.close();
    await opened.store?.close();
    await opened.log?.close();
    await opened.lock?.release();
    throw error;
  }
}

async function join(
  parts: Parts,
  places: { readonly log: string; readonly store: string; readonly notifier: Notifier },
  settings: ProgramSettings,
): Promise<Program> {
  const { log, store, index, config } = parts;
  const { logger, dataFolder } = settings;
  const snapshot = config.current();
  let address = '';
  let searchable = 0;
  const page = preparePage();
  const metrics = createMetrics();
  const live = new CommitFeed();
  const accounts = new Accounts(store, clock);
  const firstRun = await accounts.firstRun(settings.password);

  const sink = new IndexSink({
    index,
    log,
    clock,
    onCommit: (notice) => {
      searchable += notice.events;
      metrics.sent('sink', 'index', '', notice.events);
      metrics.seconds('sink', 'index', notice.seconds);
      if (notice.events > 0) live.publish({ events: notice.events, alerts: notice.alerts, at: notice.at });
    },
    onRetry: (error, attempt) =>
      logger.error({ err: error, attempt }, 'the index did not take a batch; it is tried again'),
    onRefused: (refused) => {
      for (const one of refused) metrics.errors('sink', 'index', one.sensor, 1);
      logger.error({ count: refused.length, first: refused[0] }, 'the index refused events');
    },
  });

  const topology = await Topology.start(
    {
      log,
      logFolder: places.log,
      storeFolder: places.store,
      notifier: places.notifier,
      logId: logIdOf(dataFolder),
      sink,
      metrics,
      workers: snapshot.global.pipeline?.workers ?? Math.max(1, availableParallelism() - 1),
      positions: await index.positions(),
      onRefused: (sensor, message, hint) =>
        logger.error(
          { sensor, hint },
          `the configuration of ${sensor} does not work; the one before stays: ${message}`,
        ),
      onGeoV6Wanted: () => void databases.wantV6(),
      onWorkerDied: (error) => logger.error({ err: error }, 'a worker died; it is started again'),
      partitions: partitionsOf(snapshot),
      retention: retentionOf(snapshot),
    },
    snapshot,
  );
  const databases = new Databases(topology, dataFolder, logger);
  const loadingDatabases = databases.configure(snapshot);

  const appender = new Appender(log, {
    topicOf: (sensor) => config.current().parsers.get(sensor)?.sensorTopic ?? sensor,
    partitions: partitionsOf(snapshot),
  });
  const ingest = new IngestService({
    log,
    appender,
    sensors: () => [...config.current().parsers.keys()],
    configFolder: config.current().folder ?? defaultConfigFolder,
    stateFolder: path.join(dataFolder, 'ingest'),
    report: (listener, error) => logger.warn({ listener, err: error }, error.message),
  });

  const health: Health = {
    problems: () => [
      ...(sink.failing === null ? [] : [`The index does not take events: ${sink.failing.message}`]),
      ...notTaken(appender),
      ...(topology.down === 0 ? [] : [`${topology.down} worker(s) are down`]),
      ...ingest
        .status()
        .flatMap((one) =>
          one.state === 'failed' ? [`Listener ${one.name}: ${one.problem ?? 'failed'}`] : [],
        ),
    ],
  };
  const app = await createServer({
    index,
    accounts,
    metrics,
    live,
    health,
    config: configView(config),
    page,
    clock,
    logger: logger.child({ part: 'api' }),
    version,
    ingestHelp: () => ingestHelp(ingest.status(), address),
    refreshMetrics: () => refreshMetrics(metrics, ingest, log, index),
    extend: [
      async (instance: FastifyInstance) =>
        ingest.mount(instance, {
          config: { role: 'sender' },
          schema: { tags: ['ingest'], summary: 'Hand in events' },
        }),
    ],
  });
  await ingest.apply(snapshot.listeners);
  const url = await app.listen({ host: settings.host, port: settings.port });
  address = url;

  await writeLocalAccess(dataFolder, url, accounts);

  const following = followConfig(config, async (next) => {
    try {
      await topology.configure(next);
      await databases.configure(next);
      await ingest.apply(next.listeners);
      logger.info({ version: next.version }, 'the changed configuration is in effect');
    } catch (error) {
      logger.error(
        { err: error },
        'a part could not follow the changed configuration; it goes on with the one before',
      );
    }
  });
  let stopping: Promise<void> | null = null;
  async function stop(): Promise<void> {
    logger.info('stopping: taking in no more, working what was taken in');
    // What could not be stored must not keep the rest from being closed in order.
    const notStored = await ingest.stop().then(
      () => null,
      (error: unknown) => error,
    );
    await app.close();
    await rm(path.join(dataFolder, localAccessFile), { force: true });
    await config.close();
    await following;
    await loadingDatabases;
    databases.close();
    await topology.stop();
    await sink.stop();
    await index.close();
    await store.close();
    await log.close();
    await parts.lock.release();
    if (notStored !== null) throw notStored;
  }
  return {
    url,
    firstRun,
    configProblems: () => config.problems(),
    listeners: () => ingest.status(),
    ingestHelp: () => ingestHelp(ingest.status(), url),
    progress: () => ({ accepted: appender.metrics.sent, searchable }),
    stop: () => (stopping ??= stop()),
  };
}

/** What keeps the log from taking events. Who is refused goes away, so an old failure says nothing. */
function notTaken({ lastFailure }: Appender): string[] {
  return lastFailure === null || clock.now() - lastFailure.at > failureHoldsMs
    ? []
    : [`The log does not take events: ${lastFailure.error.message}`];
}

async function followConfig(
  config: ConfigFolder,
  apply: (snapshot: Snapshot) => Promise<void>,
): Promise<void> {
  for await (const snapshot of config.changes()) await apply(snapshot);
}

function indexOptions(snapshot: Snapshot): DuckdbIndexOptions {
  const { retentionDays, retentionBytes, sealRows, memoryLimit } = snapshot.global.index ?? {};
  return {
    ...(retentionDays === undefined || retentionDays === 0 ? {} : { maxAgeMs: retentionDays * 86_400_000 }),
    ...(retentionBytes === undefined || retentionBytes === 0 ? {} : { maxBytes: retentionBytes }),
    ...(sealRows === undefined ? {} : { sealRows }),
    ...(memoryLimit === undefined ? {} : { memoryLimitMb: megabytes(memoryLimit) }),
    maintainEveryMs: 5_000,
  };
}

/** A size such as "512MB" or "1.5 GiB", checked by the configuration's schema. */
function megabytes(text: string): number {
  const [, number = '0', unit = 'MB'] = /^([\d.]+)\s*(\w+)$/.exec(text) ?? [];
  const base = unit.includes('i') ? 1024 : 1000;
  const bytes = Number(number) * base ** ('KMGT'.indexOf(unit.charAt(0).toUpperCase()) + 1);
  return Math.max(1, Math.round(bytes / 1_000_000));
}

function partitionsOf(snapshot: Snapshot): number {
  return snapshot.global.bus?.partitions ?? 4;
}

function retentionOf(snapshot: Snapshot): { retentionMs?: number; retentionBytes?: number } {
  const { retentionMs, retentionBytes } = snapshot.global.bus ?? {};
  return {
    retentionMs:
      retentionMs === undefined ? 3 * 86_400_000 : retentionMs === 0 ? Number.MAX_SAFE_INTEGER : retentionMs,
    ...(retentionBytes === undefined || retentionBytes === 0 ? {} : { retentionBytes }),
  };
}

/** Names this data folder: part of every guid. */
function logIdOf(dataFolder: string): string {
  const file = path.join(dataFolder, 'id');
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`, { flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

async function refreshMetrics(
  metrics: Metrics,
  ingest: IngestService,
  log: EventLog,
  index: EventIndex,
): Promise<void> {
  for (const status of ingest.status()) metrics.source(status.name, status.sensor, status.metrics);
  const positions = new Map(
    (await index.positions()).map((one) => [`${one.partition}/${one.topic}`, one.nextOffset]),
  );
  for (const topic of await log.topics()) {
    const { partitions } = await log.describe(topic);
    for (const { partition, endOffset, startOffset } of partitions) {
      const next = positions.get(`${partition}/${topic}`) ?? startOffset;
      metrics.lag('index', topic, partition, Math.max(0, endOffset - next));
    }
  }
}
