/** A rotated file that was compressed: read once, from where its text was left when it was still plain. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { decompressor } from './decompress.ts';
import { FileFramer, zeekHeader } from './file-framer.ts';
import {
  canBeKnownByText,
  type FileState,
  fingerprint,
  HEAD_BYTES,
  inPlaceOf,
  NO_FINGERPRINT,
} from './file-state.ts';
import { type StoreUnit, type TailFileOptions, UnitGatherer } from './tail-file.ts';

/** A zstd window of 128 MiB, the largest that its command line makes without being told. */
const LOCAL_WINDOW_LOG = 27;
const HEADER_BYTES = 64 * 1024;

export interface CompressedFile {
  readonly path: string;
  readonly compression: 'gzip' | 'zstd';
  readonly place: string;
  /** When the file was made, see `FileState`; empty where that is not known. */
  readonly born: string;
  /** Size and time of change: when they stay the same after the end was reached, nothing is left to do. */
  readonly version: string;
  /** Time of change, epoch milliseconds. */
  readonly mtimeMs: number;
}

/** Of `states`, the one that tells of this file's text; the one furthest along when there are several. */
export async function stateOfCompressed(
  file: CompressedFile,
  states: readonly FileState[],
  signal: AbortSignal,
): Promise<FileState | null> {
  const candidates = states.filter(canBeKnownByText);
  if (candidates.length === 0) return null;
  const furthest = Math.max(...candidates.map((state) => state.offset));
  const found: FileState[] = [];
  let window = Buffer.alloc(0);
  let offset = 0;
  let open = candidates;
  await readText(file, signal, (chunk) => {
    // The text from `offset - window.length` on, long enough for any fingerprint that ends in this chunk.
    window = Buffer.concat([window, chunk]);
    const start = offset + chunk.length - window.length;
    offset += chunk.length;
    if (start === 0 && (window.length >= HEAD_BYTES || open.some((state) => state.offset <= offset))) {
      open = open.filter((state) => {
        const { length, hash } = state.head;
        return window.length < length || fingerprint(window.subarray(0, length)).hash === hash;
      });
    }
    for (const state of open) {
      if (state.offset > offset || state.offset <= offset - chunk.length) continue;
      const at = state.offset - start;
      const last = fingerprint(window.subarray(at - state.last.length, at));
      if (last.hash === state.last.hash) found.push(state);
    }
    if (offset > HEAD_BYTES) window = Buffer.from(window.subarray(-HEAD_BYTES));
    return open.length > 0 && offset < furthest;
  });
  return found.sort((a, b) => b.offset - a.offset)[0] ?? null;
}

/** Reads the file on from `state` to its end. Rejects when it is not complete; what was stored until then stays. */
export async function readCompressed(
  file: CompressedFile,
  state: FileState,
  options: TailFileOptions,
  store: StoreUnit,
  signal: AbortSignal,
): Promise<FileState> {
  const gatherer = new UnitGatherer();
  let current = inPlaceOf(state, file);
  let framer: FileFramer | null = null;
  let head = Buffer.alloc(0);
  let offset = 0;
  const begun = state.offset;
  const start = () => {
    const header = begun > 0 && options.framing !== 'line' ? zeekHeader(head) : undefined;
    return new FileFramer({ ...options, offset: begun, header }, gatherer);
  };
  const commit = async (finished: boolean) => {
    framer?.flush();
    const done = framer?.done ?? current.offset;
    const next: FileState = {
      ...current,
      offset: done,
      // The place says which file it is; only of its beginning a copy is at hand.
      head: fingerprint(head.subarray(0, Math.min(HEAD_BYTES, done))),
      last: NO_FINGERPRINT,
      ...(finished ? { finished: file.version } : {}),
    };
    await store(gatherer.take(file.path), next);
    current = next;
  };
  await readText(file, signal, async (chunk) => {
    if (head.length < HEADER_BYTES)
      head = Buffer.concat([head, chunk.subarray(0, HEADER_BYTES - head.length)]);
    const from = Math.max(0, begun - offset);
    offset += chunk.length;
    if (from < chunk.length) {
      framer ??= start();
      framer.write(chunk.subarray(from));
      if (gatherer.full) await commit(false);
    }
    return true;
  });
  // Assigned in the callback above.
  (framer as FileFramer | null)?.end();
  await commit(true);
  return current;
}

/** Feeds the decompressed text to `take` until that returns false. */
async function readText(
  file: CompressedFile,
  signal: AbortSignal,
  take: (chunk: Buffer) => boolean | Promise<boolean>,
): Promise<void> {
  const enough = new AbortController();
  const source = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  try {
    await pipeline(
      source,
      decompressor(file.compression, LOCAL_WINDOW_LOG),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          if (await take(chunk)) continue;
          enough.abort();
          return;
        }
      },
      { signal: AbortSignal.any([signal, enough.signal]) },
    );
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  }
}
