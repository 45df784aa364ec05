/** Which files a tail listener's patterns name at present. */
import { glob, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compressionByMagic } from './decompress.ts';

export interface Found {
  readonly path: string;
  /** `device:inode`. */
  readonly place: string;
  /** When the file was made, nanoseconds since the epoch; empty where the file system does not tell. */
  readonly born: string;
  readonly size: number;
  /** Size and time of change. */
  readonly version: string;
  readonly mtimeMs: number;
}

/** Looks at one file; undefined when that failed, which is reported elsewhere. */
export type Look = <T>(path: string, look: () => Promise<T>) => Promise<T | undefined>;

/** Each file once, though links and several patterns may lead to it. Patterns are relative to `folder`. */
export async function findFiles(patterns: readonly string[], folder: string, look: Look): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (const pattern of patterns) {
    for await (const path of glob(resolve(folder, pattern))) {
      const entry = await look(path, () => stat(path, { bigint: true }));
      if (entry === undefined || !entry.isFile()) continue;
      const place = `${entry.dev}:${entry.ino}`;
      if (found.has(place)) continue;
      found.set(place, {
        path,
        place,
        born: entry.birthtimeNs > 0n ? `${entry.birthtimeNs}` : '',
        size: Number(entry.size),
        version: `${entry.size}:${entry.mtimeNs}`,
        mtimeMs: Number(entry.mtimeMs),
      });
    }
  }
  return [...found.values()];
}

/** How a file is compressed, by its first bytes. */
export async function compressionOf(path: string): Promise<'gzip' | 'zstd' | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return compressionByMagic(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
