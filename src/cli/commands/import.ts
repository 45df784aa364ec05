/** `skopos import metron`: the configuration of an existing Metron, out of ZooKeeper or a folder, into the configuration folder. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { SkoposError } from '../../errors.ts';
import {
  applyImport,
  type MetronConfiguration,
  planImport,
  readMetronFromFolder,
  readMetronFromZookeeper,
  readPatternFolder,
} from '../../metron/index.ts';
import { configChecks } from '../../program/index.ts';
import { openZookeeper } from '../../zookeeper/index.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { type ImportReport, importDiff, importSummary, needsAHand, reportJson } from '../import-report.ts';
import { preparePlugins } from '../plugins.ts';

interface ImportOptions {
  readonly zookeeper?: string;
  readonly folder?: string;
  readonly config?: string;
  readonly patterns?: string;
  readonly auth?: string;
  readonly timeout: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function registerImport(program: Command): void {
  program
    .command('import')
    .description('Take over the configuration of another system')
    .command('metron')
    .description(
      "Copy an existing Metron's configuration into the configuration folder, and say what is left to do; only reads from Metron",
    )
    .addOption(
      new Option('--zookeeper <servers>', 'HOST:PORT[,HOST:PORT…][/path] of its ZooKeeper').conflicts(
        'folder',
      ),
    )
    .option(
      '--folder <folder>',
      'its configuration as files: $METRON_HOME/config/zookeeper, or what PULL wrote',
    )
    .addOption(configOption())
    .option(
      '--patterns <folder>',
      'a copy of /apps/metron/patterns, where Metron keeps files of Grok patterns',
    )
    .addOption(
      new Option('--auth <digest:user:password>', 'credentials for ZooKeeper; sent as they are').env(
        'SKOPOS_ZOOKEEPER_AUTH',
      ),
    )
    .addOption(
      new Option('--timeout <seconds>', 'for reaching a server and for each answer')
        .default(10)
        .argParser(seconds),
    )
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--force', 'overwrite files that are there and differ')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `${examples(
        ['skopos import metron --zookeeper zk1:2181,zk2:2181 --dry-run', 'what would change'],
        ['skopos import metron --zookeeper zk1:2181 --patterns ./patterns', 'with files of Grok patterns'],
        ['skopos import metron --folder /usr/metron/0.7.2/config/zookeeper', 'from files'],
      )}
Exit codes:
  0  everything is there, and can be used
  1  it could not be read or written
  2  something is left to do: files that differ, cannot be used, or are missing
`,
    )
    .action(async (options: ImportOptions) => {
      const folder = configFolder(options.config) ?? path.resolve('config');
      await preparePlugins(folder);
      const configuration = await read(options);
      const patterns = options.patterns === undefined ? undefined : await readPatternFolder(options.patterns);
      const plan = await planImport(configuration, {
        folder,
        checks: configChecks,
        ...(patterns === undefined ? {} : { patterns }),
      });
      const dryRun = options.dryRun === true;
      const files = await applyImport(plan, { folder, force: options.force === true, dryRun });
      const report: ImportReport = { folder, dryRun, plan, files };
      if (options.json === true) console.log(JSON.stringify(reportJson(report), null, 2));
      else {
        if (dryRun) process.stdout.write(importDiff(report));
        console.log(importSummary(report));
      }
      process.exitCode = needsAHand(report) ? 2 : 0;
    });
}

async function read(options: ImportOptions): Promise<MetronConfiguration> {
  if (options.folder !== undefined) return readMetronFromFolder(options.folder);
  if (options.zookeeper === undefined)
    throw new SkoposError('SKP_CLI_USAGE', 'Where the configuration of Metron is, is missing', {
      hint: 'Say --zookeeper HOST:PORT, or --folder FOLDER.',
    });
  const zookeeper = await openZookeeper(options.zookeeper, {
    timeoutMs: options.timeout * 1000,
    ...(options.auth === undefined ? {} : { digest: digest(options.auth) }),
  });
  try {
    return await readMetronFromZookeeper(zookeeper);
  } finally {
    await zookeeper.close();
  }
}

/** What is wrong is said without the secret. */
function digest(auth: string): string {
  const found = /^digest:([^:]+:.*)$/s.exec(auth);
  if (found === null)
    throw new SkoposError('SKP_CLI_USAGE', 'The credentials for ZooKeeper cannot be read', {
      hint: 'Write them as digest:USER:PASSWORD; other schemes are not offered.',
    });
  return found[1]!;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 600))
    throw new SkoposError('SKP_CLI_USAGE', `--timeout ${text}: expected a number of seconds from 0.1 to 600`);
  return value;
}
