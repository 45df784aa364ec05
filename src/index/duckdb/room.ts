import { statfs } from 'node:fs/promises';
import { IndexError } from '../errors.ts';

/** Kept free beside what is written: sealing, and checkpoints of the database. At most this share of the file system. */
const KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_SHARE = 1 / 16;

/**
 * Refuses a write that the disk has no room for before the database meets the full disk: once in eight times that ended the whole
 * process, by memory that its library had written over.
 *
 * @param bytes of the events
 * @throws IndexError SKP_INDEX_FULL
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = bytes + Math.min(KEPT_BYTES, blocks * bsize * KEPT_SHARE);
  if (free >= needed) return;
  throw new IndexError(
    'SKP_INDEX_FULL',
    `the event index could not write: ${free} bytes are free in ${folder}, and ${Math.ceil(needed)} are needed`,
    {
      hint: 'Free space on the disk of the data folder, or lower the retention. Events wait in the bus meanwhile.',
    },
  );
}
