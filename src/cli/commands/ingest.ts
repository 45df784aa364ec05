/** `skopos ingest`: files at rest into the log. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { SkoposError } from '../../errors.ts';
import { Appender, appenderSink, type FileFraming, ingestFiles } from '../../ingest/index.ts';
import { parserOf } from '../../workbench/index.ts';
import { localAccess } from '../client.ts';
import { openCurrentConfig } from '../current-config.ts';
import { detectedSensor } from '../detection.ts';
import { examples } from '../examples.ts';
import { type FolderOptions, withFolders } from '../folders.ts';
import { hasOwnLog, openLogOf } from '../open-engines.ts';

interface IngestOptions extends FolderOptions {
  readonly sensor?: string;
  readonly framing: string;
  readonly json?: boolean;
}

const framings: readonly FileFraming[] = ['auto', 'line', 'zeek-tsv', 'auditd'];

export function registerIngest(program: Command): void {
  withFolders(program.command('ingest'))
    .description('Take in files at rest; durable when the command ends')
    .argument('<file...>', 'files; gzip and zstd are unpacked, - reads standard input')
    .option('-s, --sensor <name>', 'sensor that they belong to; found out from the first file when absent')
    .option('--framing <kind>', framings.join(', '), 'auto')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      examples(
        ['skopos ingest auth.log', 'the sensor is found out'],
        ['skopos ingest conn.log.gz dns.log.gz --sensor zeek', "Zeek's logs, tab-separated or JSON"],
        [
          'skopos ingest audit.log --sensor auditd --framing auditd',
          'lines of one event together, whatever the first one is',
        ],
        ['zcat access.log.gz | skopos ingest - --sensor squid', 'from another program'],
      ),
    )
    .action(async (paths: readonly string[], options: IngestOptions) => {
      const framing = framings.find((one) => one === options.framing);
      if (framing === undefined) {
        throw new SkoposError('SKP_CLI_USAGE', `There is no framing ${JSON.stringify(options.framing)}`, {
          hint: `Use one of ${framings.join(', ')}.`,
        });
      }
      await using parts = new AsyncDisposableStack();
      const config = await openCurrentConfig(options);
      parts.defer(() => config.close());
      const snapshot = config.current();
      const sensor = options.sensor ?? (await detectedSensor(paths, snapshot));
      const parser = parserOf(snapshot, sensor);
      // The log lets several processes append: the running server reads what is added here.
      const log = await openLogOf(options);
      try {
        const appender = new Appender(log, {
          topicOf: () => parser.sensorTopic,
          partitions: snapshot.global.bus?.partitions ?? 4,
        });
        const bar = progressBar();
        const summary = await ingestFiles({
          paths,
          sensor,
          framing,
          sink: appenderSink(appender),
          onProgress: ({ bytes, totalBytes, records }) => bar?.update(bytes, totalBytes, records),
        }).finally(() => bar?.stop());
        await appender.close();
        if (options.json === true) console.log(JSON.stringify(summary));
        else {
          const { records, rejected, seconds } = summary;
          const unit = records === 1 ? 'record' : 'records';
          console.log(
            `${records.toLocaleString('en')} ${unit} taken in after ${seconds.toFixed(1)} s${rejected > 0 ? `, ${rejected} too long (kept as errors)` : ''}`,
          );
          if (localAccess(options.data) === null && (await hasOwnLog(options)))
            console.log('They are worked when the server runs: skopos up');
        }
        if (summary.rejected > 0) process.exitCode = 1;
      } finally {
        await log.close();
      }
    });
}

function progressBar(): {
  update(bytes: number, total: number | null, records: number): void;
  stop(): void;
} | null {
  if (!process.stderr.isTTY) return null;
  const bar = new SingleBar({
    format: '{bar} {percentage} % · {records} records · {duration_formatted}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update(bytes, total, records) {
      const shown = { records: records.toLocaleString('en') };
      if (!started) bar.start(total ?? bytes, 0, shown);
      started = true;
      if (total === null) bar.setTotal(bytes + 1);
      bar.update(bytes, shown);
    },
    stop: () => bar.stop(),
  };
}
