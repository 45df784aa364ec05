/** Puts the plug-ins of a configuration folder to use in this thread: their functions, parsers and engines stand beside the built-in ones. */
import { registerEngine } from '../engines/index.ts';
import { parserRegistry } from '../parsers/index.ts';
import { loadPlugins, type PluginProblem } from '../plugins/index.ts';
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
  for (const { file, plugin } of plugins) {
    try {
      if (plugin.kind === 'parser') installParser(plugin.parser);
      else if (plugin.kind === 'engine') registerEngine(plugin.of, plugin.engine.name, plugin.engine);
      else if (standardRegistry.get(plugin.function.name) !== undefined)
        refused.push(taken(file, plugin.function.name, 'comes with the program'));
      else if (functions.has(plugin.function.name))
        refused.push(taken(file, plugin.function.name, 'is in another file already'));
      else functions.set(plugin.function.name, plugin.function);
    } catch (error) {
      refused.push({ file, line: 1, message: (error as Error).message, hint: 'Give it another name.' });
    }
  }
  installFunctions([...functions.values()]);
  return refused;
}

function installParser(parser: Parameters<typeof parserRegistry.register>[0]): void {
  // The second time in one thread it is the same object: its module is loaded once.
  if (parserRegistry.find(parser.name) !== parser) parserRegistry.register(parser);
}

function taken(file: string, name: string, why: string): PluginProblem {
  return { file, line: 1, message: `the function ${name} ${why}`, hint: 'Give it another name.' };
}
