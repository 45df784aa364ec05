/** Entries of a CSV file: streamed, unpacked when its name ends in `.gz`, comments (`#`) and blank lines passed over. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { SkoposError } from '../errors.ts';
import type { ReferenceEntry } from '../store/index.ts';
import { csvExtractor, type ExtractorConfig } from './csv-extractor.ts';

export interface CsvFileOptions {
  /** The first line names the columns; those of the extractor are not used then. */
  readonly header: boolean;
  /** Told of each row that is left out, and why. */
  readonly skip: (problem: string) => void;
}

/** `-` is standard input. Throws `SkoposError` (`SKP_LOADER_FILE`) when the file cannot be read or unpacked. */
export async function* readCsvFile(
  file: string,
  config: ExtractorConfig,
  options: CsvFileOptions,
): AsyncGenerator<ReferenceEntry> {
  const raw: Readable = file === '-' ? process.stdin : createReadStream(file);
  const bytes: Readable = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const rows = bytes.pipe(
    parse({
      delimiter: config.separator,
      comment: '#',
      comment_no_infix: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  // `pipe` passes no errors on: without this a missing file would never be told.
  raw.on('error', (error) =>
    rows.destroy(new SkoposError('SKP_LOADER_FILE', `Cannot read ${file}: ${error.message}`)),
  );
  bytes.on('error', (error) =>
    rows.destroy(new SkoposError('SKP_LOADER_FILE', `Cannot unpack ${file}: ${error.message}`)),
  );
  let extract: ReturnType<typeof csvExtractor> | null = null;
  for await (const row of rows as AsyncIterable<string[]>) {
    if (extract === null) {
      if (options.header) {
        extract = csvExtractor({ ...config, columns: row.map((name, position) => ({ name, position })) });
        continue;
      }
      extract = csvExtractor(config);
    }
    const found = extract(row);
    if (typeof found === 'string') options.skip(found);
    else yield found;
  }
}
