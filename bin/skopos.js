#!/usr/bin/env node
// Starts Skopos with the Node and the flags it needs: this file runs on any Node, the program itself on Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// DuckDB's statements, file writes and LMDB's commits share this pool, which is made at the start of the process.
process.env.UV_THREADPOOL_SIZE ??= '8';

// What was compiled once is kept beside the program: without it a start takes half as long again. Where it cannot be written there is none.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/compiled', import.meta.url));

// The linear engine bounds patterns over hostile text; a small nursery keeps memory down, since most of what is young dies at once.
const flags = ['--enable-experimental-regexp-engine-on-excessive-backtracks', '--max-semi-space-size=16'];
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

function bundledNode() {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = require.resolve(`node-${platform}-${process.arch}/package.json`);
    const binary = path.join(
      path.dirname(manifest),
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

const node = major >= 24 ? process.execPath : bundledNode();
if (node === undefined) {
  console.error(
    `Skopos needs Node 24 or newer; this is ${process.version}, and no bundled one fits ${process.platform}-${process.arch}.`,
  );
  console.error('Install Node 24 (https://nodejs.org) and run the same command again.');
  process.exit(1);
}
if (major >= 24 && flags.every((flag) => process.execArgv.includes(flag))) {
  await import(main);
} else if (process.execve && process.platform !== 'win32' && major >= 24) {
  // Become the program: signals, exit codes and the process id stay the user's.
  process.execve(node, [node, ...flags, main, ...process.argv.slice(2)], process.env);
} else {
  const child = spawn(node, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches both from the terminal; what is sent to this process alone is handed on, so that the program stops with it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exit(code ?? (signal === 'SIGKILL' ? 137 : 143));
  });
}
