/** Decompression of streams, by the name of a content coding (RFC 9110 §8.4) or by a file's first bytes. */
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

export type Compression = 'gzip' | 'zstd' | 'deflate' | 'br';

const CHUNK = 64 * 1024;

/** What a sender over the network may ask of memory: a zstd window of 16 MiB (level 19 needs 8). */
const REMOTE_WINDOW_LOG = 24;

export function decompressor(compression: Compression, windowLog = REMOTE_WINDOW_LOG): Transform {
  switch (compression) {
    case 'gzip':
      return createGunzip({ chunkSize: CHUNK });
    case 'deflate':
      return createInflate({ chunkSize: CHUNK });
    case 'br':
      return createBrotliDecompress({ chunkSize: CHUNK });
    case 'zstd':
      return createZstdDecompress({
        chunkSize: CHUNK,
        params: { [constants.ZSTD_d_windowLogMax]: windowLog },
      });
  }
}

/** The compression of a `Content-Encoding` header: null for none, undefined for one that is not known. */
export function compressionOf(contentEncoding: string | undefined): Compression | null | undefined {
  const name = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return null;
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'zstd' || name === 'deflate' || name === 'br') return name;
  return undefined;
}

/** Compression of a file that begins with these bytes (four or more); null for none that is known. */
export function compressionByMagic(head: Buffer): 'gzip' | 'zstd' | null {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  return null;
}
