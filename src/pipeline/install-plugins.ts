/** Puts the plug-ins of a configuration folder to use in this thread: their functions and parsers stand beside the built-in ones. */
import { parserRegistry } from '../parsers/index.ts';
import { type LoadedPlugin, loadPlugins, type PluginProblem } from '../plugins/index.ts';
import { type StellarFunction, standardRegistry } from '../stellar/index.ts';
import { installFunctions } from './compile.ts';

/**
 * To be awaited when a process or worker starts, before its configuration is read. Gives what could not be used, and why; the rest
 * works.
 */
export async function installPlugins(folder: string | null): Promise<readonly PluginProblem[]> {
  const { plugins, problems } = await loadPlugins(folder);
  const refused: PluginProblem[] = [...problems];
  const functions = new Map<string, StellarFunction>();
  for (const one of plugins) {
    try {
      if (one.plugin.kind === 'parser') installParser(one.plugin.parser);
      else if (standardRegistry.get(one.plugin.function.name) !== undefined)
        refused.push(taken(one, 'comes with the program'));
      else if (functions.has(one.plugin.function.name))
        refused.push(taken(one, 'is in another file already'));
      else functions.set(one.plugin.function.name, one.plugin.function);
    } catch (error) {
      refused.push({
        file: one.file,
        line: 1,
        message: (error as Error).message,
        hint: 'Give it another name.',
      });
    }
  }
  installFunctions([...functions.values()]);
  return refused;
}

function installParser(parser: Parameters<typeof parserRegistry.register>[0]): void {
  // The second time in one thread it is the same object: its module is loaded once.
  if (parserRegistry.find(parser.name) !== parser) parserRegistry.register(parser);
}

function taken({ file, plugin }: LoadedPlugin, why: string): PluginProblem {
  const name = plugin.kind === 'function' ? plugin.function.name : plugin.parser.name;
  return { file, line: 1, message: `the function ${name} ${why}`, hint: 'Give it another name.' };
}
