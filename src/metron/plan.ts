/** What an import would do to a configuration folder: which files, how they differ from those there, and what is wrong with them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ConfigChecks, type ConfigProblem, fileProblem, parseDocument } from '../config/index.ts';
import { readPatternFile } from '../pipeline/index.ts';
import { cannot } from './errors.ts';
import type { PatternFile, PatternFiles } from './patterns.ts';
import type { LeftOut, MetronConfiguration, MetronDocument } from './source.ts';
import { type MissingPatterns, type TriedParser, tryParser } from './try-parsers.ts';
import { type Unused, unusedParts } from './unused.ts';

export interface PlannedFile {
  /** Relative to the configuration folder. */
  readonly file: string;
  readonly origin: string;
  readonly bytes: Buffer;
  /** What is there now; null for nothing. */
  readonly before: Buffer | null;
  /** As `skopos config check` would say it. An error keeps the file from being used, not from being imported. */
  readonly problems: readonly ConfigProblem[];
}

export interface ImportPlan {
  readonly files: readonly PlannedFile[];
  readonly leftOut: readonly LeftOut[];
  readonly missingPatterns: readonly MissingPatterns[];
  readonly unused: readonly Unused[];
}

export interface PlanOptions {
  /** The configuration folder that is imported into; need not be there. */
  readonly folder: string;
  readonly patterns?: PatternFiles;
  readonly checks?: ConfigChecks;
}

/** Compares and checks, and writes nothing. Throws `MetronImportError` where a file that is there cannot be read. */
export async function planImport(
  configuration: MetronConfiguration,
  options: PlanOptions,
): Promise<ImportPlan> {
  const given = options.patterns ?? { files: [], leftOut: [] };
  const checked = configuration.documents.map((document) => check(document, given.files, options));
  const needed = checked.flatMap(({ tried }) => tried?.needed ?? []);
  const patterns = [...new Map([...given.files, ...needed].map((one) => [one.file, one])).values()];
  const planned = [
    ...checked.map(({ document, problems }) => ({ ...placed(document), problems })),
    ...patterns.map((pattern) => ({ ...placed(pattern), problems: [] })),
  ];
  const files: PlannedFile[] = [];
  for (const one of planned)
    files.push({ ...one, before: await existing(path.join(options.folder, one.file)) });
  return {
    files,
    leftOut: [...configuration.leftOut, ...given.leftOut],
    missingPatterns: checked.flatMap(({ tried }) => tried?.missing ?? []),
    unused: unusedParts(configuration.documents, options.folder),
  };
}

function placed({ file, origin, bytes }: MetronDocument | PatternFile) {
  return { file, origin, bytes };
}

interface Checked {
  readonly document: MetronDocument;
  readonly problems: readonly ConfigProblem[];
  readonly tried: TriedParser | null;
}

function check(document: MetronDocument, patterns: readonly PatternFile[], options: PlanOptions): Checked {
  const { kind, file, sensor, bytes } = document;
  if (kind === 'profiler') return { document, problems: [], tried: null };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { document, problems: [fileProblem('error', file, 'it is not UTF-8 text')], tried: null };
  }
  const about = { file, sensor, ...(options.checks === undefined ? {} : { checks: options.checks }) };
  if (kind !== 'parser')
    return { document, problems: parseDocument(kind, text, about).problems, tried: null };
  const { value, problems } = parseDocument(kind, text, about);
  if (value === null) return { document, problems, tried: null };
  const tried = tryParser(file, value, patterns, (named) => readPatternFile(options.folder, named));
  if (tried.failure === null) return { document, problems, tried };
  const { message, hint } = tried.failure;
  const failure = { ...fileProblem('error', file, message, hint), code: 'SKP_CONFIG_PARSER' as const };
  return { document, problems: [...problems, failure], tried };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function existing(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cannot('compare with', file, cause);
  }
}
