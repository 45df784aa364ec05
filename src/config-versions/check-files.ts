/** Checks files before they are pushed, as those who take them over will: with nothing beside them but what travels. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConfigChecks, type ConfigProblem, checkConfig, type Snapshot } from '../config/index.ts';
import { type FileSet, writeFiles } from './file-set.ts';

/** As `checkConfig`. `home`: the folder that the plug-ins come from. The folder of the snapshot is gone afterwards. */
export async function checkFileSet(
  files: FileSet,
  options: { readonly home: string | null; readonly checks?: ConfigChecks },
): Promise<{ readonly snapshot: Snapshot | null; readonly problems: readonly ConfigProblem[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-check-'));
  try {
    await writeFiles(folder, files, { durable: false });
    return await checkConfig(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
