import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadInNode } from './testing/load-in-node.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'skopos-plugins-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

const shout = `
import { definePlugin, textOf } from 'skopos';
const louder = (text: unknown): string => textOf(text).toUpperCase() + '!';
export default definePlugin({
  kind: 'function',
  name: 'SHOUT',
  description: 'A text, louder.',
  parameters: [{ name: 'text', type: 'string', description: 'The text' }],
  returns: { type: 'string', description: 'The text in capitals' },
  call: (_, text) => louder(text),
});
`;

describe('the plug-ins of a configuration folder', () => {
  it('are none where there is no folder, or none of its subfolders', async () => {
    expect(await loadInNode(null)).toEqual({ plugins: [], problems: [] });
    expect(await loadInNode(folder)).toEqual({ plugins: [], problems: [] });
  });

  it('are TypeScript that imports skopos, wherever the folder lies', async () => {
    put('functions/shout.ts', shout);
    const { plugins, problems } = await loadInNode(folder);
    expect(problems).toEqual([]);
    expect(plugins).toEqual([
      { file: 'functions/shout.ts', kind: 'function', name: 'SHOUT', result: 'HEY!' },
    ]);
  });

  it('may be links to files elsewhere, as mounted configurations have them', async () => {
    put('..2025/functions/shout.ts', shout);
    mkdirSync(path.join(folder, 'functions'));
    symlinkSync('../..2025/functions/shout.ts', path.join(folder, 'functions/shout.ts'));
    const other = mkdtempSync(path.join(tmpdir(), 'skopos-plugins-other-'));
    try {
      writeFileSync(path.join(other, 'whisper.ts'), shout.replace('SHOUT', 'WHISPER'));
      symlinkSync(path.join(other, 'whisper.ts'), path.join(folder, 'functions/whisper.ts'));
      const { plugins, problems } = await loadInNode(folder);
      expect(problems).toEqual([]);
      expect(plugins.map(({ name }) => name)).toEqual(['SHOUT', 'WHISPER']);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('may be several in one file, and use files beside them', async () => {
    put('functions/shared/words.ts', `export const word: string = 'pong';`);
    put(
      'functions/two.ts',
      `import { definePlugin } from 'skopos';
import { word } from './shared/words.ts';
const base = { kind: 'function', description: 'D.', returns: { type: 'string', description: 'R' } } as const;
export const one = definePlugin({ ...base, name: 'PING', call: () => word });
export const others = [definePlugin({ ...base, name: 'PUNG', call: () => word })];`,
    );
    const { plugins, problems } = await loadInNode(folder);
    expect(problems).toEqual([]);
    expect(plugins.map(({ name }) => name).sort()).toEqual(['PING', 'PUNG']);
  });

  it('that are broken are told with file and reason, and keep no other from working', async () => {
    put('functions/a-syntax.ts', 'export const x: number = ;');
    put('functions/b-throws.ts', "\n\nthrow new Error('no luck');");
    put('functions/c-nothing.ts', 'export const x = 1;');
    put(
      'functions/d-shape.ts',
      "import { definePlugin } from 'skopos';\nexport default definePlugin({ kind: 'function', name: 'lower', description: 'D.' } as never);",
    );
    put(
      'functions/e-kind.ts',
      "import { definePlugin } from 'skopos';\nexport default definePlugin({ kind: 'oracle' } as never);",
    );
    put('functions/shout.ts', shout);
    const { plugins, problems } = await loadInNode(folder);
    expect(plugins.map(({ file }) => file)).toEqual(['functions/shout.ts']);
    expect(problems.map(({ file }) => file)).toEqual([
      'functions/a-syntax.ts',
      'functions/b-throws.ts',
      'functions/c-nothing.ts',
      'functions/d-shape.ts',
      'functions/e-kind.ts',
    ]);
    expect(problems[0]?.message).toMatch(/SyntaxError/);
    expect(problems[1]).toMatchObject({ message: 'Error: no luck', line: 3 });
    expect(problems[2]?.message).toBe('it exports no plug-in');
    expect(problems[3]?.message).toMatch(/cannot be called "lower"/);
    expect(problems[3]?.hint).toMatch(/capital letters/);
    expect(problems[4]?.message).toMatch(/"oracle"/);
  });

  it('are not looked for in tests and declarations beside them', async () => {
    put('functions/shout.test.ts', "throw new Error('not to be loaded');");
    put('functions/shout.d.ts', "throw new Error('not to be loaded');");
    put('functions/notes.md', '# Notes');
    expect(await loadInNode(folder)).toEqual({ plugins: [], problems: [] });
  });
});
