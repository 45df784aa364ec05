/** The records that a file holds, as `skopos ingest` would put them into the log. */
import { ingestFiles } from '../ingest/index.ts';

export interface FileRecords {
  readonly records: readonly Buffer[];
  /** Too long to be records. */
  readonly oversize: number;
}

export interface ReadRecordsOptions {
  /** Ends the reading after so many records. Default: the whole file. */
  readonly most?: number;
}

/** `-` is standard input. Compressed files are unpacked, the rows of a Zeek log get their header. */
export async function readRecords(
  path: string,
  sensor: string,
  options: ReadRecordsOptions = {},
): Promise<FileRecords> {
  const records: Buffer[] = [];
  // The bytes are the reader's, which reads on into them.
  const oversize = await visitRecords(
    path,
    sensor,
    (record) => {
      records.push(Buffer.from(record));
      return undefined;
    },
    options,
  );
  return { records, oversize };
}

/**
 * The same one by one, so that the file may be of any size; the bytes are the reader's again afterwards. What `visit` returns is waited for. Answers how many were too long to
 * be records.
 */
export async function visitRecords(
  path: string,
  sensor: string,
  visit: (record: Buffer) => Promise<void> | undefined,
  options: ReadRecordsOptions = {},
): Promise<number> {
  const most = options.most ?? Number.POSITIVE_INFINITY;
  let visited = 0;
  let oversize = 0;
  const enough = new AbortController();
  try {
    await ingestFiles({
      paths: [path],
      sensor,
      signal: enough.signal,
      // What is small dies young: a file of any size leaves the memory as it is.
      unitBytes: 64 * 1024,
      sink: async (unit) => {
        for (const record of unit.records) {
          if (visited >= most) break;
          visited += 1;
          const wait = visit(record);
          if (wait !== undefined) await wait;
        }
        oversize += unit.oversize.length;
        if (visited >= most) enough.abort();
      },
    });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return oversize;
}
