import { statfs } from 'node:fs/promises';
import { lmdbCode } from './write-queue.ts';

const EIO = 5;
const ENOSPC = 28;
const EDQUOT = 122;
const EDQUOT_MACOS = 69;
const MDB_MAP_FULL = -30792;

/**
 * Whether a failed commit failed for want of room. LMDB reports a write that the disk took only in part as EIO; then the free
 * space decides, with room for LMDB's own pages on top of the data.
 */
export async function isDiskFull(error: unknown, folder: string, bytes: number): Promise<boolean> {
  const code = lmdbCode(error);
  if (code === ENOSPC || code === EDQUOT || code === EDQUOT_MACOS || code === MDB_MAP_FULL) return true;
  if (code !== EIO) return false;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < bytes * 1.25 + 1024 * 1024;
}
