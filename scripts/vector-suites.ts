/** The suites of observed cases: one line each. */
import { runParserVectors } from '../src/parsers/index.ts';
import { runStellarVectors } from '../src/stellar/index.ts';
import { runTriageVectors } from './triage-vectors.ts';

export interface VectorReport {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly id: string; readonly detail: string }[];
}

export const suites: Readonly<Record<string, (lines: readonly string[]) => Promise<VectorReport>>> = {
  parsers: (lines) => runParserVectors(lines),
  stellar: (lines) => runStellarVectors(lines),
  triage: (lines) => runTriageVectors(lines),
};
