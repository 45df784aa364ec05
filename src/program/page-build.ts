/**
 * The built pages. A published package brings them; in a checkout they are built at the first start, and again when their
 * source changed, in a process of its own: the server is ready meanwhile and says so.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
        if (!entry.name.startsWith('dist') && entry.name !== 'node_modules') visit(full);
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

/** Builds the pages if their source changed since they were built. Those that are there serve until the new ones are complete. */
export function preparePage(): PageBuild {
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const ready: PageBuild = { folder, building: () => null, finished: Promise.resolve(null) };
  if (!existsSync(path.join(root, 'web', 'src')) || !existsSync(vite)) return ready;
  const stamp = sourceStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return ready;
  let state: string | null =
    'The page is being built (first start only); it will open by itself in a few seconds.';
  const finished = build(vite, stamp).then((problem) => {
    state = problem;
    return problem;
  });
  return { folder, building: () => state, finished };
}

/** Null, or why there is no new page. */
async function build(vite: string, stamp: string): Promise<string | null> {
  const fresh = `${folder}.${process.pid}`;
  const args = ['build', path.join(root, 'web'), '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error'];
  const child = spawn(process.execPath, [vite, ...args], { stdio: ['ignore', 'ignore', 'pipe'], cwd: root });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  try {
    if (code !== 0) return `The page could not be built: ${said.slice(0, 500)}`;
    writeFileSync(path.join(fresh, '.source'), stamp);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    return null;
  } catch (error) {
    // Another process of this checkout was faster.
    return existsSync(stampFile)
      ? null
      : `The page could not be put in its place: ${(error as Error).message}`;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
