/** `skopos config check`: everything that is wrong with a configuration folder, at once. */
import type { Command } from 'commander';
import { ConfigError, type ConfigProblem, checkConfig, fileProblem } from '../../config/index.ts';
import { loadCluster } from '../../engines/index.ts';
import { SkoposError } from '../../errors.ts';
import { installPlugins } from '../../pipeline/index.ts';
import { configChecks, pluginProblem } from '../../program/index.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { errorsIn, showProblems } from './problems.ts';

export function registerCheck(config: Command): void {
  config
    .command('check')
    .description(
      'Say everything that is wrong with a configuration folder; exit code 1 when there is an error',
    )
    .argument('[folder]', 'the folder; ./config when absent')
    .addOption(configOption())
    .option('--json', 'problems as JSON')
    .addHelpText(
      'after',
      examples(
        ['skopos config check', 'the folder ./config'],
        ['skopos config check /etc/skopos --json', 'for a script'],
      ),
    )
    .action(async (folder: string | undefined, options: { config?: string; json?: boolean }) => {
      const place = configFolder(folder ?? options.config);
      const plugins = (await installPlugins(place)).map(pluginProblem);
      const checked = await checkConfig(place, { checks: configChecks });
      const { snapshot } = checked;
      const problems = [...plugins, ...checked.problems, ...(await clusterProblems(place))];
      const errors = errorsIn(problems);
      if (options.json === true) console.log(JSON.stringify({ valid: errors === 0, problems }, null, 2));
      else {
        showProblems(problems, console.log);
        const warnings = problems.length - errors;
        if (errors > 0)
          console.log(
            `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
          );
        else
          console.log(
            `The configuration is good: ${snapshot?.parsers.size ?? 0} sensors, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
          );
      }
      process.exitCode = errors > 0 ? 1 : 0;
    });
}

/** What is wrong with cluster.json, the files and the secrets that it names. */
async function clusterProblems(folder: string | null): Promise<readonly ConfigProblem[]> {
  try {
    await loadCluster(folder);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    if (!(error instanceof SkoposError)) throw error;
    return [fileProblem('error', 'cluster.json', error.message, error.hint)];
  }
}
