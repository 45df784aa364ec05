/**
 * The program: every part opened and joined, in order; and closed again in the other order, so that nothing taken in is left
 * between two parts. A part that does not open closes those before it.
 */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createServer, type WireIngestHelp } from '../api/index.ts';
import { createNotifier } from '../bus/index.ts';
import { type ConfigFolder, defaultConfigFolder, openConfigFolder } from '../config/index.ts';
import { lockDataFolder } from '../data-folder/index.ts';
import { loadCluster, openBus, openIndex, openStore } from '../engines/index.ts';
import { SkoposError } from '../errors.ts';
import { Appender, IngestService, type ListenerStatus } from '../ingest/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { IndexSink, installPlugins, Topology } from '../pipeline/index.ts';
import { Accounts } from '../security/index.ts';
import { version } from '../version.ts';
import { createGrokWorkbench, createStellarWorkbench } from '../workbench/index.ts';
import { configChecks } from './checks.ts';
import { configView } from './config-view.ts';
import { Databases } from './databases.ts';
import { Desk } from './desk.ts';
import { healthOf } from './health.ts';
import { ingestHelp } from './ingest-help.ts';
import { CommitFeed } from './live-feed.ts';
import { localAccessFile, writeLocalAccess } from './local-access.ts';
import { logIdOf } from './log-id.ts';
import { preparePage } from './page-build.ts';
import { pluginProblem } from './plugin-problem.ts';
import type { ProgramSettings } from './settings.ts';
import { partitionsOf, retentionOf } from './snapshot-settings.ts';
import { refreshMetrics } from './source-metrics.ts';

const clock = { now: () => Date.now() };

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

export async function startProgram(settings: ProgramSettings): Promise<Program> {
  const parts = new AsyncDisposableStack();
  try {
    return await open(settings, parts);
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** Opens the parts; what closes each is on the stack from the moment it is open. */
async function open(settings: ProgramSettings, parts: AsyncDisposableStack): Promise<Program> {
  const { dataFolder, logger } = settings;
  mkdirSync(dataFolder, { recursive: true });
  const lock = await lockDataFolder(dataFolder);
  parts.defer(() => lock.release());

  const plugins = (await installPlugins(settings.configFolder)).map(pluginProblem);
  for (const problem of plugins)
    logger.error({ problem }, `${problem.file} was left out: ${problem.message}`);

  const config = await openConfigFolder(settings.configFolder, {
    checks: configChecks,
    onProblems: (problems) => {
      for (const problem of problems)
        logger[problem.severity === 'error' ? 'error' : 'warn']({ problem }, problem.message);
    },
  });
  parts.defer(() => config.close());
  const snapshot = config.current();

  const notifier = createNotifier();
  const cluster = await loadCluster(settings.configFolder);
  const log = await openBus(cluster, { dataFolder, notifier });
  parts.defer(() => log.close());
  const store = await openStore(cluster, { dataFolder });
  parts.defer(() => store.close());
  const index = await openIndex(cluster, { dataFolder, snapshot });
  parts.defer(() => index.close());

  const page = preparePage();
  const metrics = createMetrics();
  const live = new CommitFeed();
  const accounts = new Accounts(store, clock);
  const firstRun = await accounts.firstRun(settings.password);

  let searchable = 0;
  let loadingDatabases: Promise<void> = Promise.resolve();
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
  parts.defer(() => sink.stop());

  const topology = await Topology.start(
    {
      log,
      cluster,
      dataFolder,
      notifier,
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
      onDatabasesWanted: () => {
        loadingDatabases = databases.want(config.current());
      },
      onGeoV6Wanted: () => void databases.wantV6(),
      onWorkerDied: (error) => logger.error({ err: error }, 'a worker died; it is started again'),
      onUnreadable: ({ message, ...told }) => logger.error(told, `events cannot be read on: ${message}`),
      onStore: ({ name, onFailure, down }) => {
        if (down === null) logger.info(`the store answers again: ${name}`);
        else
          logger.error({ onStoreFailure: onFailure }, `the store does not answer: ${name}: ${down.message}`);
      },
      onSetAside: ({ reason, ...record }) =>
        logger.error(
          { ...record, err: reason },
          'a record ended every worker that worked it; it is set aside in the error topic and index',
        ),
      clock,
      ...(snapshot.global.pipeline?.hungSeconds === undefined
        ? {}
        : { hungSeconds: snapshot.global.pipeline.hungSeconds }),
      partitions: partitionsOf(snapshot),
      retention: retentionOf(snapshot),
    },
    snapshot,
  );
  parts.defer(() => topology.stop());
  const databases = new Databases(topology, dataFolder, logger);
  parts.defer(async () => {
    await loadingDatabases;
    databases.close();
  });

  let address = '';
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
  const folder = (): string | null => config.current().folder;
  const desk = new Desk({
    grok: createGrokWorkbench(folder),
    stellar: createStellarWorkbench(configChecks),
    folder,
  });
  parts.defer(() => desk.close());
  const app = await createServer({
    index,
    accounts,
    metrics,
    live,
    health: healthOf({
      sink,
      appender,
      topology,
      ingest,
      clock,
      warnings: plugins.map(({ file, message }) => `${file} was left out: ${message}`),
    }),
    config: configView(config, plugins),
    grok: desk.grok,
    stellar: desk.stellar,
    page,
    clock,
    logger: logger.child({ part: 'api' }),
    version,
    ingestHelp: () => ingestHelp(ingest.status(), address),
    refreshMetrics: () => refreshMetrics(metrics, ingest, log, index),
    extend: [
      async (instance) =>
        ingest.mount(instance, {
          config: { role: 'sender' },
          schema: { tags: ['ingest'], summary: 'Hand in events' },
        }),
    ],
  });
  parts.defer(() => app.close());
  // First of all the way in is closed, and what came through it made durable.
  parts.defer(() => ingest.stop());
  await ingest.apply(snapshot.listeners);
  try {
    address = await app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    throw new SkoposError(
      'SKP_PROGRAM_PORT',
      `The pages and the API cannot be served at ${settings.host}:${settings.port}: ${(error as Error).message}`,
      { hint: 'Choose another port with --port, or stop the program that has it.', cause: error },
    );
  }
  await writeLocalAccess(dataFolder, address, accounts);
  parts.defer(() => rm(path.join(dataFolder, localAccessFile), { force: true }));

  const following = (async () => {
    for await (const next of config.changes()) {
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
    }
  })();
  parts.defer(async () => {
    await config.close();
    await following;
  });

  let stopping: Promise<void> | null = null;
  return {
    url: address,
    firstRun,
    configProblems: () => [...plugins, ...config.problems()],
    listeners: () => ingest.status(),
    ingestHelp: () => ingestHelp(ingest.status(), address),
    progress: () => ({ accepted: appender.metrics.sent, searchable }),
    stop() {
      if (stopping === null) logger.info('stopping: taking in no more, working what was taken in');
      stopping ??= parts.disposeAsync();
      return stopping;
    },
  };
}
