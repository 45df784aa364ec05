/** `skopos search`: asks the running server, or the index when none is running. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { searchEvents } from '../event-search.ts';
import { examples } from '../examples.ts';
import { type FolderOptions, withFolders } from '../folders.ts';
import { printableLine } from '../terminal/printable.ts';

interface SearchOptions extends FolderOptions {
  readonly size: string;
  readonly sensor?: readonly string[];
  readonly sort?: string;
  readonly alerts?: boolean;
  readonly json?: boolean;
  readonly fields?: string;
}

export function registerSearch(program: Command): void {
  withFolders(
    program
      .command('search')
      .description('Search events with a Lucene query')
      .argument('[query]', 'Lucene syntax; everything when absent', '*'),
  )
    .option('-n, --size <number>', 'how many to show, at most 1000', '20')
    .option('-s, --sensor <name...>', 'only these sensors')
    .option('--sort <field>', 'field to sort by, "-" in front for descending', '-timestamp')
    .option('--fields <list>', 'fields to show, with commas between')
    .option('-a, --alerts', 'only alerts')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      examples(
        ["skopos search 'ip_src_addr:10.0.0.0/8 AND NOT protocol:dns'", 'a network, without DNS'],
        ['skopos search --alerts --sort -threat.triage.score -n 5', 'the five highest alerts'],
        ["skopos search --sensor error --json '*'", 'what failed, for a script'],
      ),
    )
    .action(async (query: string, options: SearchOptions) => {
      const found = await searchEvents(options, {
        query,
        size: Number(options.size),
        sort: options.sort ?? '-timestamp',
        ...(options.sensor === undefined ? {} : { sensors: options.sensor }),
        ...(options.alerts === undefined ? {} : { alertsOnly: options.alerts }),
      });
      if (options.json === true) {
        for (const { source } of found.results) console.log(JSON.stringify(source));
      } else {
        const fields = options.fields?.split(',').map((field) => field.trim());
        for (const { source } of found.results) console.log(lineOf(source, fields));
        console.log(styleText('dim', `${found.results.length} of ${found.total.toLocaleString('en')} shown`));
      }
      if (found.total === 0) process.exitCode = 1;
    });
}

const shown = ['ip_src_addr', 'ip_src_port', 'ip_dst_addr', 'ip_dst_port', 'protocol', 'threat.triage.score'];

function lineOf(source: Readonly<Record<string, unknown>>, fields: readonly string[] | undefined): string {
  const time =
    typeof source['timestamp'] === 'number' ? new Date(source['timestamp']).toISOString() : '-'.padEnd(24);
  if (fields !== undefined) return [time, ...fields.map((field) => textOf(source[field]))].join('  ');
  const parts = shown
    .filter((field) => source[field] !== undefined)
    .map((field) => `${field}=${textOf(source[field])}`);
  const original = textOf(source['original_string'] ?? source['message'])
    .replaceAll(/(?:\s|\\n|\\t)+/g, ' ')
    .slice(0, 120);
  return `${styleText('dim', time)}  ${styleText('cyan', textOf(source['source.type']))}  ${parts.join(' ')}  ${styleText('dim', original)}`;
}

function textOf(value: unknown): string {
  return value === undefined ? '-' : printableLine(typeof value === 'string' ? value : JSON.stringify(value));
}
