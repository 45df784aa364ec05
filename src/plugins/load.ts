/** Loads the plug-ins of a configuration folder: `functions/*.ts` and `plugins/*.ts`. A broken one keeps no other from working. */
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SkoposError } from '../errors.ts';
import { isPlugin, type Plugin } from './define-plugin.ts';
import { resolveSkoposFor } from './resolve-skopos.ts';

export interface PluginProblem {
  /** Relative to the configuration folder, with `/`. */
  readonly file: string;
  /** Counted from 1; 1 when it is not known. */
  readonly line: number;
  readonly message: string;
  readonly hint: string | null;
}

export interface LoadedPlugin {
  readonly file: string;
  readonly plugin: Plugin;
}

export interface LoadedPlugins {
  readonly plugins: readonly LoadedPlugin[];
  readonly problems: readonly PluginProblem[];
}

const subfolders = ['functions', 'plugins'];
/** A module that waits for something at its top must not keep the program from starting. */
const longestLoadMs = 10_000;

/**
 * `folder`: the configuration folder, null for none. Each thread loads for itself, once: a module that changed is loaded when the
 * program starts again. Never rejects for what a plug-in does.
 */
export async function loadPlugins(folder: string | null): Promise<LoadedPlugins> {
  const plugins: LoadedPlugin[] = [];
  const problems: PluginProblem[] = [];
  const files = folder === null ? [] : await pluginFiles(folder, problems);
  if (folder === null || files.length === 0) return { plugins, problems };
  const root = await realpath(folder);
  resolveSkoposFor(root);
  for (const file of files) {
    try {
      // Node takes a module for the file that a link leads to.
      const real = await realpath(path.join(root, file));
      resolveSkoposFor(path.dirname(real));
      const found = pluginsOf(await withinTime(import(pathToFileURL(real).href)));
      if (found.length === 0) {
        problems.push({
          file,
          line: 1,
          message: 'it exports no plug-in',
          hint: "export what definePlugin of 'skopos' gives",
        });
      }
      for (const plugin of found) plugins.push({ file, plugin });
    } catch (error) {
      problems.push(problemOf(file, error));
    }
  }
  return { plugins, problems };
}

async function pluginFiles(folder: string, problems: PluginProblem[]): Promise<string[]> {
  const files: string[] = [];
  for (const subfolder of subfolders) {
    try {
      for (const name of (await readdir(path.join(folder, subfolder))).sort())
        if (/\.(?:m?ts|m?js)$/.test(name) && !/\.(?:test|spec|d)\.m?[tj]s$|^\./.test(name))
          files.push(`${subfolder}/${name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(problemOf(subfolder, error));
    }
  }
  return files;
}

async function withinTime(loading: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it was not loaded within ${longestLoadMs / 1000} seconds`)),
      longestLoadMs,
    );
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The plug-ins among a module's exports; a list of them counts too. One that is exported twice is one. */
function pluginsOf(module: unknown): readonly Plugin[] {
  if (typeof module !== 'object' || module === null) return [];
  return [...new Set(Object.values(module).flat())].filter(isPlugin);
}

function problemOf(file: string, error: unknown): PluginProblem {
  return {
    file,
    line: lineOf(file, error),
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: error instanceof SkoposError ? (error.hint ?? null) : null,
  };
}

/** Where in the file an error came up, as its stack tells. */
function lineOf(file: string, error: unknown): number {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${file.split('/').join(path.sep)}:`);
  const number =
    at < 0 ? Number.NaN : Number.parseInt(stack.slice(at + file.length + 1, at + file.length + 9), 10);
  return Number.isNaN(number) ? 1 : number;
}
