/**
 * The program: every part opened and joined, in order; and closed again in the other order, so that nothing taken in is left
 * between two parts. A part that does not open closes those before it.
 */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { createServer, type WireIngestHelp } from '../api/index.ts';
import { createNotifier, type EventLog } from '../bus/index.ts';
import { type ConfigSource, defaultConfigFolder, type Snapshot } from '../config/index.ts';
import { lockDataFolder } from '../data-folder/index.ts';
import {
  type ClusterSettings,
  isShared,
  loadCluster,
  openBus,
  openIndex,
  openStore,
} from '../engines/index.ts';
import { SkoposError } from '../errors.ts';
import { Appender, IngestService, type ListenerStatus } from '../ingest/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { IndexFeed, IndexSink, installPlugins, type KeptTopics, keepTopics } from '../pipeline/index.ts';
import { Accounts } from '../security/index.ts';
import { version } from '../version.ts';
import { createGrokWorkbench, createStellarWorkbench } from '../workbench/index.ts';
import { drainMsOf, groupOf } from './bus-options.ts';
import { configChecks } from './checks.ts';
import { configView } from './config-view.ts';
import {
  configurationHealth,
  configurationMetrics,
  configurationWarnings,
  followConfiguration,
  openConfiguration,
  reportConfiguration,
} from './configuration.ts';
import { Desk } from './desk.ts';
import { healthOf } from './health.ts';
import { ingestHelp } from './ingest-help.ts';
import { CommitFeed } from './live-feed.ts';
import { localAccessFile, writeLocalAccess } from './local-access.ts';
import { preparePage } from './page-build.ts';
import { pluginProblem } from './plugin-problem.ts';
import { allRoles, checkRoles, type Role } from './roles.ts';
import type { ProgramSettings } from './settings.ts';
import { partitionsOf, retentionOf } from './snapshot-settings.ts';
import { refreshMetrics } from './source-metrics.ts';
import { startWorkers } from './workers.ts';

const clock = { now: () => Date.now() };

export interface Program {
  /** Where the page is. */
  readonly url: string;
  /** Shown once: the first administrator's password; null when there are users already. */
  readonly firstRun: { readonly username: string; readonly password: string } | null;
  readonly configProblems: ConfigSource['problems'];
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
  const { dataFolder, logger, roles = allRoles } = settings;
  mkdirSync(dataFolder, { recursive: true });
  const lock = await lockDataFolder(dataFolder);
  parts.defer(() => lock.release());

  const plugins = (await installPlugins(settings.configFolder)).map(pluginProblem);
  for (const problem of plugins)
    logger.error({ problem }, `${problem.file} was left out: ${problem.message}`);

  const cluster = await loadCluster(settings.configFolder);
  await checkRoles(roles, cluster);
  const notifier = createNotifier();
  const log = await openBus(cluster, { dataFolder, notifier });
  parts.defer(() => log.close());
  const configuration = await openConfiguration(settings, cluster, log);
  const config = configuration.source;
  parts.defer(() => config.close());
  const snapshot = config.current();

  const group = (await isShared('bus', cluster.bus)) ? groupOf(cluster) : null;
  const store = await openStore(cluster, { dataFolder });
  parts.defer(() => store.close());
  const index =
    roles.has('index') || roles.has('api') ? await openIndex(cluster, { dataFolder, snapshot }) : null;
  if (index !== null) parts.defer(() => index.close());

  const page = preparePage();
  const metrics = createMetrics();
  const live = new CommitFeed();
  const accounts = new Accounts(store, clock);
  const firstRun = await accounts.firstRun(settings.password);

  const topics = group === null ? null : await openTopics(log, snapshot, logger);
  if (topics !== null) parts.defer(() => topics.stop());
  let searchable = 0;
  const sink =
    index === null || !roles.has('index')
      ? null
      : new IndexSink({
          index,
          log,
          clock,
          onCommit: (notice) => {
            searchable += notice.events;
            metrics.sent('sink', 'index', '', notice.events);
            metrics.seconds('sink', 'index', notice.seconds);
            if (notice.events > 0)
              live.publish({ events: notice.events, alerts: notice.alerts, at: notice.at });
          },
          onRetry: (error, attempt) =>
            logger.error({ err: error, attempt }, 'the index did not take a batch; it is tried again'),
          onRefused: (refused) => {
            for (const one of refused) metrics.errors('sink', 'index', one.sensor, 1);
            logger.error({ count: refused.length, first: refused[0] }, 'the index refused events');
          },
        });
  if (sink !== null) parts.defer(() => sink.stop());

  // What workers elsewhere enriched comes through the topic.
  const feed =
    group === null || sink === null
      ? null
      : new IndexFeed({
          log,
          group: `${group}-index`,
          sink,
          metrics,
          clock,
          drainMs: drainMsOf(cluster),
        });
  if (feed !== null) {
    feed.start();
    parts.defer(() => feed.stop());
  }

