import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Shell } from '../../shell/index.ts';
import { standardRegistry } from '../../stellar/index.ts';
import { printable, printableLine } from './printable.ts';
import { runRepl } from './stellar-repl.ts';
import { valueText } from './stellar-value.ts';
import { table } from './table.ts';

describe('what is shown in a terminal', () => {
  it('shows escape sequences of events instead of sending them', () => {
    expect(printable('a\u001b]0;owned\u0007b\u009b2J')).toBe('a\\x1b]0;owned\\x07b\\x9b2J');
    expect(printable('\u202egnp.exe')).toBe('\\u202egnp.exe');
    expect(printableLine('a\tb\nc')).toBe('a\\tb\\nc');
  });

  it('keeps letters of all languages', () => {
    expect(printable('Zürich 東京 🦊\n')).toBe('Zürich 東京 🦊\n');
  });

  it('draws a table no wider than the terminal, the widest column cut', () => {
    const drawn = table(['a', 'text'], [['1', 'x'.repeat(200)]], { width: 40 });
    for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    expect(drawn).toContain('…');
  });

  it('aligns wide characters', () => {
    const lines = table(['k'], [['東京'], ['ab']], { width: 40 }).split('\n');
    expect(lines[3]).toBe('│ 東京 │');
    expect(lines[4]).toBe('│ ab   │');
  });

  it('says how many rows it left out', () => {
    const rows = Array.from({ length: 12 }, (_, index) => [String(index)]);
    expect(table(['n'], rows, { width: 40, rows: 10 })).toContain('… 2 more');
  });

  it('shows a list of maps with a column for each key', () => {
    const text = valueText([{ a: 1 }, { b: 'x' }], { width: 60 });
    expect(text.split('\n')[1]).toBe('│   │ a │ b │');
  });

  it('writes any value as JSON when asked', () => {
    expect(valueText(new Set(['a']), { width: 60, json: true })).toBe('["a"]');
    expect(valueText(null, { width: 60, json: true })).toBe('null');
  });
});

describe('the shell in a terminal', () => {
  async function session(...lines: string[]): Promise<string> {
    const input = new PassThrough();
    const output = new PassThrough();
    let seen = '';
    output.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const done = runRepl(new Shell({ registry: standardRegistry }), {
      fields: ['ip_src_addr'],
      json: false,
      input,
      output,
      history: null,
    });
    for (const line of lines) input.write(`${line}\n`);
    input.write('quit\n');
    await done;
    return stripVTControlCharacters(seen);
  }

  it('evaluates lines, also over several of them, until quit', async () => {
    const seen = await session('x := [1,', '2,', '3]', 'LENGTH(x) + 39');
    expect(seen).toContain('42');
  });

  it('ends unfinished input at a blank line, with the error', async () => {
    expect(await session('2 +', '')).toContain('the expression ends where a value was expected');
  });

  it('goes on after an error', async () => {
    const seen = await session('NO_SUCH(1)', '40 + 2');
    expect(seen).toContain('there is no function NO_SUCH');
    expect(seen).toContain('42');
  });
});
