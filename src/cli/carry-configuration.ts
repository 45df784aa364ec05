/** The configuration folder as the first version of an installation that shares its configuration. */

import { ConfigError } from '../config/index.ts';
import { checkFileSet, readFileSet, writeFolderBase } from '../config-versions/index.ts';
import { type ClusterSettings, isShared, openBus, openVersions } from '../engines/index.ts';
import { configChecks } from '../program/index.ts';
import { authorOf } from './config/versions.ts';

/**
 * Pushes the folder where the new engines share the configuration and those here do not. Null when there was nothing to do: also where
 * the topic has versions already, which are others' or those of an earlier run. Plug-ins are installed already. Throws `ConfigError`.
 */
export async function carryConfiguration(
  folder: string | null,
  here: ClusterSettings,
  there: ClusterSettings,
): Promise<number | null> {
  if (folder === null || (await isShared('config', here.config)) || !(await isShared('config', there.config)))
    return null;
  const log = await openBus(there, { dataFolder: '.' });
  try {
    const versions = await openVersions(there, log);
    await versions?.refresh();
    if (versions === null || versions.head !== null) return null;
    const { files } = await readFileSet(folder);
    const { problems } = await checkFileSet(files, { home: folder, checks: configChecks });
    if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems);
    const { version } = await versions.push(files, {
      who: authorOf({}),
      why: 'Carried over by skopos migrate',
      base: null,
    });
    await writeFolderBase(folder, { topic: versions.topic, id: version.id, version: version.version });
    return version.version;
  } finally {
    await log.close();
  }
}