  const workers = roles.has('work')
    ? await startWorkers({
        cluster,
        group,
        dataFolder,
        notifier,
        log,
        index,
        sink,
        metrics,
        logger,
        clock,
        snapshot: () => config.current(),
      })
    : null;
  if (workers !== null) parts.defer(() => workers.stop());

  let address = '';
  const way = roles.has('ingest') ? openIngest(log, config, dataFolder, logger) : null;
  const folder = (): string | null => config.current().folder;
  const desk = new Desk({
    grok: createGrokWorkbench(folder),
    stellar: createStellarWorkbench(configChecks),
    folder,
    home: settings.configFolder,
  });
  parts.defer(() => desk.close());
  const status = (): readonly ListenerStatus[] => way?.ingest.status() ?? [];
  const warnings = [
    ...plugins.map(({ file, message }) => `${file} was left out: ${message}`),
    ...(await warningsOf(roles, cluster)),
  ];
  const app = await createServer({
    index: roles.has('api') ? index : null,
    accounts,
    metrics,
    live,
    health: healthOf({
      sink,
      feed,
      appender: way?.appender ?? null,
      workers: workers?.pool ?? null,
      ingest: way?.ingest ?? null,
      clock,
      warnings: () => [...warnings, ...configurationWarnings(configuration)],
      configuration: configurationHealth(configuration, workers),
    }),
    config: configView(config, plugins),
    grok: desk.grok,
    stellar: desk.stellar,
    page,
    clock,
    logger: logger.child({ part: 'api' }),
    version,
    ingestHelp: () => ingestHelp(status(), address),
    refreshMetrics: () => {
      configurationMetrics(configuration, metrics, dataFolder);
      const members = workers?.members ?? null;
      return refreshMetrics({ metrics, listeners: status(), log, index, group, members });
    },
    extend:
      way === null
        ? []
        : [
            async (instance) =>
              way.ingest.mount(instance, {
                config: { role: 'sender' },
                schema: { tags: ['ingest'], summary: 'Hand in events' },
              }),
          ],
  });
  parts.defer(() => app.close());
  if (way !== null) {
    // First of all the way in is closed, and what came through it made durable.
    parts.defer(() => way.ingest.stop());
    await way.ingest.apply(snapshot.listeners);
  }
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

  const reporting = reportConfiguration(configuration, {
    log,
    dataFolder,
    roles,
    url: address,
    workers,
    logger,
  });
  const following = followConfiguration(
    configuration,
    async (next) => {
      await topics?.configure(next);
      await workers?.configure(next);
      await way?.ingest.apply(next.listeners);
    },
    logger,
  );
  parts.defer(async () => {
    await reporting?.stop();
    await config.close();
    await following;
  });

  let stopping: Promise<void> | null = null;
  return {
    url: address,
    firstRun,
    configProblems: () => [...plugins, ...config.problems()],
    listeners: status,
    ingestHelp: () => ingestHelp(status(), address),
    progress: () => ({ accepted: way?.appender.metrics.sent ?? 0, searchable }),
    stop() {
      if (stopping === null) logger.info('stopping: taking in no more, working what was taken in');
      stopping ??= parts.disposeAsync();
      return stopping;
    },
  };
}

function openIngest(
  log: EventLog,
  config: ConfigSource,
  dataFolder: string,
  logger: Logger,
): { readonly appender: Appender; readonly ingest: IngestService } {
  const appender = new Appender(log, {
    topicOf: (sensor) => config.current().parsers.get(sensor)?.sensorTopic ?? sensor,
    partitions: partitionsOf(config.current()),
  });
  const ingest = new IngestService({
    log,
    appender,
    sensors: () => [...config.current().parsers.keys()],
    configFolder: config.current().home ?? defaultConfigFolder,
    stateFolder: path.join(dataFolder, 'ingest'),
    report: (listener, error) => logger.warn({ listener, err: error }, error.message),
  });
  return { appender, ingest };
}

/** The topics of a log that processes share: each of them sees to it that they are there. */
async function openTopics(log: EventLog, snapshot: Snapshot, logger: Logger): Promise<KeptTopics> {
  const topics = keepTopics(
    log,
    { partitions: partitionsOf(snapshot), retention: retentionOf(snapshot) },
    {
      onRefused: (sensor, message, hint) => logger.error({ sensor, hint }, message),
      onMade: (made) =>
        logger.error({ topics: made }, 'topics were gone; they are made anew, without what they held'),
    },
  );
  await topics.configure(snapshot);
  return topics;
}

async function warningsOf(roles: ReadonlySet<Role>, cluster: ClusterSettings): Promise<string[]> {
  if (roles.size === allRoles.size || (await isShared('store', cluster.store))) return [];
  return [
    `Reference data, threat intelligence and users (${cluster.store.type}) are this process' own: what is loaded elsewhere is not known here`,
  ];
}
