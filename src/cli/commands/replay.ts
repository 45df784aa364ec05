/** `skopos replay errors`: what failed goes through its sensor again, from the bytes that were kept. */
import type { Command } from 'commander';
import { type LogRecord, openLmdbEventLog, type RecordBatch } from '../../bus/index.ts';
import { errorTopic } from '../../pipeline/index.ts';
import { examples } from '../examples.ts';
import { dataOption, logFolder } from '../folders.ts';

interface ReplayOptions {
  readonly data: string;
  readonly sensor?: string;
  readonly errorType?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Remembers how far earlier replays got. */
const group = 'replay';

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('Work events again')
    .command('errors')
    .description('Append what failed to its topic again, after the configuration was mended')
    .addOption(dataOption())
    .option('-s, --sensor <name>', 'only errors of this sensor')
    .option('--error-type <type>', 'only this type, such as parser_error')
    .option('--all', 'also those that were replayed before')
    .option('--dry-run', 'count, and change nothing')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      examples(
        ['skopos replay errors --dry-run', 'how many there are'],
        ['skopos replay errors --sensor squid', 'after the pattern of squid was mended'],
      ),
    )
    .action(async (options: ReplayOptions) => {
      const log = openLmdbEventLog(logFolder(options.data));
      try {
        const counts = { replayed: 0, wentOn: 0, otherwise: 0 };
        const committed = options.all === true ? [] : await log.committed(group);
        let offset = committed.find((one) => one.topic === errorTopic)?.nextOffset ?? 0;
        const seen = new Set<string>();
        const narrowed = options.sensor !== undefined || options.errorType !== undefined;
        if ((await log.topics()).includes(errorTopic)) {
          for (;;) {
            const batch = await log.read(errorTopic, 0, offset, {
              maxRecords: 5_000,
              maxBytes: 16 * 1024 * 1024,
            });
            if (batch === null || batch.count === 0) break;
            for (const [topic, records] of select(batch, options, seen, counts)) {
              const { partitions } = await log.describe(topic);
              counts.replayed += records.length;
              if (options.dryRun !== true) await log.append(topic, offset % partitions.length, records);
            }
            offset = batch.nextOffset;
          }
          // A narrowed replay leaves the others for later, so it must not move the mark past them.
          if (options.dryRun !== true && !narrowed)
            await log.commit(group, [{ topic: errorTopic, partition: 0, nextOffset: offset }]);
        }
        if (options.json === true) console.log(JSON.stringify(counts));
        else {
          const verb = options.dryRun === true ? 'would be replayed' : 'replayed';
          console.log(
            `${counts.replayed} ${verb}; ${counts.wentOn} left alone because their event went on; ${counts.otherwise} not asked for`,
          );
        }
      } finally {
        await log.close();
      }
    });
}

function select(
  batch: RecordBatch,
  options: ReplayOptions,
  seen: Set<string>,
  counts: { wentOn: number; otherwise: number },
): Map<string, LogRecord[]> {
  const byTopic = new Map<string, LogRecord[]>();
  for (let index = 0; index < batch.count; index++) {
    const headers = batch.headers(index);
    const origin = headers['origin'];
    const guid = headers['guid'] ?? `${batch.offset(index)}`;
    if (headers['wentOn'] === 'true') counts.wentOn++;
    else if (
      origin === undefined ||
      (options.sensor !== undefined && headers['sensor'] !== options.sensor) ||
      (options.errorType !== undefined && headers['errorType'] !== options.errorType)
    ) {
      counts.otherwise++;
    } else if (!seen.has(guid)) {
      // A crash may have kept one failure twice; it is worked once.
      seen.add(guid);
      const topic = origin.split('/').slice(0, -2).join('/');
      const records = byTopic.get(topic) ?? [];
      records.push({ value: Buffer.from(batch.value(index)), headers: { replayedFrom: guid } });
      byTopic.set(topic, records);
    }
  }
  return byTopic;
}
