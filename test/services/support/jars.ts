/** The jars of a server, fetched once by Maven into a folder outside of the project. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `SKOPOS_SERVICES_CACHE`, else where the system keeps a user's caches. */
export const cacheFolder = path.resolve(
  process.env['SKOPOS_SERVICES_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'skopos-test-services'),
);

/** A class path of all that `pom` names, with what that needs. */
export async function jarsOf(name: string, pom: string): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12);
  const folder = path.join(cacheFolder, `${name}-${version}`);
  const lib = path.join(folder, 'lib');
  if (!existsSync(lib)) {
    const building = path.join(cacheFolder, `${name}-${version}.${process.pid}`);
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    await copyFile(pom, path.join(building, 'pom.xml'));
    await run(
      'mvn',
      [
        '--quiet',
        '--batch-mode',
        '--file',
        path.join(building, 'pom.xml'),
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${path.join(building, 'lib')}`,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
  }
  return path.join(lib, '*');
}
