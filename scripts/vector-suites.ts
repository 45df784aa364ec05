/** The suites of observed cases: one line each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runParserVectors } from '../src/parsers/index.ts';
import { runStellarVectors } from '../src/stellar/vectors.ts';
import { runTriageVectors } from './triage-vectors.ts';

export interface VectorReport {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly id: string; readonly detail: string }[];
}

/** `file` is where the lines come from: cases may name files beside it. */
export type Suite = (lines: readonly string[], file: string) => Promise<VectorReport>;

export const suites: Readonly<Record<string, Suite>> = {
  parsers: (lines, file) =>
    runParserVectors(lines, {
      readFile: (name) => readFileSync(path.join(path.dirname(file), name), 'utf8'),
    }),
  stellar: (lines) => runStellarVectors(lines),
  triage: (lines) => runTriageVectors(lines),
};
