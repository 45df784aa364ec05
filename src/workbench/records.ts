/** The records that a file holds, as `skopos ingest` would put them into the log. */
import type { Readable } from 'node:stream';
import { ingestFiles } from '../ingest/index.ts';

export interface FileRecords {
  readonly records: readonly Buffer[];
  /** Too long to be records. */
  readonly oversize: number;
}

/** `-` is standard input. Compressed files are unpacked, the rows of a Zeek log get their header. */
export async function readRecords(path: string, sensor: string, stdin?: Readable): Promise<FileRecords> {
  const records: Buffer[] = [];
  let oversize = 0;
  await ingestFiles({
    paths: [path],
    sensor,
    sink: async (unit) => {
      // The bytes are the reader's, which reads on into them.
      for (const record of unit.records) records.push(Buffer.from(record));
      oversize += unit.oversize.length;
    },
    ...(stdin === undefined ? {} : { stdin }),
  });
  return { records, oversize };
}
