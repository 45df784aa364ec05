/** The records that a file holds, as `skopos ingest` would put them into the log. */
import type { Readable } from 'node:stream';
import { ingestFiles } from '../ingest/index.ts';

export interface FileRecords {
  readonly records: readonly Buffer[];
  /** Too long to be records. */
  readonly oversize: number;
}

export interface ReadRecordsOptions {
  /** Ends the reading after so many records. Default: the whole file. */
  readonly most?: number;
  /** In place of this process's standard input. */
  readonly stdin?: Readable;
}

/** `-` is standard input. Compressed files are unpacked, the rows of a Zeek log get their header. */
export async function readRecords(
  path: string,
  sensor: string,
  options: ReadRecordsOptions = {},
): Promise<FileRecords> {
  const most = options.most ?? Number.POSITIVE_INFINITY;
  const records: Buffer[] = [];
  let oversize = 0;
  const enough = new AbortController();
  try {
    await ingestFiles({
      paths: [path],
      sensor,
      signal: enough.signal,
      sink: async (unit) => {
        // The bytes are the reader's, which reads on into them.
        for (const record of unit.records) if (records.length < most) records.push(Buffer.from(record));
        oversize += unit.oversize.length;
        if (records.length >= most) enough.abort();
      },
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return { records, oversize };
}
