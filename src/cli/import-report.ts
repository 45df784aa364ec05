/** What `skopos import` says: the difference before, the summary after. */
import path from 'node:path';
import { styleText } from 'node:util';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { type ConfigProblem, formatProblem } from '../config/index.ts';
import type { FileOutcome, ImportPlan, PlannedFile } from '../metron/index.ts';
import { printable, printableLine } from './terminal/printable.ts';

export interface ImportReport {
  readonly folder: string;
  readonly dryRun: boolean;
  readonly plan: ImportPlan;
  readonly files: readonly { readonly file: PlannedFile; readonly outcome: FileOutcome }[];
}

/** Whether something is left to do for a person. What was left out is only told: Metron did not use it either. */
export function needsAHand({ plan, files }: ImportReport): boolean {
  return (
    plan.missingPatterns.length > 0 ||
    files.some(({ file, outcome }) => outcome === 'refused' || file.problems.some(isError))
  );
}

export function reportJson(report: ImportReport): unknown {
  const { folder, dryRun, plan, files } = report;
  return {
    folder,
    dryRun,
    files: files.map(({ file, outcome }) => ({
      file: file.file,
      origin: file.origin,
      outcome,
      ...(outcome === 'refused' ? { reason: 'differs' } : {}),
      problems: file.problems,
      ...(dryRun && outcome !== 'unchanged' ? { diff: patch(file) } : {}),
    })),
    leftOut: plan.leftOut,
    missingPatterns: plan.missingPatterns,
    unused: plan.unused,
    complete: !needsAHand(report),
  };
}

/** A unified diff of all files that are not as they would be, those that would be refused included. */
export function importDiff({ files }: ImportReport): string {
  return files
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ file }) => {
      const lines = printable(patch(file)).split('\n');
      return lines.map(coloured).join('\n');
    })
    .join('');
}

const diffWithinMs = 2_000;

function patch(file: PlannedFile): string {
  const name = file.file;
  const before = file.before === null ? '' : file.before.toString('utf8');
  const text = createTwoFilesPatch(
    file.before === null ? '/dev/null' : name,
    name,
    before,
    file.bytes.toString('utf8'),
    undefined,
    undefined,
    { context: 3, timeout: diffWithinMs, headerOptions: FILE_HEADERS_ONLY },
  );
  // Two long texts that have nothing in common.
  return text ?? `--- ${name}\n+++ ${name}\n(they differ throughout)\n`;
}

function coloured(line: string): string {
  if (line.startsWith('+')) return styleText('green', line);
  if (line.startsWith('-')) return styleText('red', line);
  return line.startsWith('@@') ? styleText('cyan', line) : line;
}

export function importSummary(report: ImportReport): string {
  const { plan, files, dryRun } = report;
  const shownFolder = path.relative('', report.folder) || '.';
  const lines: string[] = [];
  const section = (title: string, entries: readonly string[]): void => {
    if (entries.length === 0) return;
    lines.push(`${title}:`, ...entries.map((entry) => `  ${printable(entry).replaceAll('\n', '\n  ')}`), '');
  };
  const problems = files.flatMap(({ file }) => file.problems);
  section('Cannot be used as it is', problems.filter(isError).map(told));
  section('Without effect, or worth a look', problems.filter((problem) => !isError(problem)).map(told));
  section(
    'Grok patterns that are missing',
    plan.missingPatterns.map(({ file, path: named, hint }) => `${file}: ${named}\n    ${hint}`),
  );
  section(
    'Metron has it, Skopos does not use it',
    plan.unused.map(({ file, what }) => `${file}: ${what}`),
  );
  section(
    'Not taken over',
    plan.leftOut.map(({ origin, reason }) => `${printableLine(origin)}: ${reason}`),
  );
  section(
    dryRun ? 'Would be refused' : 'Refused',
    of(files, 'refused').map((file) => `${file}: another file of that name is there; --force overwrites it`),
  );
  section(dryRun ? 'Would be overwritten' : 'Overwritten', of(files, 'overwritten'));
  section(dryRun ? 'Would be written' : 'Written', of(files, 'written'));
  const count = (outcome: FileOutcome): number => of(files, outcome).length;
  const verb = dryRun ? 'would be ' : '';
  lines.push(
    `${shownFolder}: ${count('written')} ${verb}written, ${count('overwritten')} ${verb}overwritten, ${count('unchanged')} unchanged, ${count('refused')} ${verb}refused`,
  );
  return lines.join('\n');
}

function of(files: ImportReport['files'], outcome: FileOutcome): string[] {
  return files.filter((one) => one.outcome === outcome).map(({ file }) => file.file);
}

const isError = (problem: ConfigProblem): boolean => problem.severity === 'error';
const told = (problem: ConfigProblem): string => formatProblem(problem);
