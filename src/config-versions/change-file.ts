/** One file of the newest version replaced: what a change through an expression or a request is. */
import { type ConfigChecks, ConfigError } from '../config/index.ts';
import { checkFileSet } from './check-files.ts';
import type { ConfigVersions, Pushed } from './config-versions.ts';
import { VersionsError } from './errors.ts';
import { listed } from './version-history.ts';

export interface FileChange {
  readonly file: string;
  readonly text: string;
  readonly who: string;
  readonly why: string;
  /** The folder that plug-ins come from. */
  readonly home: string | null;
  readonly checks?: ConfigChecks;
}

const mostTries = 10;

/**
 * Pushes the newest version with this file in it. Others may change other files meanwhile; for one that they changed too:
 * `SKP_VERSIONS_OUTDATED`. Throws `ConfigError` when the whole would be broken.
 */
export async function changeFile(versions: ConfigVersions, change: FileChange): Promise<Pushed> {
  await versions.refresh();
  const { file } = change;
  const hashHere = (): string | undefined => listed(versions.head?.files ?? []).get(file);
  const before = hashHere();
  for (let tries = 1; ; tries++) {
    const { head } = versions;
    const files = new Map(head === null ? [] : await versions.files(head));
    files.set(file, Buffer.from(change.text));
    const { problems } = await checkFileSet(files, change);
    if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems);
    try {
      return await versions.push(files, { who: change.who, why: change.why, base: head?.id ?? null });
    } catch (error) {
      const isOutdated = error instanceof VersionsError && error.code === 'SKP_VERSIONS_OUTDATED';
      if (!isOutdated || tries >= mostTries || hashHere() !== before) throw error;
    }
  }
}
