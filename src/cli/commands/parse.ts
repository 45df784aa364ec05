/** `skopos parse`: what a sensor makes of lines, without taking them in. */
import type { Command } from 'commander';
import { loadConfig } from '../../config/index.ts';
import { recordDecoder } from '../../parsers/index.ts';
import { parserOf, SensorTracer, visitRecords } from '../../workbench/index.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { preparePlugins } from '../plugins.ts';
import { traceText } from '../terminal/trace-text.ts';

interface ParseOptions {
  readonly config?: string;
  readonly sensor: string;
  readonly explain?: boolean;
  readonly limit: string;
}

export function registerParse(program: Command): void {
  program
    .command('parse')
    .description('Show what a sensor makes of lines; nothing is taken in')
    .argument('[file]', 'a log, compressed or not; - reads standard input', '-')
    .requiredOption('-s, --sensor <name>', 'the sensor')
    .addOption(configOption())
    .option('--explain', 'what every step did: parser, transformations, filter, validations')
    .option('-n, --limit <number>', 'records to work, 0 for all', '0')
    .addHelpText(
      'after',
      examples(
        ['skopos parse access.log --sensor squid', 'messages as JSON, one a line'],
        ['head -1 asa.log | skopos parse --sensor asa --explain', 'step by step'],
      ),
    )
    .action(run);
}

async function run(file: string, options: ParseOptions): Promise<void> {
  const folder = configFolder(options.config);
  await preparePlugins(folder);
  const { snapshot } = await loadConfig(folder);
  const parser = parserOf(snapshot, options.sensor);
  const tracer = new SensorTracer(snapshot, options.sensor, { clock: Date });
  const decode = recordDecoder(parser.parserClassName, parser.parserConfig);
  const limit = Number(options.limit);
  let failures = 0;
  const show = (record: Buffer): void => {
    const trace = tracer.run(decode(record), null, record);
    failures += trace.failures.length + trace.messages.filter(({ outcome }) => outcome === 'failed').length;
    if (options.explain === true) {
      console.log(`${traceText(trace)}\n`);
      return;
    }
    for (const { outcome, message, failure } of trace.messages) {
      if (outcome === 'emitted') console.log(JSON.stringify(message));
      else if (failure !== null) console.error(`not parsed: ${failure.error.message}`);
    }
    for (const { error } of trace.failures) console.error(`not parsed: ${error.message}`);
  };
  const oversize = await visitRecords(file, options.sensor, show, limit > 0 ? { most: limit } : {});
  failures += oversize;
  if (oversize > 0) console.error(`${oversize} too long to be records`);
  process.exitCode = failures > 0 ? 1 : 0;
}
