/** Pattern files that parsers name: relative to the configuration folder, never outside of it. */
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SkoposError } from '../errors.ts';

/** Reads `file` (a leading slash means the folder's root, as Metron's paths in HDFS do). Throws when it is absent or outside. */
export function readPatternFile(folder: string | null, file: string): string {
  if (folder === null) {
    throw new SkoposError('SKP_PIPELINE_FILE', `Cannot read ${file}: there is no configuration folder`, {
      hint: 'Start with --config FOLDER, and put the file there.',
    });
  }
  const root = realpathSync(folder);
  const full = path.resolve(root, file.replace(/^\/+/, ''));
  let real: string;
  try {
    real = realpathSync(full);
  } catch (error) {
    throw new SkoposError('SKP_PIPELINE_FILE', `Cannot read ${file}: there is no such file in ${folder}`, {
      cause: error,
    });
  }
  if (real !== root && !real.startsWith(root + path.sep)) {
    throw new SkoposError('SKP_PIPELINE_FILE', `Cannot read ${file}: it lies outside of ${folder}`);
  }
  return readFileSync(real, 'utf8');
}
