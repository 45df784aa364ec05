/** The suites of observed cases: one line each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runParserVectors } from '../src/parsers/index.ts';
import { runStellarVectors, intendedDifferences as stellarDifferences } from '../src/stellar/vectors.ts';
import { runStageVectors } from '../src/transforms/vectors.ts';
import { runProfilerVectors } from './profiler-vectors.ts';
import { isShellVector, runShellVector, type ShellVector } from './shell-vectors.ts';
import { runTriageVectors } from './triage-vectors.ts';

export interface VectorReport {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly id: string; readonly detail: string }[];
}

/** `file` is where the lines come from: cases may name files beside it. */
export type Suite = (lines: readonly string[], file: string) => Promise<VectorReport>;

export const suites: Readonly<Record<string, Suite>> = {
  parsers: async (lines, file) => {
    const readFile = (name: string): string => readCaseFile(name, path.dirname(file));
    const alone = await runParserVectors(lines, { readFile });
    const stage = runStageVectors(lines, { readFile });
    return {
      passed: alone.passed + stage.passed,
      failures: [...alone.failures, ...stage.failures],
      // What one runner takes the other skips.
      skipped: lines.length - alone.passed - stage.passed - alone.failures.length - stage.failures.length,
    };
  },
  stellar: runLanguageAndShell,
  profiler: (lines) => runProfilerVectors(lines),
  triage: (lines) => runTriageVectors(lines),
};

/** Expressions go to the language, lines and completions to the shell. */
async function runLanguageAndShell(lines: readonly string[]): Promise<VectorReport> {
  const expressions: string[] = [];
  const failures: { id: string; detail: string }[] = [];
  let passed = 0;
  for (const line of lines) {
    const vector: ShellVector = JSON.parse(line);
    if (!isShellVector(vector)) {
      expressions.push(line);
      continue;
    }
    const detail = await runShellVector(vector);
    if (detail === null) passed += 1;
    else failures.push({ id: vector.id, detail: `${vector.expr}: ${detail}` });
  }
  const language = withoutIntended(await runStellarVectors(expressions), stellarDifferences);
  return {
    passed: passed + language.passed,
    skipped: language.skipped,
    failures: [...failures, ...language.failures],
  };
}

/** Pattern files that come with Skopos are its own; others that a case names lie beside the cases. */
const ownPatterns = new Set(['common', 'asa', 'squid', 'yaf', 'snort', 'websphere']);

function readCaseFile(name: string, folder: string): string {
  if (ownPatterns.has(path.basename(name))) throw new Error(`${name} is built in`);
  return readFileSync(path.join(folder, name), 'utf8');
}

/** Intended differences are no failures; they are counted as skipped. */
function withoutIntended(report: VectorReport, intended: ReadonlyMap<string, string>): VectorReport {
  const failures = report.failures.filter(({ id }) => !intended.has(id));
  return {
    passed: report.passed,
    skipped: report.skipped + report.failures.length - failures.length,
    failures,
  };
}
