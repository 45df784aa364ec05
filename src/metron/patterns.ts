/**
 * Files of Grok patterns. Metron keeps them in HDFS (below /apps/metron), not with the rest of its configuration; parsers name them by
 * their path there. Here such a path starts from the configuration folder.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { builtInPatterns, readDictionary } from '../parsers/index.ts';
import { cannot, MetronImportError } from './errors.ts';
import type { LeftOut } from './source.ts';

export interface PatternFile {
  /** Where it goes, relative to the configuration folder: `patterns/squid`. */
  readonly file: string;
  readonly origin: string;
  readonly bytes: Buffer;
}

export interface PatternFiles {
  readonly files: readonly PatternFile[];
  readonly leftOut: readonly LeftOut[];
}

const maxFiles = 2_000;
const maxFileBytes = 4 << 20;

/**
 * Reads all files of a copy of /apps/metron/patterns, for `patterns/`. A file whose patterns are all known under the name of a built-in
 * one is left out: the built-in one may have more, and parsers rely on it.
 */
export async function readPatternFolder(folder: string): Promise<PatternFiles> {
  const files: PatternFile[] = [];
  const leftOut: LeftOut[] = [];
  let entries: string[];
  try {
    entries = (await readdir(folder, { recursive: true })).sort();
  } catch (cause) {
    throw new MetronImportError('SKP_IMPORT_FILE', `Cannot read the folder of patterns ${folder}`, {
      cause,
      hint: 'Copy it out of HDFS first: hdfs dfs -get /apps/metron/patterns.',
    });
  }
  if (entries.length > maxFiles)
    throw new MetronImportError(
      'SKP_IMPORT_SIZE',
      `${folder} holds ${entries.length} files; at most ${maxFiles} are read`,
    );
  for (const entry of entries) {
    const origin = path.join(folder, entry);
    const found = await readable(origin, () => stat(origin));
    if (!found.isFile()) continue;
    const relative = entry.replaceAll(path.sep, '/');
    if (relative.split('/').some((step) => step.startsWith('.'))) continue;
    if (found.size > maxFileBytes) {
      leftOut.push({ origin, reason: `it has more than ${maxFileBytes >> 20} MiB` });
      continue;
    }
    const bytes = await readable(origin, () => readFile(origin));
    const builtIn = builtInPatterns.get(`/patterns/${relative}`);
    if (builtIn !== undefined && addsNothing(bytes.toString('utf8'), builtIn)) {
      leftOut.push({ origin, reason: `the built-in file has all of its patterns` });
      continue;
    }
    files.push({ file: `patterns/${relative}`, origin, bytes });
  }
  return { files, leftOut };
}

async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cannot('read', file, cause);
  }
}

function addsNothing(text: string, builtIn: string): boolean {
  const known = readDictionary(builtIn);
  return [...readDictionary(text).keys()].every((name) => known.has(name));
}

/** Where a path that a parser names lies in the configuration folder; null when that is nowhere. */
export function placeOf(named: string): string | null {
  const place = named.replace(/^\/+/, '');
  const steps = place.split('/');
  if (place === '' || steps.some((step) => step === '' || step === '.' || step === '..')) return null;
  return /[\p{Cc}\\:]/u.test(place) ? null : place;
}

/** The file that a path of HDFS means, among those of a copied folder: the one that shares the longest end with it. */
export function meantBy(named: string, files: readonly PatternFile[]): PatternFile | null {
  const steps = (placeOf(named) ?? '').split('/');
  for (let from = 0; from < steps.length; from++) {
    const end = steps.slice(from).join('/');
    const found = files.find(({ file }) => file === end || file === `patterns/${end}`);
    if (found !== undefined && end !== '') return found;
  }
  return null;
}
