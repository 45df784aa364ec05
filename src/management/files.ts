/** Files for LOCAL_* (those of this machine) and HDFS_* (those below one folder). */
import { lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { confinedPath } from '../capabilities/index.ts';
import { replaceFile } from '../files/index.ts';
import { argumentError, type FileEntry, type FileSystem, StellarError } from '../stellar/index.ts';

const largestRead = 64 * 1024 * 1024;

/** Files below `root`: no path leads out of it. Without `root`, those that this process may reach. */
export function createFileSystem(root: string | null = null): FileSystem {
  const placeOf = async (file: string): Promise<string> => {
    if (root === null) return path.resolve(file);
    await mkdir(root, { recursive: true });
    const place = await confinedPath(root, file);
    if (place !== null) return place;
    throw argumentError(
      `${JSON.stringify(file.slice(0, 120))} lies outside of the platform's files`,
      'name a path below their folder',
    );
  };
  return {
    async list(folder) {
      const place = await placeOf(folder);
      const status = await stat(place);
      if (!status.isDirectory()) return [await entryOf(place, path.basename(place))];
      const names = await readdir(place);
      const entries = await Promise.allSettled(names.map((name) => entryOf(path.join(place, name), name)));
      // What went away meanwhile is left out.
      return entries.flatMap((entry) => (entry.status === 'fulfilled' ? [entry.value] : []));
    },
    async read(file) {
      const place = await placeOf(file);
      const status = await stat(place);
      if (!status.isFile()) throw new Error(`${file} is no file`);
      if (status.size > largestRead) {
        throw new StellarError(
          'SKP_STELLAR_BUDGET',
          `${JSON.stringify(file.slice(0, 120))} has ${status.size} bytes, ${largestRead} are read`,
        );
      }
      return await readFile(place, 'utf8');
    },
    async write(file, text) {
      const place = await placeOf(file);
      await mkdir(path.dirname(place), { recursive: true });
      await replaceFile(place, text);
    },
    async remove(file, recursive) {
      const place = await placeOf(file);
      if (root !== null && place === (await placeOf('.')))
        throw argumentError("the folder of the platform's files stays");
      await rm(place, { recursive, force: true });
    },
  };
}

async function entryOf(place: string, name: string): Promise<FileEntry> {
  const status = await lstat(place);
  const bits = 'rwxrwxrwx';
  return {
    name,
    directory: status.isDirectory(),
    size: status.isDirectory() ? 0 : status.size,
    modified: Math.trunc(status.mtimeMs),
    permissions: Array.from(bits, (bit, at) => ((status.mode >> (8 - at)) & 1 ? bit : '-')).join(''),
    owner: String(status.uid),
    group: String(status.gid),
  };
}
