/**
 * The built pages. A published package brings them; in a checkout they are built at the first start, and again when their
 * source changed, in a process of its own: the server is ready meanwhile and says so.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageFolder } from '../api/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, 'web', 'dist');
const stampFile = path.join(folder, '.source');

/** Changes when a source file of the pages does. By size and time, not content: it runs at every start. */
function sourceStamp(): string {
  const hash = createHash('sha256');
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) =>
      a.name.localeCompare(b.name),
    )) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'dist' && entry.name !== 'node_modules') visit(full);
      } else {
        const { size, mtimeMs } = statSync(full);
        hash.update(`${path.relative(root, full)}\n${size}\n${mtimeMs}\n`);
      }
    }
  };
  visit(path.join(root, 'web'));
  return hash.digest('hex');
}

export interface PageBuild extends PageFolder {
  /** Resolves when the pages are there, or will not come; with the reason then. */
  readonly finished: Promise<string | null>;
}

export function preparePage(): PageBuild {
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const hasSource = existsSync(path.join(root, 'web', 'src'));
  if (!hasSource || !existsSync(vite))
    return { folder, building: () => null, finished: Promise.resolve(null) };
  const stamp = sourceStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return { folder, building: () => null, finished: Promise.resolve(null) };
  }
  let state: string | null =
    'The page is being built (first start only); it will open by itself in a few seconds.';
  const finished = new Promise<string | null>((resolve) => {
    const child = spawn(process.execPath, [vite, 'build', path.join(root, 'web'), '--logLevel', 'error'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: root,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('exit', (code) => {
      if (code === 0) {
        writeFileSync(stampFile, stamp);
        state = null;
        resolve(null);
      } else {
        state = `The page could not be built: ${said.slice(0, 500)}`;
        resolve(state);
      }
    });
  });
  return { folder, building: () => state, finished };
}
