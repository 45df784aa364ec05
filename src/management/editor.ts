/** The editor of the person at the terminal, for SHELL_EDIT. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StellarError } from '../stellar/index.ts';

/** `environment` says which editor: EDITOR, else VISUAL, else vi. */
export function createEditor(environment: NodeJS.ProcessEnv): { edit(text: string): Promise<string> } {
  return {
    async edit(text) {
      const written = environment['EDITOR'] || environment['VISUAL'] || 'vi';
      // As others do it: the variable may hold arguments (`code --wait`).
      const [command = 'vi', ...args] = written.trim().split(/\s+/);
      const folder = await mkdtemp(path.join(tmpdir(), 'skopos-edit-'));
      const file = path.join(folder, 'expression.stellar');
      try {
        await writeFile(file, text, { mode: 0o600 });
        await withTerminal(
          () =>
            new Promise<void>((resolve, reject) => {
              const child = spawn(command, [...args, file], { stdio: 'inherit' });
              child.once('error', reject);
              child.once('exit', (code, signal) =>
                code === 0 ? resolve() : reject(new Error(`it ended with ${signal ?? code}`)),
              );
            }),
        );
        return await readFile(file, 'utf8');
      } catch (error) {
        throw new StellarError(
          'SKP_STELLAR_FUNCTION',
          `the editor ${written} did not work: ${(error as Error).message}`,
          { cause: error, hint: 'name another one in the variable EDITOR' },
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Lets go of the terminal while somebody else has it: no key is read here, and an interrupt is not ours. */
async function withTerminal(work: () => Promise<void>): Promise<void> {
  const { stdin } = process;
  if (!stdin.isTTY) return await work();
  const wasRaw = stdin.isRaw;
  const wasPaused = stdin.isPaused();
  const leave = (): void => undefined;
  stdin.pause();
  stdin.setRawMode(false);
  process.on('SIGINT', leave);
  try {
    await work();
  } finally {
    process.off('SIGINT', leave);
    stdin.setRawMode(wasRaw);
    if (!wasPaused) stdin.resume();
  }
}
