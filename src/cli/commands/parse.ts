/** `skopos parse`: what a sensor makes of lines, without taking them in. */
import type { Command } from 'commander';
import { loadConfig } from '../../config/index.ts';
import { type RunnerSink, recordDecoder } from '../../parsers/index.ts';
import { createSensorRunner } from '../../pipeline/index.ts';
import { parserOf, SensorTracer, visitRecords } from '../../workbench/index.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { preparePlugins } from '../plugins.ts';
import { LineOutput } from '../terminal/line-output.ts';
import { traceText } from '../terminal/trace-text.ts';

interface ParseOptions {
  readonly config?: string;
  readonly sensor: string;
  readonly explain?: boolean;
  readonly limit: string;
}

type Visit = (record: Buffer) => Promise<void> | undefined;

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
  const decode = recordDecoder(parser.parserClassName, parser.parserConfig);
  const limit = Number(options.limit);
  const out = new LineOutput();
  let failures = 0;
  const failed = (error: Error): void => {
    failures += 1;
    // In the order of the records, on a terminal.
    out.flush();
    console.error(`not parsed: ${error.message}`);
  };

  const explained = (): Visit => {
    const tracer = new SensorTracer(snapshot, options.sensor, { clock: Date });
    return (record) => {
      const trace = tracer.run(decode(record), null, record);
      failures += trace.failures.length + trace.messages.filter(({ outcome }) => outcome === 'failed').length;
      out.add(`${traceText(trace)}\n`);
      return out.waiting;
    };
  };
  const plain = (): Visit => {
    const runner = createSensorRunner(snapshot, options.sensor, parser, {
      clock: Date,
      capabilities: { clock: Date },
    });
    const sink: RunnerSink = {
      emit: (message) => out.add(JSON.stringify(message)),
      fail: ({ error }) => failed(error),
      drop: () => {},
    };
    return (record) => {
      runner.run(decode(record), null, sink, record);
      return out.waiting;
    };
  };
  const show = options.explain === true ? explained() : plain();
  const oversize = await visitRecords(file, options.sensor, show, limit > 0 ? { most: limit } : {});
  out.flush();
  failures += oversize;
  if (oversize > 0) console.error(`${oversize} too long to be records`);
  process.exitCode = failures > 0 ? 1 : 0;
}
