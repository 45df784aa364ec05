/** `skopos migrate`: to other engines, with all that there is. */
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { GroupPosition } from '../../bus/index.ts';
import { lockDataFolder } from '../../data-folder/index.ts';
import {
  type ClusterSettings,
  type EngineKind,
  isShared,
  openBus,
  openIndex,
  openStore,
} from '../../engines/index.ts';
import { SkoposError } from '../../errors.ts';
import type { EventIndex } from '../../index/index.ts';
import { type Compared, migrate } from '../../migrate/index.ts';
import { carryConfiguration } from '../carry-configuration.ts';
import { openCurrentConfig } from '../current-config.ts';
import { examples } from '../examples.ts';
import { configFolder, type FolderOptions, withFolders } from '../folders.ts';
import { clusterOf } from '../open-engines.ts';

interface MigrateCommandOptions extends FolderOptions {
  readonly to: string;
  readonly json?: boolean;
  readonly switch: boolean;
}

const clusterFile = 'cluster.json';

export function registerMigrate(program: Command): void {
  withFolders(program.command('migrate'))
    .description(
      'Carry this installation over to the engines of another cluster.json, and compare both at the end',
    )
    .requiredOption('--to <file>', 'the cluster.json of the engines to go to')
    .option('--no-switch', 'leave the configuration folder as it is: by default it gets that file in the end')
    .option('--json', 'the comparison as JSON')
    .addHelpText(
      'after',
      `
Stop Skopos first: senders over TCP and files that are followed wait meanwhile. It goes on where it was
stopped, and nothing is written twice. What is here stays as it is. Files that FILE names are those of the
configuration folder. Exit code 1 when the two sides differ.
${examples(
  ['skopos migrate --to new-cluster.json', 'to Kafka and OpenSearch, say'],
  ['skopos migrate --to new-cluster.json --no-switch', 'and look at the comparison first'],
)}`,
    )
    .action(async (options: MigrateCommandOptions) => {
      const report = await run(options);
      if (options.json === true) console.log(JSON.stringify(report));
      else tell(report);
      process.exitCode = report.same ? 0 : 1;
    });
}

interface Report {
  readonly compared: readonly Compared[];
  readonly refused: number;
  readonly refusedFile: string | null;
  readonly same: boolean;
  /** The version that the configuration folder became, where the new engines share it. */
  readonly pushed: number | null;
  readonly switched: string | null;
}

async function run(options: MigrateCommandOptions): Promise<Report> {
  const { data } = options;
  const folder = configFolder(options.config);
  const lock = await lockDataFolder(data);
  await using parts = new AsyncDisposableStack();
  parts.defer(() => lock.release());
  const here = await clusterOf(folder);
  const there = await clusterOf(folder, options.to);
  const config = await openCurrentConfig(options);
  parts.defer(() => config.close());
  const snapshot = config.current();
  const differs = (kind: EngineKind): boolean => JSON.stringify(here[kind]) !== JSON.stringify(there[kind]);
  if (!(['bus', 'index', 'store'] as const).some(differs)) {
    throw new SkoposError('SKP_MIGRATE_SAME', `${options.to} names the engines that Skopos runs on already`, {
      hint: 'Write the sections that are to change: "bus", "index", "store".',
    });
  }
  if (differs('bus') && (await isShared('bus', here.bus))) {
    throw new SkoposError(
      'SKP_MIGRATE_SHARED',
      `The log (${here.bus.type}) is not of this machine: it stays where it is`,
      {
        hint: 'Keep its section in the new file as it is, or let its own tools carry it over.',
      },
    );
  }
  const refusedFile = path.join(data, 'migration-refused.ndjson');
  const refused = createWriteStream(refusedFile, { flags: 'a' });
  const open = async <T extends { close(): Promise<void> }>(
    kind: EngineKind,
    opened: (one: ClusterSettings) => Promise<T>,
  ) => {
    if (!differs(kind)) return null;
    const from = await opened(here);
    parts.defer(() => from.close());
    const other = await opened(there);
    parts.defer(() => other.close());
    return { from, to: other };
  };
  const member = 'migrate';
  const openIndexOf = (one: ClusterSettings) => openIndex(one, { dataFolder: data, snapshot, member });
  const log = await open('bus', (one) => openBus(one, { dataFolder: data, member }));
  const index = await open('index', openIndexOf);
  const sides = {
    log,
    index,
    positions: await positionsOf(index?.from ?? null, () => openIndexOf(here)),
    store: await open('store', (one) => openStore(one, { dataFolder: data, member })),
  };
  const progressFile = path.join(data, 'migration.json');
  const report = await migrate(sides, {
    progressFile,
    target: JSON.stringify([there.bus, there.index, there.store].map(withoutSecrets)),
    onProgress: progress,
    onRefused: (event) => refused.write(`${JSON.stringify(event)}\n`),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  await new Promise<void>((resolve) => refused.end(resolve));
  const anyRefused = (await stat(refusedFile)).size > 0;
  if (!anyRefused) await rm(refusedFile);
  const isDone = report.same && options.switch;
  const pushed = isDone ? await carryConfiguration(folder, here, there) : null;
  const switched = isDone ? await switchTo(options.to, folder) : null;
  if (report.same) await rm(progressFile, { force: true });
  return { ...report, refusedFile: anyRefused ? refusedFile : null, pushed, switched };
}

/** Of the index here, which is opened for it when it stays. */
async function positionsOf(
  index: EventIndex | null,
  open: () => Promise<EventIndex>,
): Promise<readonly GroupPosition[]> {
  if (index !== null) return index.positions();
  const opened = await open();
  try {
    return await opened.positions();
  } finally {
    await opened.close();
  }
}

/** Secrets decide nothing about where things go. */
function withoutSecrets(section: {
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}): unknown {
  const { brokers, nodes, url, urls, servers, hosts, group } = section.options;
  return [section.type, brokers, nodes, url, urls, servers, hosts, group];
}

async function switchTo(file: string, folder: string | null): Promise<string> {
  const target = path.join(folder ?? path.resolve('config'), clusterFile);
  await mkdir(path.dirname(target), { recursive: true });
  if (path.resolve(file) !== target) await copyFile(file, target);
  return target;
}

function progress(step: string, done: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\u001b[K${step}${done > 0 ? `: ${done.toLocaleString('en')}` : ''}`);
}

function tell({ compared, refused, refusedFile, same, pushed, switched }: Report): void {
  const width = Math.max(8, ...compared.map(({ name }) => name.length));
  console.log(`${''.padEnd(7)}${'name'.padEnd(width)} ${'here'.padStart(12)} ${'there'.padStart(12)}`);
  for (const { kind, name, here, there, same: equal } of compared) {
    const numbers = [here, there].map((one) => one.toLocaleString('en').padStart(12)).join(' ');
    console.log(`${kind.padEnd(7)}${name.padEnd(width)} ${numbers}  ${equal ? 'the same' : 'DIFFERENT'}`);
  }
  if (refused > 0)
    console.log(`\n${refused.toLocaleString('en')} events were refused there: they are in ${refusedFile}.`);
  if (pushed !== null)
    console.log(`\nThe configuration folder is version ${pushed} for all processes: skopos config history.`);
  if (!same)
    console.log(
      '\nThe two sides differ. What is here stays in use; run this again to carry over what is missing.',
    );
  else if (switched !== null)
    console.log(
      `\nEverything is there. ${switched} names the new engines: start Skopos, and delete the data folder when you are content.`,
    );
  else console.log('\nEverything is there. Put the file into the configuration folder and start Skopos.');
}
