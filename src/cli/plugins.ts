/** Plug-ins of the configuration folder, for commands that run expressions or parsers. */
import { styleText } from 'node:util';
import { installPlugins } from '../pipeline/index.ts';
import type { PluginProblem } from '../plugins/index.ts';

const prepared = new Map<string | null, Promise<readonly PluginProblem[]>>();

/** Installs them, and says on standard error which ones could not be: once, however many parts of a command need them. */
export function preparePlugins(folder: string | null): Promise<readonly PluginProblem[]> {
  let problems = prepared.get(folder);
  if (problems === undefined) prepared.set(folder, (problems = prepare(folder)));
  return problems;
}

async function prepare(folder: string | null): Promise<readonly PluginProblem[]> {
  const problems = await installPlugins(folder);
  for (const { file, message, hint } of problems)
    console.error(
      styleText('yellow', `${file}: left out: ${message}${hint === null ? '' : `\n    ${hint}`}`, {
        stream: process.stderr,
      }),
    );
  return problems;
}
