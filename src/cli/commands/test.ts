/** `skopos test`: the samples beside the sensors' configuration, run as tests. */
import path from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { loadConfig } from '../../config/index.ts';
import { SkoposError } from '../../errors.ts';
import { findSamples, runSample, type SampleDifference, type SampleResult } from '../../workbench/index.ts';
import { examples } from '../examples.ts';
import { configFolder } from '../folders.ts';
import { printableLine } from '../terminal/printable.ts';

interface TestOptions {
  readonly sensor?: readonly string[];
  readonly update?: boolean;
  readonly json?: boolean;
}

const shownDifferences = 20;

export function registerTest(program: Command): void {
  program
    .command('test')
    .description("Run the samples beside the sensors' configuration as tests; exit code 1 when one differs")
    .argument('[folder]', 'the configuration folder; ./config when absent')
    .option('-s, --sensor <name...>', 'only these sensors')
    .option('-u, --update', 'write what the samples become as what is expected')
    .option('--json', 'the results as JSON')
    .addHelpText(
      'after',
      `
Samples are files such as parsers/asa.samples/login.log, with what they should become in login.json beside.
${examples(
  ['skopos test', 'all samples of ./config'],
  ['skopos test --update --sensor asa', 'expect from now on what the samples become now'],
)}`,
    )
    .action(run);
}

async function run(folder: string | undefined, options: TestOptions): Promise<void> {
  const config = configFolder(folder);
  if (config === null) {
    throw new SkoposError('SKP_CLI_CONFIG', 'There is no configuration folder here', {
      hint: 'Name it: skopos test FOLDER.',
    });
  }
  const { snapshot } = await loadConfig(config);
  const samples = findSamples(config).filter(
    ({ sensor }) => options.sensor === undefined || options.sensor.includes(sensor),
  );
  const results: SampleResult[] = [];
  const now = Math.floor(Date.now() / 1000) * 1000;
  for (const sample of samples) {
    const result = await runSample(snapshot, sample, { now, update: options.update === true });
    results.push(result);
    if (options.json !== true) console.log(resultText(result, config));
  }
  const failed = results.filter(({ status }) => status !== 'passed' && status !== 'updated').length;
  if (options.json === true)
    console.log(
      JSON.stringify(
        results.map((result) => plain(result, config)),
        null,
        2,
      ),
    );
  else if (results.length === 0) {
    console.log(
      `No samples in ${config}. Put lines into parsers/SENSOR.samples/NAME.log and run skopos test --update.`,
    );
  } else console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function resultText(result: SampleResult, config: string): string {
  const name = path.relative(config, result.sample.file);
  if (result.status === 'failed') {
    const hint = result.error instanceof SkoposError ? result.error.hint : undefined;
    return `${styleText('red', '✗')} ${name}  ${printableLine(result.error.message)}${hint === undefined ? '' : `\n    ${hint}`}`;
  }
  const { messages, failures } = result.outcome;
  const counts = `${messages.length} ${messages.length === 1 ? 'message' : 'messages'}${failures.length > 0 ? `, ${failures.length} not parsed` : ''}`;
  if (result.status === 'passed') return `${styleText('green', '✓')} ${name}  ${styleText('dim', counts)}`;
  if (result.status === 'updated')
    return `${styleText('yellow', '✎')} ${name}  ${counts}; the expectation is written`;
  if (result.status === 'unexpected') {
    return `${styleText('red', '✗')} ${name}  ${counts}, and no ${path.basename(result.sample.expectationFile)} says what is expected\n    Run with --update to write it, and read it.`;
  }
  const shown = result.differences.slice(0, shownDifferences).map(differenceText);
  const more = result.differences.length - shown.length;
  return [
    `${styleText('red', '✗')} ${name}  ${counts}`,
    ...shown,
    ...(more > 0 ? [`    … ${more} more`] : []),
  ].join('\n');
}

function differenceText({ path: at, expected, actual }: SampleDifference): string {
  const lines = [`    ${printableLine(at)}`];
  if (expected !== undefined)
    lines.push(styleText('red', `      - ${printableLine(JSON.stringify(expected))}`));
  if (actual !== undefined)
    lines.push(styleText('green', `      + ${printableLine(JSON.stringify(actual))}`));
  return lines.join('\n');
}

function plain(result: SampleResult, config: string): Record<string, unknown> {
  return {
    sensor: result.sample.sensor,
    file: path.relative(config, result.sample.file),
    status: result.status,
    ...(result.status === 'differs' ? { differences: result.differences } : {}),
    ...(result.status === 'failed' ? { error: result.error.message } : {}),
  };
}
