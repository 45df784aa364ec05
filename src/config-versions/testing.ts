/** Versions on a log of this machine, for tests: the rules are the same on every log. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EventLog, openLmdbEventLog } from '../bus/index.ts';
import { ConfigVersions } from './config-versions.ts';
import type { FileSet } from './file-set.ts';

export const testTopic = 'skopos-config';

export interface TestVersions {
  readonly folder: string;
  readonly log: EventLog;
  readonly versions: ConfigVersions;
  /** Another reader of the same topic, that begins at its start. */
  another(log?: EventLog): ConfigVersions;
  clean(): Promise<void>;
}

export async function testVersions(): Promise<TestVersions> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-versions-'));
  const log = openLmdbEventLog(path.join(folder, 'log'));
  return {
    folder,
    log,
    versions: new ConfigVersions(log, testTopic),
    another: (other = log) => new ConfigVersions(other, testTopic),
    async clean() {
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function fileSet(files: Readonly<Record<string, unknown>>): FileSet {
  return new Map(
    Object.entries(files).map(([file, content]) => [
      file,
      Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    ]),
  );
}
