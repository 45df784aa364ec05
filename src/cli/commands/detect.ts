/** `skopos detect`: what a log is, and which sensor takes it. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { loadConfig, type Snapshot } from '../../config/index.ts';
import { SkoposError } from '../../errors.ts';
import { replaceFile } from '../../files/index.ts';
import { type Candidate, sensorOf } from '../../workbench/index.ts';
import { formatsOf } from '../detection.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { printableLine } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';

interface DetectOptions {
  readonly config?: string;
  readonly write?: boolean;
  readonly name?: string;
  readonly json?: boolean;
}

export function registerDetect(program: Command): void {
  program
    .command('detect')
    .description('Say what a log is: its format, the sensor for it, how sure that is')
    .argument('[file]', 'a log, compressed or not; - reads standard input', '-')
    .addOption(configOption())
    .option('--write', "write the sensor's configuration into the configuration folder")
    .option('--name <sensor>', "with --write: the sensor's name; that of the parser when absent")
    .option('--json', 'all candidates as JSON')
    .addHelpText(
      'after',
      examples(
        ['skopos detect /var/log/auth.log', 'what it is'],
        ['skopos detect firewall.log --write --name edge-firewall', 'and a sensor for it'],
      ),
    )
    .action(run);
}

async function run(file: string, options: DetectOptions): Promise<void> {
  const folder = configFolder(options.config);
  // With --write the folder may come to be only now.
  const { snapshot } = await loadConfig(folder !== null && existsSync(folder) ? folder : null);
  const candidates = await formatsOf(file, snapshot.folder);
  const [best] = candidates;
  if (options.json === true) {
    console.log(
      JSON.stringify(
        candidates.map((candidate) => plain(candidate, snapshot)),
        null,
        2,
      ),
    );
  } else if (best === undefined) {
    console.log(`No parser understands half of ${file === '-' ? 'the lines' : file} or more.`);
    console.log('"skopos grok propose" makes a pattern for lines that no parser knows.');
  } else console.log(answerText(best, candidates[1], snapshot));
  process.exitCode = best === undefined ? 1 : 0;
  if (options.write === true && best !== undefined) await writeSensor(best, options, snapshot);
}

function plain({ parser, understood, confidence, first }: Candidate, snapshot: Snapshot): object {
  return { parser: parser.name, sensor: sensorOf(snapshot, parser), understood, confidence, first };
}

function answerText(best: Candidate, second: Candidate | undefined, snapshot: Snapshot): string {
  const sensor = sensorOf(snapshot, best.parser);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const fields = Object.entries(best.first).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return [
    `${styleText('bold', best.parser.name)}  ${best.parser.description}`,
    `${percent(best.confidence)} sure; understands ${percent(best.understood)} of what was looked at`,
    ...(second === undefined
      ? []
      : [styleText('dim', `next: ${second.parser.name}, ${percent(second.confidence)}`)]),
    sensor === null
      ? 'No sensor reads it yet: --write makes one.'
      : `The sensor ${styleText('bold', sensor)} reads it: skopos ingest FILE --sensor ${sensor}`,
    '',
    'First event:',
    table(['field', 'value'], fields, { width: process.stdout.columns ?? 120, rows: 60 }),
  ].join('\n');
}

async function writeSensor({ parser }: Candidate, options: DetectOptions, snapshot: Snapshot): Promise<void> {
  const sensor = options.name ?? parser.name;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(sensor)) {
    throw new SkoposError(
      'SKP_CLI_SENSOR',
      `${JSON.stringify(printableLine(sensor))} cannot be a sensor's name`,
      {
        hint: 'Use letters, digits, ".", "_" and "-".',
      },
    );
  }
  const folder = options.config ?? configFolder(undefined) ?? 'config';
  const target = path.join(folder, 'parsers', `${sensor}.json`);
  if (existsSync(target)) {
    throw new SkoposError('SKP_CLI_SENSOR', `${target} is there already`, {
      hint: 'Choose another name with --name.',
    });
  }
  if (snapshot.parsers.has(sensor)) {
    throw new SkoposError('SKP_CLI_SENSOR', `The sensor ${sensor} comes with Skopos`, {
      hint: 'It reads such a log as it is. Choose another name with --name for one of your own.',
    });
  }
  await mkdir(path.dirname(target), { recursive: true });
  await replaceFile(
    target,
    `// ${parser.description}\n${JSON.stringify({ parserClassName: parser.name }, null, 2)}\n`,
  );
  console.error(`${target} is written; a running server takes it over by itself.`);
}
