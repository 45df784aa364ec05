import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SkoposError } from '../errors.ts';

/** Who has a data folder open for writing. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  readonly command: string;
}

export class DataFolderError extends SkoposError {
  /** Who holds the folder, when `code` is `SKP_DATA_FOLDER_IN_USE` and the holder has said so. */
  readonly holder: Holder | undefined;

  constructor(
    code: 'SKP_DATA_FOLDER_IN_USE' | 'SKP_DATA_FOLDER_UNUSABLE',
    message: string,
    options: { hint?: string; cause?: unknown; holder?: Holder | undefined } = {},
  ) {
    super(code, message, options);
    this.holder = options.holder;
  }
}

export interface DataFolderLock {
  readonly folder: string;
  /** Gives the folder free; the end of the process does so too, however it ends. */
  release(): void;
}

const SQLITE_BUSY = 5;
const LOCK_FILE = 'lock';
const HOLDER_FILE = 'lock.json';

/**
 * Takes a data folder (made when absent) for this process's writing, or rejects with `SKP_DATA_FOLDER_IN_USE` that names
 * who has it.
 *
 * The lock is the operating system's own file lock, which Node offers only through SQLite: an empty database held by an
 * exclusive transaction (fcntl locks on Linux and macOS, LockFileEx on Windows). The system drops it when the process ends, by
 * kill -9 and power loss too, so there is no stale lock to detect and no process id that could have been given to another. On
 * network file systems it is worth what their locks are worth.
 */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  const path = resolve(folder);
  const database = await openLockFile(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY)
      throw inUse(path, cause);
    throw unusable(path, cause);
  }
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    command: process.argv.slice(1).join(' ').slice(0, 200),
  };
  try {
    writeFileSync(join(path, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
  } catch {
    // A full disk: the lock holds all the same, only its holder stays unnamed.
  }
  return {
    folder: path,
    release() {
      if (database.isOpen) database.close();
    },
  };
}

async function openLockFile(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(path, { recursive: true });
    return new DatabaseSync(join(path, LOCK_FILE), { timeout: 0 });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function inUse(path: string, cause: unknown): DataFolderError {
  const holder = readHolder(path);
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${holder.since} (${holder.command})`
    : 'another process';
  return new DataFolderError('SKP_DATA_FOLDER_IN_USE', `The data folder ${path} is in use by ${who}`, {
    cause,
    holder,
    hint: 'Stop that process, or start this one with another data folder.',
  });
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(path, HOLDER_FILE), 'utf8'));
    return isHolder(holder) ? holder : undefined;
  } catch {
    // Not written yet, or half written: the holder is just starting.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, host, since, command } = value as Partial<Record<keyof Holder, unknown>>;
  return [typeof pid, typeof host, typeof since, typeof command].join() === 'number,string,string,string';
}

function unusable(path: string, cause: unknown): DataFolderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataFolderError(
    'SKP_DATA_FOLDER_UNUSABLE',
    `The data folder ${path} cannot be used: ${reason}`,
    {
      cause,
      hint: 'Check that it is a folder, that this user may write to it, and that the disk has room.',
    },
  );
}
