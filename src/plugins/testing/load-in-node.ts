/** Loads plug-ins as the program does, in a Node of its own: test runners have a loader of their own that gets in between. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PluginProblem } from '../load.ts';

export interface SeenPlugin {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  /** What a function gives for the text "hey". */
  readonly result: unknown;
}

export async function loadInNode(
  folder: string | null,
): Promise<{ readonly plugins: readonly SeenPlugin[]; readonly problems: readonly PluginProblem[] }> {
  const door = path.resolve(import.meta.dirname, '../index.ts');
  const script = `
const { loadPlugins } = await import(${JSON.stringify(door)});
const { plugins, problems } = await loadPlugins(${JSON.stringify(folder)});
const seen = plugins.map(({ file, plugin }) => ({
  file,
  kind: plugin.kind,
  name: plugin[plugin.kind].name,
  result: plugin.kind === 'function' ? plugin.function.call({}, 'hey') : null,
}));
console.log(JSON.stringify({ plugins: seen, problems }));`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    script,
  ]);
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}
