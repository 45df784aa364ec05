/** Where this process has its configuration from: the folder of the machine, or the versions in the log. */
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Health } from '../api/index.ts';
import type { EventLog } from '../bus/index.ts';
import { type ConfigProblem, type ConfigSource, openConfigFolder, type Snapshot } from '../config/index.ts';
import {
  type ConfigVersions,
  openSharedConfig,
  type Reporting,
  type SharedConfig,
  startReporting,
} from '../config-versions/index.ts';
import { type ClusterSettings, openVersions } from '../engines/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { configChecks } from './checks.ts';
import type { ProgramSettings } from './settings.ts';
import { processName, type Workers } from './workers.ts';

export interface Configuration {
  readonly source: ConfigSource;
  /** Null where the folder of the machine is the configuration. */
  readonly shared: { readonly versions: ConfigVersions; readonly config: SharedConfig } | null;
  /** The version that all parts of this process have taken over. */
  live: number;
}

/** Hands each change to the parts, until the source is closed. */
export async function followConfiguration(
  configuration: Configuration,
  takeOver: (snapshot: Snapshot) => Promise<void>,
  logger: Logger,
): Promise<void> {
  for await (const next of configuration.source.changes()) {
    try {
      await takeOver(next);
      configuration.live = next.version;
      logger.info({ version: next.version }, 'the changed configuration is in effect');
    } catch (error) {
      logger.error(
        { err: error },
        'a part could not follow the changed configuration; it goes on with the one before',
      );
    }
  }
}

/** `log` is open. Throws as `openConfigFolder` and `openSharedConfig` do. */
export async function openConfiguration(
  { configFolder, dataFolder, logger }: ProgramSettings,
  cluster: ClusterSettings,
  log: EventLog,
): Promise<Configuration> {
  const onProblems = (problems: readonly ConfigProblem[]): void => {
    for (const problem of problems)
      logger[problem.severity === 'error' ? 'error' : 'warn']({ problem }, problem.message);
  };
  const versions = await openVersions(cluster, log);
  if (versions === null) {
    const source = await openConfigFolder(configFolder, { checks: configChecks, onProblems });
    return { source, shared: null, live: source.current().version };
  }
  const config = await openSharedConfig({
    versions,
    folder: path.resolve(dataFolder, 'config-versions'),
    home: configFolder,
    checks: configChecks,
    onProblems,
  });
  return { source: config, shared: { versions, config }, live: config.current().version };
}

/** What health says of the version that runs here; undefined where there are no versions. */
export function configurationHealth(
  configuration: Configuration,
  workers: Workers | null,
): Health['configuration'] {
  const { shared } = configuration;
  if (shared === null) return undefined;
  return () => {
    const { newest, refused } = shared.config.status();
    return { version: configuration.live, newest, refused, workers: workerVersions(workers) };
  };
}

function workerVersions(workers: Workers | null): { name: string; version: number }[] {
  return (workers?.members?.members ?? []).map(({ name, version }) => ({ name, version }));
}

/** What does not keep events from their way, and should be looked at. */
export function configurationWarnings({ shared }: Configuration): readonly string[] {
  if (shared === null) return [];
  const { version, refused, trouble } = shared.config.status();
  return [
    ...(refused === null ? [] : [`The configuration stays at version ${version}: ${refused}`]),
    ...(trouble === null ? [] : [`Changes of the configuration are not seen: ${trouble}`]),
  ];
}

export function configurationMetrics(
  { shared, live }: Configuration,
  metrics: Metrics,
  dataFolder: string,
): void {
  if (shared === null) return;
  metrics.configuration(processName(dataFolder), live, shared.config.status().newest);
}

/** Says to all who ask which version runs here; null where there are no versions. */
export function reportConfiguration(
  configuration: Configuration,
  process: {
    readonly log: EventLog;
    readonly dataFolder: string;
    readonly roles: ReadonlySet<string>;
    readonly url: string;
    readonly workers: Workers | null;
    readonly logger: Logger;
  },
): Reporting | null {
  const { shared } = configuration;
  if (shared === null) return null;
  const { log, dataFolder, roles, url, workers, logger } = process;
  const started = Date.now();
  const name = processName(dataFolder);
  const host = hostname();
  return startReporting(
    log,
    shared.versions.topic,
    () => {
      const { refused } = shared.config.status();
      const version = configuration.live;
      return {
        process: name,
        host,
        roles: [...roles],
        started,
        url,
        version,
        id: shared.versions.versions[version - 1]?.id ?? '',
        workers: workerVersions(workers),
        refused: refused?.slice(0, 2_000) ?? null,
      };
    },
    (error) => logger.warn({ err: error }, 'what runs here could not be told to the others'),
  );
}
