/** Reads a configuration folder once. */
import path from 'node:path';
import type { ConfigChecks } from './checks.ts';
import { fileProblem, readFolder } from './folder-files.ts';
import { LayerState } from './layer.ts';
import { ConfigError, type ConfigProblem, formatPath } from './problem.ts';
import { nearest } from './schema-problems.ts';
import { buildSnapshot, type Snapshot } from './snapshot.ts';

/** The configuration that ships with the program: what a user's folder is laid over. */
export const defaultConfigFolder: string = path.resolve(import.meta.dirname, '../../config');

export interface LoadOptions {
  readonly checks?: ConfigChecks;
  /** Folder that the user's is laid over; `defaultConfigFolder` unless told otherwise, null for none. */
  readonly defaults?: string | null;
  /** The machine's own folder, where the configuration comes from elsewhere; the folder itself when absent. */
  readonly home?: string | null;
}

export interface LoadedConfig {
  readonly snapshot: Snapshot;
  /** Warnings. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the folder of a user (null: there is none) over the one that ships with the program.
 *
 * @throws ConfigError with all that is wrong in any file
 */
export async function loadConfig(folder: string | null, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { snapshot, problems } = await checkConfig(folder, options);
  if (snapshot === null) throw new ConfigError(problems);
  return { snapshot, problems };
}

/** As `loadConfig`, but errors are returned: `snapshot` is null when there are any. */
export async function checkConfig(folder: string | null, options: LoadOptions = {}): Promise<CheckedConfig> {
  return createConfigChecker(options)(folder);
}

export interface CheckedConfig {
  readonly snapshot: Snapshot | null;
  readonly problems: readonly ConfigProblem[];
}

/** `checkConfig` for folders that follow one another: what a file said in the last one is not read again. */
export function createConfigChecker(
  options: LoadOptions = {},
): (folder: string | null) => Promise<CheckedConfig> {
  const { checks = {}, defaults = defaultConfigFolder } = options;
  const shipped = new LayerState(checks);
  const own = new LayerState(checks);
  return async (folder) => {
    const layers: LayerState[] = [];
    const problems: ConfigProblem[] = [];
    for (const [source, layer] of [
      [defaults, shipped],
      [folder, own],
    ] as const) {
      if (source === null) continue;
      const files = await readFolder(source);
      layer.update(files);
      layers.push(layer);
      // What is wrong in the folder that ships is told too, but with its whole path.
      problems.push(...(source === folder ? layer.problems() : inFolder(source, layer.problems())));
      if (!files.exists && source === folder) problems.push(missingFolder(source));
    }
    const place = folder === null ? null : path.resolve(folder);
    const { home = place } = options;
    const snapshot = buildSnapshot(
      1,
      place,
      layers.map((layer) => layer.layer()),
      home === null ? null : path.resolve(home),
    );
    // With a file left out, the others would seem to miss it.
    if (problems.some((problem) => problem.severity === 'error')) return { snapshot: null, problems };
    return { snapshot, problems: [...problems, ...crossFileProblems(snapshot, options.checks)] };
  };
}

export function missingFolder(folder: string): ConfigProblem {
  return fileProblem(
    'error',
    '.',
    `expected a folder, found nothing at ${folder}`,
    'Create it, or name another one.',
  );
}

export function inFolder(folder: string, problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.map((problem) => ({ ...problem, file: path.join(folder, problem.file) }));
}

/** What only shows when the files are seen together. */
export function crossFileProblems(snapshot: Snapshot, checks: ConfigChecks = {}): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const sensors = [...snapshot.parsers.keys()];
  for (const [index, listener] of snapshot.listeners.entries()) {
    if (listener.type === 'http' || !listener.enabled || snapshot.parsers.has(listener.sensor)) continue;
    const near = nearest(listener.sensor, sensors);
    problems.push({
      ...fileProblem(
        'warning',
        'listeners.json',
        `nothing can be read of what ${JSON.stringify(listener.name)} takes in: the sensor ${JSON.stringify(listener.sensor)} has no file in parsers/`,
        near === null ? `Add parsers/${listener.sensor}.json.` : `Did you mean ${JSON.stringify(near)}?`,
      ),
      path: `[${index}].sensor`,
    });
  }
  for (const [kind, configs] of [['enrichments', snapshot.enrichments]] as const) {
    for (const sensor of configs.keys()) {
      if (snapshot.parsers.has(sensor)) continue;
      const near = nearest(sensor, sensors);
      problems.push(
        fileProblem(
          'warning',
          `${kind}/${sensor}.json`,
          `the sensor ${JSON.stringify(sensor)} has no file in parsers/`,
          near === null
            ? `Add parsers/${sensor}.json, if its messages do not come from elsewhere.`
            : `Did you mean ${near}.json?`,
        ),
      );
    }
  }
  for (const { file, path, message, hint } of checks.unknownFields?.(snapshot) ?? [])
    problems.push({
      ...fileProblem('warning', file, message, hint),
      code: 'SKP_CONFIG_LINT',
      path: formatPath(path),
    });
  return problems;
}
