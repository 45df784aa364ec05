import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultText } from '../src/cli/terminal/stellar-text.ts';
import { Shell } from '../src/shell/index.ts';
import { standardRegistry } from '../src/stellar/index.ts';

const prompt = '[Stellar]>>> ';
const root = path.resolve(import.meta.dirname, '..');

/** The sessions of a guide run again: what each typed line answers, under it. `UPDATE_GUIDES=1` writes the answers. */
async function rerun(guide: string): Promise<string> {
  let shell: Shell | null = null;
  const parts = guide.split(/(```stellar-session\n[\s\S]*?```)/);
  for (const [index, part] of parts.entries()) {
    if (!part.startsWith('```stellar-session\n')) continue;
    shell ??= new Shell({ registry: standardRegistry });
    const lines: string[] = ['```stellar-session'];
    for (const line of part.split('\n').filter((each) => each.startsWith(prompt))) {
      lines.push(line);
      const result = await shell.run(line.slice(prompt.length));
      const text = stripVTControlCharacters(resultText(result, { width: 110 }));
      if (text !== '') lines.push(...text.split('\n').map((each) => each.trimEnd()));
    }
    parts[index] = [...lines, '```'].join('\n');
  }
  return parts.join('');
}

describe('guides', () => {
  it('the session in the guide of the shell is what the shell answers', async () => {
    const file = path.resolve(import.meta.dirname, '../docs/guides/stellar-shell.md');
    const guide = readFileSync(file, 'utf8');
    const now = await rerun(guide);
    if (process.env['UPDATE_GUIDES'] === '1') writeFileSync(file, now);
    else expect(now).toBe(guide);
  });

  it.skipIf(process.platform === 'win32').each(['parsers', 'from-metron'])(
    'the commands in the guide %s do what it says',
    { timeout: 240_000 },
    (name) => {
      const file = path.resolve(root, `docs/guides/${name}.md`);
      const guide = readFileSync(file, 'utf8');
      const now = rerunCommands(guide);
      if (process.env['UPDATE_GUIDES'] === '1') writeFileSync(file, now);
      else expect(now).toBe(guide);
    },
  );
});

/** Writes the guide's files into an empty folder and runs its commands there, one after another; gives it with what they answer. */
function rerunCommands(guide: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'skopos-guide-'));
  try {
    const bin = path.join(folder, '.bin');
    mkdirSync(bin);
    const command = path.join(bin, 'skopos');
    writeFileSync(
      command,
      `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'bin/skopos.js')}' "$@"\n`,
    );
    chmodSync(command, 0o755);
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', PATH: `${bin}:${process.env['PATH']}` };
    return guide.replaceAll(
      /```(file [^\n]+|console)\n([\s\S]*?)```/g,
      (whole, kind: string, body: string) => {
        if (kind !== 'console') {
          const target = path.join(folder, kind.slice('file '.length));
          mkdirSync(path.dirname(target), { recursive: true });
          writeFileSync(target, body);
          return whole;
        }
        const lines = ['```console'];
        for (const line of body.split('\n').filter((each) => each.startsWith('$ '))) {
          const { stdout } = spawnSync('sh', ['-c', `exec 2>&1; ${line.slice(2)}`], {
            cwd: folder,
            env,
            encoding: 'utf8',
          });
          lines.push(
            line,
            ...(stdout === ''
              ? []
              : stdout
                  .trimEnd()
                  .split('\n')
                  .map((each) => each.trimEnd())),
          );
        }
        return [...lines, '```'].join('\n');
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
