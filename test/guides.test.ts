import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultText } from '../src/cli/terminal/stellar-text.ts';
import { Shell } from '../src/shell/index.ts';
import { standardRegistry } from '../src/stellar/index.ts';

const prompt = '[Stellar]>>> ';

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
    if (process.env['UPDATE_GUIDES'] === '1') {
      const { writeFileSync } = await import('node:fs');
      writeFileSync(file, now);
    } else expect(now).toBe(guide);
  });
});
