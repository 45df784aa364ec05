/** Which Java runs a server: the one on the path, or a newer one where a server needs it. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** The bin folder of a JDK of at least this version: `JAVA_HOME`, the path, the system's folder of JDKs. Null: there is none. */
export function jdkFrom(least: number): string | null {
  const home = process.env['JAVA_HOME'];
  const folders = [
    ...(home === undefined ? [] : [path.join(home, 'bin')]),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    ...globSync('/usr/lib/jvm/*/bin'),
  ];
  for (const folder of folders) {
    const javac = path.join(folder, 'javac');
    // A link of the path leads into the JDK's own folder, where the rest of it is.
    if (existsSync(javac) && versionOf(javac) >= least) return path.dirname(realpathSync(javac));
  }
  return null;
}

function versionOf(javac: string): number {
  try {
    const text = execFileSync(javac, ['-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return Number(/^javac (\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
