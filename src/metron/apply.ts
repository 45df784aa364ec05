/** Carries out a plan: new files are written, those that differ only when told so. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../files/index.ts';
import { cannot } from './errors.ts';
import type { ImportPlan, PlannedFile } from './plan.ts';

export type FileOutcome = 'written' | 'overwritten' | 'unchanged' | 'refused';

export interface ApplyOptions {
  readonly folder: string;
  /** Overwrite files that differ. */
  readonly force: boolean;
  /** Say what would be, and touch nothing. */
  readonly dryRun: boolean;
}

/** What became (or with `dryRun` would become) of each file of the plan, in its order. Throws `MetronImportError`. */
export async function applyImport(
  plan: ImportPlan,
  options: ApplyOptions,
): Promise<readonly { readonly file: PlannedFile; readonly outcome: FileOutcome }[]> {
  const outcomes = [];
  for (const file of plan.files) {
    const outcome = outcomeOf(file, options.force);
    if (!options.dryRun && (outcome === 'written' || outcome === 'overwritten'))
      await write(path.join(options.folder, file.file), file.bytes);
    outcomes.push({ file, outcome });
  }
  return outcomes;
}

function outcomeOf(file: PlannedFile, force: boolean): FileOutcome {
  if (file.before === null) return 'written';
  if (file.before.equals(file.bytes)) return 'unchanged';
  return force ? 'overwritten' : 'refused';
}

/** Whole or not at all: a running server reads the folder as soon as something in it changes. */
async function write(target: string, bytes: Buffer): Promise<void> {
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await replaceFile(target, bytes);
  } catch (cause) {
    throw cannot('write', target, cause, 'What was written before it stays; the import may be run again.');
  }
}
