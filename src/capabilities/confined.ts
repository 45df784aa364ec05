/** Paths that cannot leave a folder, whatever is written: `..`, absolute paths, symbolic links. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * The real path of `file` (a leading slash means the folder) in `folder`; null when it lies outside. What does not exist yet is
 * judged by the nearest folder that does.
 */
export async function confinedPath(folder: string, file: string): Promise<string | null> {
  if (file.includes('\0')) return null;
  const root = await realpath(folder);
  const wanted = path.resolve(root, file.replace(/^[/\\]+/, ''));
  if (!isWithin(root, wanted)) return null;
  let existing = wanted;
  let rest = '';
  for (;;) {
    try {
      const real = await realpath(existing);
      return isWithin(root, real) ? path.join(real, rest) : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existing === root) throw error;
      rest = path.join(path.basename(existing), rest);
      existing = path.dirname(existing);
    }
  }
}

function isWithin(root: string, file: string): boolean {
  return file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}
