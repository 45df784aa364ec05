/** The difference of two sets of files as a unified diff, as `diff -u` and `git diff` write it. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileSet } from './file-set.ts';

const nowhere = '/dev/null';
const withinMs = 2_000;

/** Empty when they are the same. Lines end with a line feed. */
export function unifiedDiff(before: FileSet, after: FileSet): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.map((file) => fileDiff(file, before.get(file), after.get(file))).join('');
}

function fileDiff(file: string, before: Buffer | undefined, after: Buffer | undefined): string {
  if (before !== undefined && after !== undefined && before.equals(after)) return '';
  const from = before === undefined ? nowhere : `a/${file}`;
  const to = after === undefined ? nowhere : `b/${file}`;
  const texts = [before, after].map((bytes) => (bytes === undefined ? '' : textOf(bytes)));
  const [old, made] = texts;
  if (old === null || made === null) return `Binary files ${from} and ${to} differ\n`;
  const patch = createTwoFilesPatch(from, to, old ?? '', made ?? '', undefined, undefined, {
    context: 3,
    timeout: withinMs,
    headerOptions: FILE_HEADERS_ONLY,
  });
  // Large files that have little in common.
  if (patch === undefined) return `Files ${from} and ${to} differ\n`;
  return patch.endsWith('\n') ? patch : `${patch}\n`;
}

/** Null for what is no text. */
function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
