/** `skopos load`: CSV lists into reference data and threat intelligence. */
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { SkoposError } from '../../errors.ts';
import { type ExtractorConfig, readCsvFile } from '../../loaders/index.ts';
import { ReferenceData } from '../../store/index.ts';
import { examples } from '../examples.ts';
import { configOption, dataOption, type FolderOptions } from '../folders.ts';
import { openStoreOf } from '../open-engines.ts';

interface LoadOptions extends FolderOptions {
  readonly table: string;
  readonly type?: string;
  readonly columns?: string;
  readonly indicator?: string;
  readonly separator?: string;
  readonly extractor?: string;
  readonly header?: boolean;
  readonly json?: boolean;
}

export function registerLoad(program: Command): void {
  program
    .command('load')
    .description('Load CSV lists into reference data or threat intelligence')
    .argument('<file...>', 'CSV files; .gz is unpacked, - reads standard input')
    .addOption(dataOption())
    .addOption(configOption())
    .addOption(new Option('-t, --table <name>', 'where to').default('threatintel'))
    .option('--type <name>', 'kind of indicator, such as malicious_ip')
    .option('--columns <list>', 'names of the columns, with commas between; name:3 gives a position')
    .option('--indicator <column>', 'column with the indicator; the first when absent')
    .option('--separator <character>', 'between columns', ',')
    .option('--header', 'the first line names the columns')
    .option('-e, --extractor <file>', "the reference system's extractor configuration (JSON) instead")
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      examples(
        [
          'skopos load bad-ips.csv --type malicious_ip --header',
          'indicators, the first column is the address',
        ],
        [
          'skopos load users.csv -t enrichment --type user --columns ip,user',
          'reference data: who uses an address',
        ],
      ),
    )
    .action(async (files: readonly string[], options: LoadOptions) => {
      const store = await openStoreOf(options);
      try {
        const reference = new ReferenceData(store);
        const started = performance.now();
        let loaded = 0;
        const skipped: string[] = [];
        for (const file of files) {
          const entries = readCsvFile(file, extractorConfig(options), {
            header: options.header === true,
            skip: (problem) => skipped.push(`${file}: ${problem}`),
          });
          loaded += await reference.importMany(options.table, entries, (written) =>
            progress(file, loaded + written),
          );
        }
        const seconds = (performance.now() - started) / 1000;
        if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
        if (options.json === true) console.log(JSON.stringify({ loaded, skipped: skipped.length, seconds }));
        else {
          console.log(
            `${loaded.toLocaleString('en')} entries in ${options.table} after ${seconds.toFixed(1)} s; look-ups see them now`,
          );
          for (const line of skipped.slice(0, 10)) console.error(`left out: ${line}`);
          if (skipped.length > 10) console.error(`left out: ${skipped.length - 10} more`);
        }
        process.exitCode = skipped.length > 0 ? 1 : 0;
      } finally {
        await store.close();
      }
    });
}

function progress(file: string, entries: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${file}: ${entries.toLocaleString('en')} entries`);
}

function extractorConfig(options: LoadOptions): ExtractorConfig {
  if (options.extractor !== undefined) return readExtractor(options.extractor);
  if (options.type === undefined) {
    throw new SkoposError('SKP_CLI_USAGE', 'The kind of indicator is missing', {
      hint: 'Say it with --type, such as --type malicious_ip.',
    });
  }
  if (options.columns === undefined && options.header !== true) {
    throw new SkoposError('SKP_CLI_USAGE', 'The columns are missing', {
      hint: 'Name them with --columns, or say --header when the first line does.',
    });
  }
  return {
    columns: parseColumns(options.columns ?? ''),
    separator: options.separator ?? ',',
    type: options.type,
    ...(options.indicator === undefined ? {} : { indicatorColumn: options.indicator }),
  };
}

function readExtractor(file: string): ExtractorConfig {
  const written = JSON.parse(readFileSync(file, 'utf8')) as {
    extractor?: string;
    config?: Record<string, unknown>;
  };
  const config = written.config ?? {};
  if (written.extractor !== 'CSV') {
    throw new SkoposError(
      'SKP_CLI_EXTRACTOR',
      `${file} asks for the extractor ${String(written.extractor)}; only CSV can be loaded so far`,
    );
  }
  const unsupported = [
    'value_transform',
    'value_filter',
    'indicator_transform',
    'indicator_filter',
    'state_init',
  ].filter((key) => config[key] !== undefined);
  if (unsupported.length > 0) {
    throw new SkoposError(
      'SKP_CLI_EXTRACTOR',
      `${file} uses ${unsupported.join(', ')}, which cannot be done while loading yet`,
    );
  }
  const { columns, indicator_column: indicator, separator, type, type_column: typeColumn } = config;
  return {
    columns: parseColumns(columns),
    separator: typeof separator === 'string' ? separator.charAt(0) : ',',
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof typeColumn === 'string' ? { typeColumn } : {}),
    ...(typeof indicator === 'string' ? { indicatorColumn: indicator } : {}),
  };
}

/** A map name → position, a list of names, or a text `a,b:3,c`. */
function parseColumns(written: unknown): ExtractorConfig['columns'] {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) {
    return Object.entries(written).map(([name, position]) => ({ name, position: Number(position) }));
  }
  const list = Array.isArray(written)
    ? written.map(String)
    : String(written)
        .split(',')
        .filter((part) => part.trim() !== '');
  return list.map((part, ordinal) => {
    const [name = '', position] = part.split(':', 2);
    return { name: name.trim(), position: position === undefined ? ordinal : Number(position) };
  });
}
