/** The files that make up a version: read from a folder, compared, written into one. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { replaceFile } from '../files/index.ts';
import { VersionsError } from './errors.ts';
import { dataFolders, isSafePath, mayTravel, travelsByPlace } from './travelling-path.ts';

/** Contents by path (relative to the folder, with `/`), in the order of the paths. */
export type FileSet = ReadonlyMap<string, Buffer>;

export interface ReadFileSet {
  readonly files: FileSet;
  /** What of the folder stays on this machine: code, secrets, other data. Folders end with `/`. */
  readonly staying: readonly string[];
}

const mostFiles = 10_000;
const mostFileBytes = 16 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads what travels of a folder, and files that would if the folder's documents named them (`also`), where they are there. Throws
 * `VersionsError` (`SKP_VERSIONS_SIZE`, `SKP_VERSIONS_FILE`).
 */
export async function readFileSet(folder: string, also: Iterable<string> = []): Promise<ReadFileSet> {
  const found = new Map<string, Buffer>();
  const staying: string[] = [];
  let bytes = 0;
  const take = async (file: string): Promise<void> => {
    if (found.has(file)) return;
    const place = path.join(folder, file);
    const { size } = await stat(place);
    bytes += size;
    if (size > mostFileBytes || bytes > mostBytes || found.size >= mostFiles) throw tooLarge(file);
    found.set(file, await readFile(place));
  };
  try {
    for (const { name, isFolder } of await entriesOf(folder, '')) {
      if (isFolder && ['parsers', 'enrichments', 'indexing', ...dataFolders].includes(name)) {
        for (const file of await filesBelow(folder, name, dataFolders.includes(name))) {
          if (travelsByPlace(file)) await take(file);
          else staying.push(file);
        }
      } else if (!isFolder && travelsByPlace(name)) await take(name);
      else staying.push(isFolder ? `${name}/` : name);
    }
    for (const file of await namedFiles(folder, found)) await take(file);
    for (const file of also) {
      const isThere = await stat(path.join(folder, file)).catch(() => null);
      if (isThere?.isFile() === true) await take(file);
    }
  } catch (error) {
    if (error instanceof VersionsError) throw error;
    throw new VersionsError('SKP_VERSIONS_FILE', `${folder} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return {
    files: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
    staying: staying.filter((file) => !found.has(file)).sort(),
  };
}

function tooLarge(file: string): VersionsError {
  return new VersionsError(
    'SKP_VERSIONS_SIZE',
    `The configuration is larger than what travels, at ${file}: ${mostFiles} files, ${mostFileBytes} bytes each, ${mostBytes} together are the most`,
    { hint: 'Load lists with skopos load instead, or keep large files on each machine.' },
  );
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Hidden ones and editors' copies are passed over. Links are followed: mounted folders consist of them. */
async function entriesOf(folder: string, below: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of (await readdir(path.join(folder, below))).sort()) {
    if (/^[.#]|~$/.test(name)) continue;
    const found = await stat(path.join(folder, below, name)).catch(() => null);
    if (found !== null && (found.isFile() || found.isDirectory()))
      entries.push({ name, isFolder: found.isDirectory() });
  }
  return entries;
}

async function filesBelow(folder: string, below: string, deep: boolean): Promise<string[]> {
  const files: string[] = [];
  for (const { name, isFolder } of await entriesOf(folder, below)) {
    const file = `${below}/${name}`;
    if (!isFolder) files.push(file);
    else if (deep && isSafePath(file)) files.push(...(await filesBelow(folder, file, true)));
    else files.push(`${file}/`);
  }
  return files;
}

/** Files that documents name and that lie in the folder: known hosts, patterns. */
async function namedFiles(folder: string, documents: FileSet): Promise<string[]> {
  const names: unknown[] = [];
  for (const [file, text] of documents) {
    const value: unknown =
      file === 'global.json' || file.startsWith('parsers/')
        ? parse(text.toString('utf8').replace(/^\uFEFF/, ''), [], { allowTrailingComma: true })
        : null;
    if (file === 'global.json') names.push(keyOf(value, 'enrichment.host.known_hosts_file'));
    else {
      const settings = keyOf(value, 'parserConfig');
      if (typeof settings !== 'object' || settings === null) continue;
      for (const [key, named] of Object.entries(settings))
        if (/path$/i.test(key)) names.push(...(Array.isArray(named) ? named : [named]));
    }
  }
  const root = await realpath(folder);
  const files: string[] = [];
  for (const name of names) {
    // A leading slash means the folder, as for those who read them.
    if (typeof name !== 'string' || name.includes('\0')) continue;
    const place = path.resolve(root, name.replace(/^\/+/, ''));
    const file = path.relative(root, place).split(path.sep).join('/');
    if (!mayTravel(file)) continue;
    const real = await realpath(place).catch(() => null);
    if (real?.startsWith(root + path.sep) === true && (await stat(real)).isFile()) files.push(file);
  }
  return files;
}

function keyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

/** What becomes of the files of `before` on the way to `after`, by their hashes. */
export interface FileChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): FileChanges {
  const paths = [...after.keys()];
  return {
    added: paths.filter((file) => !before.has(file)),
    changed: paths.filter((file) => before.has(file) && before.get(file) !== after.get(file)),
    removed: [...before.keys()].filter((file) => !after.has(file)),
  };
}

export function hashesOf(files: FileSet): ReadonlyMap<string, string> {
  return new Map([...files].map(([file, bytes]) => [file, hashOf(bytes)]));
}

export function countOf({ added, changed, removed }: FileChanges): number {
  return added.length + changed.length + removed.length;
}

/**
 * Writes files below a folder; paths that lead elsewhere are refused. `durable`: each is there whole or as it was, also after a crash.
 */
export async function writeFiles(
  folder: string,
  files: FileSet,
  { durable }: { readonly durable: boolean },
): Promise<void> {
  for (const [file, bytes] of files) {
    const place = placeOf(folder, file);
    try {
      await mkdir(path.dirname(place), { recursive: true });
      await (durable ? replaceFile(place, bytes) : writeFile(place, bytes));
    } catch (error) {
      throw new VersionsError('SKP_VERSIONS_FILE', `Cannot write ${place}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** Removes files below a folder, and the folders that are empty then. */
export async function removeFiles(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await rm(placeOf(folder, file), { force: true });
    for (let above = path.posix.dirname(file); above !== '.'; above = path.posix.dirname(above)) {
      try {
        await rmdir(path.join(folder, above));
      } catch {
        break;
      }
    }
  }
}

function placeOf(folder: string, file: string): string {
  if (isSafePath(file)) return path.join(folder, file);
  throw new VersionsError(
    'SKP_VERSIONS_DAMAGED',
    `${JSON.stringify(file.slice(0, 120))} is no path of a file`,
  );
}
