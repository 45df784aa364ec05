/** Which Java runs a server: the one on the path, or a newer one where a server needs it. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

/** The bin folder of a JDK of at least this version: `JAVA_HOME`, the path, the system's folder of JDKs. Null: there is none. */
export function jdkFrom(least: number): string | null {
  const home = process.env['JAVA_HOME'];
  const folders = [
    ...(home === undefined ? [] : [path.join(home, 'bin')]),
    '',
    ...globSync('/usr/lib/jvm/*/bin'),
  ];
  return folders.find((folder) => versionOf(path.join(folder, 'javac')) >= least) ?? null;
}

function versionOf(javac: string): number {
  try {
    const text = execFileSync(javac, ['-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return Number(/^javac (\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
