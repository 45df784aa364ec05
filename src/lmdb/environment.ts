import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';

/** A table whose keys and values are bytes; LMDB keeps its keys in byte order. */
export type BytesTable = Database<Uint8Array, Buffer>;
export type Environment = RootDatabase<Uint8Array, Buffer>;

/**
 * Opens the LMDB environment of a folder (made when absent). Several threads and processes may have the same one open.
 *
 * - `overlappingSync: false`: a commit writes the pages, fdatasyncs, then writes the meta page through an O_DSYNC handle, as
 *   plain LMDB does. What a reader can see is therefore already on the disk. (lmdb-js' default shows it to readers first.)
 * - `eventTurnBatching: false`: `WriteQueue` groups writes itself; lmdb-js' own grouping leaves a rejection that nobody can catch
 *   when a commit fails.
 * - Never a write map: with one, a full disk is a SIGBUS instead of an error.
 */
export function openEnvironment(folder: string, options: { readonly maxTables: number }): Environment {
  mkdirSync(folder, { recursive: true });
  return open<Uint8Array, Buffer>({
    path: folder,
    noSubdir: false,
    overlappingSync: false,
    eventTurnBatching: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: options.maxTables,
    maxReaders: 512,
  });
}

export function openTable(environment: Environment, name: string): BytesTable {
  return environment.openDB<Uint8Array, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
}
