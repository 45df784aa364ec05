import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * The whole contents or what was there before, also after a crash; once it resolves, the new contents stay through one. Makes no
 * folder. A file that was there keeps its permissions; a link at the place is replaced, not followed.
 */
export async function replaceFile(place: string, contents: string | Uint8Array): Promise<void> {
  const folder = path.dirname(place);
  // Who watches or searches folders passes over names that begin with a dot.
  const fresh = path.join(folder, `.${path.basename(place)}.${randomBytes(6).toString('hex')}`);
  const before = await lstat(place).catch(() => null);
  try {
    const file = await open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
    try {
      if (before?.isFile() === true) await file.chmod(before.mode & 0o777);
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, place);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** The platform, the file system or this user cannot; the file is there all the same. */
const cannotSyncFolders: ReadonlySet<unknown> = new Set(['EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']);

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!cannotSyncFolders.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
